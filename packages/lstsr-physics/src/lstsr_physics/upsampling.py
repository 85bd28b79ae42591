"""A coarse field on the fine grid that nests in its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core.grid import divide, geobox_of
from lstsr_core.nested import upsample_cubic
from lstsr_physics.georeference import laid_like

if TYPE_CHECKING:
    import xarray as xr


def upsample(coarse: xr.DataArray, factor: int) -> xr.DataArray:
    """Interpolate a coarse field to the nested fine grid by cubic convolution.

    The fine pixels divide the coarse ones exactly: no half-pixel shift, the same corner, the
    same CRS.

    Parameters
    ----------
    coarse : xarray.DataArray, dims (y, x)
        Field with NaN in the gaps; any units.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    xarray.DataArray, dims (factor * y, factor * x)
        NaN inside the coarse pixels that are NaN; same units.

    Raises
    ------
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED`` where the grid of the field cannot be used.

    References
    ----------
    .. [1] Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans.
       Acoustics, Speech, Signal Process., 1981, :doi:`10.1109/TASSP.1981.1163711`
    """
    fine = upsample_cubic(coarse.to_numpy(), factor)
    return laid_like(coarse, fine, divide(geobox_of(coarse), factor))
