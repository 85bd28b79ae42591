"""What a run would do, before it does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE, GUIDE, factor_of
from lstsr_runtime.cog import room_needed
from lstsr_runtime.folder import draft_beside, real_place
from lstsr_runtime.opening import open_request
from lstsr_runtime.sharpening import used_guides
from lstsr_runtime.tiles import DEFAULT_TILE, cut
from lstsr_runtime.units import UNITS, count_kept

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from lstsr_runtime.request import Request


def plan(request: Request, folder: Path) -> tuple[tuple[str, str], ...]:
    """Tell what a run would do; only headers and ranges of the inputs are read.

    Parameters
    ----------
    request : Request
        What to sharpen, and how.
    folder : pathlib.Path
        Where the result would appear.

    Returns
    -------
    tuple of (subject, plan)
        Lines to print.

    Raises
    ------
    LstsrError
        Where the run would fail on its inputs.
    """
    scene, whole = open_request(request)
    coarse = geobox_of(scene[COARSE].to_dataset())
    fine = geobox_of(scene[GUIDE].to_dataset())
    tile = whole.tile or DEFAULT_TILE
    rows = cut((coarse.shape[0], coarse.shape[1]), tile, 0)
    chosen = f" (as {whole.model})" if whole.model != whole.model_used else ""
    return (
        ("temperature", f"{whole.lst}"),
        ("coarse grid", f"{coarse.shape[0]} x {coarse.shape[1]} pixels of {coarse.affine.a:g}"),
        ("fine grid", f"{fine.shape[0]} x {fine.shape[1]} pixels of {fine.affine.a:g}"),
        ("factor", str(factor_of(scene))),
        ("guides", _guides(scene, str(whole.model_used))),
        ("model", f"{whole.model_used}{chosen}"),
        ("corrections", ", ".join(whole.corrections) or "none"),
        ("acquired", f"{whole.datetime:%Y-%m-%d %H:%M:%S} UTC ({whole.datetime_from})"),
        ("tiles", f"{sum(map(len, rows))} of up to {tile} x {tile} coarse pixels"),
        ("kept", _kept(real_place(folder))),
        ("disk", f"at most {room_needed(fine) / 1e6:.1f} MB while it runs"),
        ("output", f"{folder}"),
    )


def _guides(scene: xr.DataTree, model: str) -> str:
    used = used_guides(model, scene)
    words = [
        f"{name} ({values.attrs.get('laid', 'as it is') if name in used else 'NOT USED'})"
        for name, values in scene[GUIDE].data_vars.items()
    ]
    return ", ".join(words) or "none"


def _kept(target: Path) -> str:
    kept, listed = count_kept(draft_beside(target) / UNITS)
    return f"{kept} of {listed} tiles of a run that was cut short" if listed else "nothing"
