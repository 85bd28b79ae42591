"""A fine field becomes a scene: what a coarse sensor would have seen of it, with the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr
from odc.geo.xr import xr_coords

from lstsr_core import Footprint, build_scene
from lstsr_core.grid import AXES, geobox_of
from lstsr_core.scene import LST
from lstsr_physics import average, coarsen, see
from lstsr_physics.coarsening import POWER

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_SEEN: Final = 0.9
"""Share of a footprint that has to fall on measured pixels; a coarse pixel at an edge would else
look to one side only. [1]"""


def simulate_scene(
    field: xr.Dataset, *, step: int, factor: int, footprint: Footprint | None = None
) -> xr.DataTree:
    """Degrade a fine field to a scene, after the protocol of Wald.

    The coarse temperature is that of the radiance that the footprint gathers from the native
    pixels, the truth that of each fine pixel; guides are means over the fine pixels.

    Parameters
    ----------
    field : xarray.Dataset, dims (y, x)
        ``lst`` [K] and guides, NaN where there is none.
    step : int
        Native pixels along one edge of a fine pixel. [1]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    footprint : Footprint, optional
        Point-spread function of the coarse sensor.

    Returns
    -------
    xarray.DataTree
        A scene with the truth in /reference, on the grid of /guide.

    Raises
    ------
    SceneError
        As `lstsr_core.build_scene`.

    References
    ----------
    .. [1] Wald, Ranchin & Mangolini, "Fusion of satellite images of different spatial
       resolutions: assessing the quality of resulting images", Photogramm. Eng. Remote Sensing
       63(6), 691-699, 1997
    """
    whole = _crop(field, step * factor)
    fine = geobox_of(whole).zoom_out(step)
    guides = {str(name): average(whole[name], step) for name in whole.data_vars if name != LST}
    return build_scene(
        _seen(whole[LST], footprint or Footprint(), step * factor).to_dataset(name=LST),
        xr.Dataset(guides, coords=xr_coords(fine, dims=AXES)),
        coarsen(whole[LST], step).to_dataset(name=LST),
    )


def _crop(field: xr.Dataset, edge: int) -> xr.Dataset:
    """Leave out the last rows and columns that do not fill a coarse pixel."""
    whole: Mapping[str, slice] = {
        str(axis): slice(0, field.sizes[axis] // edge * edge) for axis in AXES
    }
    return field.isel(whole)


def _seen(lst: xr.DataArray, footprint: Footprint, factor: int) -> xr.DataArray:
    """See a temperature by the power that it emits. [K]"""
    emitted = lst.copy(data=lst.to_numpy().astype(np.float64) ** POWER)
    seen = see(emitted, footprint, factor, least_weight=LEAST_SEEN)
    return seen.copy(data=(seen.to_numpy() ** (1 / POWER)).astype(np.float32))
