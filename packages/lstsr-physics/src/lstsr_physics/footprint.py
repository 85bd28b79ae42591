"""What a coarse sensor sees of a fine field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core.footprint import LEAST_WEIGHT, see_values
from lstsr_core.grid import geobox_of
from lstsr_physics.georeference import laid_like

if TYPE_CHECKING:
    import xarray as xr

    from lstsr_core import Footprint


def see(
    fine: xr.DataArray,
    footprint: Footprint,
    factor: int,
    *,
    least_weight: float = LEAST_WEIGHT,
) -> xr.DataArray:
    """See a fine field as the coarse sensor does.

    The footprint is centred on each coarse pixel and reaches into its neighbours.

    Parameters
    ----------
    fine : xarray.DataArray, dims (y, x)
        Field with NaN where nothing was measured; any units.
    footprint : Footprint
        Point-spread function of the coarse sensor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    least_weight : float
        Share of a footprint that has to fall on measured pixels. [1]

    Returns
    -------
    xarray.DataArray, dims (y / factor, x / factor)
        NaN where too little of the footprint was measured; same units.

    Raises
    ------
    SceneError
        ``GRID_NOT_NESTED`` where the coarse pixels do not fill the field, ``NO_CRS`` or
        ``GRID_UNSUPPORTED`` where its grid cannot be used.
    """
    seen = see_values(fine.to_numpy(), footprint, factor, least_weight=least_weight)
    return laid_like(fine, seen.astype(fine.dtype), geobox_of(fine).zoom_out(factor))
