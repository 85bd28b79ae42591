"""An analysis on disk: netCDF, JSON and figures, complete or not at all."""

from __future__ import annotations

import json
import math
import os
import shutil
import uuid
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import ResourceError
from lstsr_physics import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

NETCDF: Final = "scaling.nc"
"""All numbers, with intervals and units."""
SUMMARY: Final = "scaling.json"
"""The numbers that a reader asks for first, and where they come from."""
NUMBERS: Final = {
    "fields": ("exponent", "spectral_slope", "nature_slope", "noise"),
    "pairs": ("slope", "nature_slope", "gain", "correlation", "coherence", "count"),
}
"""What the summary tells of each field and of each pair."""
SMALL: Final = 110
"""Dots per inch of the figures: they stay below 300 kB."""


def write_report(tree: xr.DataTree, folder: Path, sources: Mapping[str, str]) -> tuple[Path, ...]:
    """Write an analysis into a folder that does not hold anything yet.

    Parameters
    ----------
    tree : xarray.DataTree
        Of `analyse`.
    folder : path
        Appears complete, or not at all.
    sources : mapping of str to str
        Where each field comes from.

    Returns
    -------
    tuple of path
        What was written.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY`` or ``OUTPUT_NOT_WRITABLE``.
    """
    _check_free(folder)
    target = folder.resolve()
    draft = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
    try:
        draft.mkdir(parents=True)
        _write(tree, draft, sources)
        if target.is_dir():
            target.rmdir()  # empty, as was seen above
        os.replace(draft, target)
    except OSError as error:
        raise ResourceError(
            "OUTPUT_NOT_WRITABLE",
            found=f"{folder}: {error}",
            expected="a folder that can be written and has room",
            remedy="choose another -o",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return tuple(sorted(folder / path.name for path in target.iterdir()))


def _write(tree: xr.DataTree, draft: Path, sources: Mapping[str, str]) -> None:
    from lstsr_physics.scaling.figures import figures

    marked = tree.copy()
    marked.attrs.update(lstsr_physics=__version__, **sources)
    marked.to_netcdf(draft / NETCDF, engine="h5netcdf")
    text = json.dumps(summary(tree, sources), indent=2, allow_nan=False)
    (draft / SUMMARY).write_text(text + "\n", encoding="utf-8")
    for name, figure in figures(tree):
        figure.savefig(draft / f"{name}.png", dpi=SMALL)


def summary(tree: xr.DataTree, sources: Mapping[str, str]) -> dict[str, Any]:
    """Give the first numbers of an analysis as plain lists; None where a value is unknown.

    Parameters
    ----------
    tree : xarray.DataTree
        Of `analyse`.
    sources : mapping of str to str
        Where each field comes from.
    """
    told: dict[str, Any] = {"lstsr_physics": __version__, "sources": dict(sources)}
    for kind, names in NUMBERS.items():
        told[kind] = {
            name: _regions(node.to_dataset(), names)
            for name, node in (tree[kind].children if kind in tree.children else {}).items()
        }
    return told


def _regions(node: xr.Dataset, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        str(region): {
            **{axis: _plain(node[axis]) for axis in ("order", "block") if axis in node.coords},
            **{
                key: _plain(node[key].sel(region=region))
                for name in names
                for key in (name, f"{name}_interval")
                if key in node
            },
        }
        for region in node["region"].to_numpy()
    }


def _plain(values: xr.DataArray) -> Any:  # noqa: ANN401  numbers, or lists of them
    def known(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, list):
            return [known(one) for one in value]
        return round(value, 6) if math.isfinite(value) else None

    return known(values.to_numpy().tolist())


def _check_free(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{folder} holds something already",
            expected="a folder that is empty or not there yet",
            remedy="choose another -o, or remove it first",
        )
