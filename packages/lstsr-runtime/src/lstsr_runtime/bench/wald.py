"""The protocol of Wald: fine scenes are degraded by the footprint and have to be recovered."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from lstsr_core import SourceError
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.scene import GUIDE, LST, REFERENCE
from lstsr_runtime.bench.protocol import BORDER, Truth, drop_contaminated
from lstsr_runtime.bench.referee import BenchProtocol
from lstsr_runtime.bench.registered import RegisteredReferee
from lstsr_runtime.bench.score import GEOMETRIC
from lstsr_runtime.bench.scorecard import SCORES
from lstsr_runtime.bench.simulated import LEAST_SEEN, simulate_scene

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lstsr_runtime.bench.referee import Scenes

FINE_EDGE: Final = 250.0
"""Edge of the fine pixels, to the nearest whole native pixel. [m]"""
FACTOR: Final = 4
"""Fine pixels along one edge of a coarse pixel, as in MODIS. [1]"""
ABOUT: Final = ("landscape",)
"""Attributes of a fine field that stand beside its scores."""
ASTER: Final = "aster-"
"""Prefix of the names of degraded ASTER scenes."""


def wald() -> BenchProtocol:
    """Give the protocol of Wald on whatever fine scenes a folder holds."""
    return BenchProtocol(
        name="wald",
        scores=SCORES,
        leading="ubrmse",
        open_scenes=open_degraded,
        referee_of=_referee,
        about={
            "fine_edge_m": FINE_EDGE,
            "factor": FACTOR,
            "footprint": "Gaussian, modulation 0.1 at the coarse Nyquist frequency, of T^4",
            "least_share_of_footprint": LEAST_SEEN,
            "border_coarse_pixels": BORDER,
            "mean_difference": "removed for each scene; reported as bias",
            "means": f"arithmetic over scenes; geometric for {GEOMETRIC}*",
        },
    )


def open_degraded(folder: Path) -> Scenes:
    """Find fine thermal fields and ASTER scenes in a folder, each degraded when it is opened.

    Parameters
    ----------
    folder : pathlib.Path
        Holds fine thermal fields, the MODIS-ASTER database, or both.

    Returns
    -------
    mapping of str to callable
        Degrades the scene of a name; attribute ``landscape``.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` where there is no folder, ``NO_SCENES`` where it holds neither.
    """
    found = {**_try(_fields, folder), **_try(_aster, folder)}
    if not found:
        raise SourceError(
            "NO_SCENES",
            found=f"no fine thermal field and no ASTER scene in {folder}",
            expected="folders thermal-fine or modis-aster",
            remedy="check the path",
        )
    return MappingProxyType(found)


def _try(find: Callable[[Path], Scenes], folder: Path) -> Scenes:
    try:
        return find(folder)
    except SourceError as error:
        if error.code != "NO_SCENES":
            raise
        return {}


def _fields(folder: Path) -> Scenes:
    from lstsr_data.thermal_fine import open_fine_fields

    return {name: partial(_degrade, opened) for name, opened in open_fine_fields(folder).items()}


def _degrade(opened: Callable[[], xr.Dataset]) -> xr.DataTree:
    field = opened()
    step = max(1, round(FINE_EDGE / field.attrs["pixel"]))
    return _named(simulate_scene(field, step=step, factor=FACTOR), field)


def _named(scene: xr.DataTree, field: xr.Dataset) -> xr.DataTree:
    scene.attrs.update({name: field.attrs[name] for name in ABOUT})
    return scene


def _aster(folder: Path) -> Scenes:
    from lstsr_data.modis_aster import open_database

    scenes = open_database(folder)
    return {f"{ASTER}{name}": partial(_degrade_aster, scenes[name]) for name in scenes}


def _degrade_aster(opened: Callable[[], xr.DataTree]) -> xr.DataTree:
    field = aster_field(opened().load()).assign_attrs(landscape="western Europe")
    return _named(simulate_scene(field, step=1, factor=FACTOR), field)


def aster_field(scene: xr.DataTree) -> xr.Dataset:
    """Give ASTER's temperature with the NDVI of MODIS, on ASTER's grid, where both are known.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene of the MODIS-ASTER database.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``lst`` [K] and ``ndvi`` [1], cut to the rows and columns that hold both.
    """
    from lstsr_data.resampling import resample

    reference, guide = scene[REFERENCE].to_dataset(), scene[GUIDE].to_dataset()
    box = geobox_of(reference)
    columns, rows = reference.attrs["displacement"]
    beside = box.translate_pix(-columns, -rows)
    ndvi = resample(guide["ndvi"].to_numpy(), geobox_of(guide), beside, how="bilinear")
    lst = drop_contaminated(reference[LST].to_numpy())
    both = np.isfinite(lst) & np.isfinite(ndvi)
    within = tuple(
        slice(known[0], known[-1] + 1)
        for known in (np.flatnonzero(both.any(axis=axis)) for axis in (1, 0))
    )
    field = {
        name: on_grid(np.where(both, values, np.nan).astype(np.float32), box)
        for name, values in ((LST, lst), ("ndvi", ndvi))
    }
    return xr.Dataset(field).isel(y=within[0], x=within[1])


def _referee(scene: xr.DataTree) -> RegisteredReferee:
    from lstsr_physics import Shift

    nowhere = Shift(dx=0.0, dy=0.0, correlation=1.0, at_limit=False)
    truth = Truth(lst=scene[REFERENCE][LST].to_numpy().astype(np.float64), shift=nowhere)
    return RegisteredReferee(
        scene=scene, truth=truth, notes={name: scene.attrs[name] for name in ABOUT}
    )
