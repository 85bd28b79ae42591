"""Temperatures do not average; the radiance that they emit does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.grid import geobox_of
from lstsr_core.nested import block_coverage, block_mean
from lstsr_physics.georeference import laid_like

if TYPE_CHECKING:
    import xarray as xr

POWER = 4
"""Exponent of temperature in the emitted power: the Stefan-Boltzmann law. [1]"""
LEAST_COVERAGE = 0.5
"""Share of a block that has to be measured for the block to get a value. [1]"""


def coarsen(
    lst: xr.DataArray, factor: int, *, least_coverage: float = LEAST_COVERAGE
) -> xr.DataArray:
    """Average temperature over blocks so that the emitted power is kept.

    ``T_c = mean(T^4)^(1/4)``: the temperature at which the whole block, with one emissivity,
    would emit what its pixels emit together.

    Parameters
    ----------
    lst : xarray.DataArray, dims (y, x)
        Land surface temperature, NaN where there is none. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    least_coverage : float
        Share of a block that has to be measured. [1]

    Returns
    -------
    xarray.DataArray, dims (y / factor, x / factor)
        Effective temperature of each block, NaN where too little of it was measured. [K]

    Raises
    ------
    SceneError
        ``GRID_NOT_NESTED`` where the blocks do not fill the field, ``NO_CRS`` or
        ``GRID_UNSUPPORTED`` where its grid cannot be used.

    References
    ----------
    .. [1] Becker & Li, "Surface temperature and emissivity at various scales: definition,
       measurement and related problems", Remote Sensing Reviews, 1995,
       :doi:`10.1080/02757259509532286`
    """
    emitted = lst.copy(data=lst.to_numpy().astype(np.float64) ** POWER)
    mean = average(emitted, factor, least_coverage=least_coverage)
    return mean.copy(data=(mean.to_numpy() ** (1 / POWER)).astype(lst.dtype))


def average(
    field: xr.DataArray, factor: int, *, least_coverage: float = LEAST_COVERAGE
) -> xr.DataArray:
    """Average a field over blocks.

    This is right for reflectances and indices; of temperatures it keeps the mean, not the
    emitted power (0.02 K apart where the pixels of a block differ by 2 K).

    Parameters
    ----------
    field : xarray.DataArray, dims (y, x)
        NaN where nothing was measured; any units.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    least_coverage : float
        Share of a block that has to be measured. [1]

    Returns
    -------
    xarray.DataArray, dims (y / factor, x / factor)
        Mean of the measured pixels of each block, NaN where they are too few; same units.

    Raises
    ------
    SceneError
        As `coarsen`.
    """
    values = field.to_numpy()
    mean = block_mean(values, factor)
    mean[block_coverage(values, factor) < least_coverage] = np.nan
    return laid_like(field, mean, geobox_of(field).zoom_out(factor))
