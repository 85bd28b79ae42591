"""How far what a result is seen to be may lie from the coarse temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.scene import LST

if TYPE_CHECKING:
    import dask.array as da
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

STATED: Final = "lst_uncertainty"
"""Variable of /coarse that states the standard uncertainty. [K]"""
RETRIEVAL: Final = 0.5
"""Standard uncertainty of a coarse temperature that states none: MODIS against 47 measurements
on the ground, those under heavy aerosol left out (:doi:`10.1016/j.rse.2006.06.026`). [K]"""
COVERAGE: Final = 2.0
"""Factor from a standard uncertainty that is only assumed to one that holds for 95 % of pixels
(Guide to the Expression of Uncertainty in Measurement, 6.3). [1]"""
GAIN: Final = 6.0
"""Standard deviation of the filter's answer to white noise of 1. [1]"""
REACH: Final = 1
"""Pixels on each side that the filter looks at. [pixel]"""
NORMAL: Final = 1.4826
"""Standard deviation of normal noise over its median absolute value. [1]"""


def band_of(coarse: xr.Dataset) -> da.Array:
    """Give how far from every coarse temperature is still within its uncertainty.

    Parameters
    ----------
    coarse : xarray.Dataset, dims (y, x)
        ``lst`` [K] and, where it is known, ``lst_uncertainty`` [K].

    Returns
    -------
    dask.array.Array, shape (h, w), in one block
        The standard uncertainty that is stated. Where none is, ``2 sqrt(0.5^2 + n^2)`` with n
        what `noise_of` shows: gridded pixels hold noise that no footprint passes, and a result
        that followed it would multiply it. [K]
    """
    import dask.array as da

    lst = da.asarray(coarse[LST].data).rechunk(-1)
    band: da.Array = lst.map_blocks(_assumed, dtype=np.float32)
    if STATED in coarse:
        stated = da.asarray(coarse[STATED].data).astype(np.float32).rechunk(-1)
        band = da.where(da.isfinite(stated), stated, band)
    return band


def _assumed(lst: Field) -> NDArray[np.float32]:
    return np.asarray(COVERAGE * np.hypot(RETRIEVAL, noise_of(lst)), np.float32)


def noise_of(lst: Field) -> NDArray[np.float64]:
    """Estimate the noise of pixels from what changes its sign from one to the next.

    The difference of two Laplacians, ``(1 -2 1; -2 4 -2; 1 -2 1)``, hardly sees a surface. A pixel
    that stands out of its neighbours more than the scene's pixels do, such as a cloud that was
    not masked, counts as that noisy itself.

    Parameters
    ----------
    lst : array, shape (h, w)
        NaN in the gaps. [K]

    Returns
    -------
    array, shape (h, w)
        Standard deviation: the scene's, or the pixel's own where that is larger; 0 where no 3 x 3
        pixels of the scene are measured. [K]

    References
    ----------
    .. [1] Immerkaer, "Fast noise variance estimation", Computer Vision and Image
       Understanding, 1996, :doi:`10.1006/cviu.1996.0060`
    """
    own = np.full(lst.shape, np.nan)
    if min(lst.shape) > 2 * REACH:
        along = np.diff(lst.astype(np.float64), 2, axis=0)
        own[REACH:-REACH, REACH:-REACH] = np.abs(np.diff(along, 2, axis=1)) / GAIN
    held = own[np.isfinite(own)]
    usual = NORMAL * float(np.median(held)) if held.size else 0.0
    shown: NDArray[np.float64] = np.fmax(own, usual)
    return shown
