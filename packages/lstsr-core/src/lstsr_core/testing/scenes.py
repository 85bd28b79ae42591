"""Simulated scenes whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_core.grid import divide, on_grid, unsupported
from lstsr_core.nested import block_mean
from lstsr_core.scene import build_scene

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

SINUSOIDAL = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs"
"""The MODIS grid: sinusoidal, on a sphere of 6371007.181 m (MODIS land grid)."""
MODIS_PIXEL = 926.625433055833
"""Edge of a MODIS 1 km pixel: 1111950.5196666666 m of a tile / 1200. [m]"""
CORNER = (277061.0, 5100146.0)
"""Upper left corner of the simulated scene, in central France. [m]"""
MEAN_LST = 305.0
"""Mean temperature of the simulated land: a summer morning. [K]"""
SPECTRAL_SLOPE = -1.3
"""Exponent of the amplitude spectrum of the simulated fields: between white noise (0) and a
smooth surface (-2). [1]"""
NDVI_MEAN, NDVI_STD = 0.5, 0.15
"""Mean and standard deviation of the simulated NDVI. [1]"""
UNGUIDED_STD = 0.8
"""Standard deviation of the temperature that NDVI does not explain. [K]"""


def make_scene(  # noqa: PLR0913  each field of a scene is one knob of the simulation
    *,
    shape: tuple[int, int] = (32, 32),
    factor: int = 4,
    slope: float = -15.0,
    noise: float = 0.0,
    gaps: float = 0.0,
    crs: str = SINUSOIDAL,
    pixel: float = MODIS_PIXEL,
    seed: int = 0,
) -> xr.DataTree:
    """Make a scene whose fine temperature is known.

    The fine temperature is a line in NDVI plus an independent field; the coarse one is its
    block mean. Both fields have power-law spectra.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the coarse grid. [pixel]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    slope : float
        Change of temperature with NDVI. [K]
    noise : float
        Standard deviation of white noise on the coarse temperature. [K]
    gaps : float
        Share of coarse pixels without a temperature. [1]
    crs : str
        Coordinate system, anything pyproj reads.
    pixel : float
        Edge of a coarse pixel. [unit of the CRS]
    seed : int
        Seed of the fields.

    Returns
    -------
    xarray.DataTree
        A scene with ``lst`` [K] in /coarse, ``ndvi`` in /guide and the true fine ``lst`` [K] in
        /reference.
    """
    random = np.random.default_rng(seed)
    coarse_box = _box(shape, crs=crs, pixel=pixel)
    fine_shape = (shape[0] * factor, shape[1] * factor)
    ndvi = np.clip(NDVI_MEAN + NDVI_STD * _field(fine_shape, random), -0.2, 1.0)
    truth = MEAN_LST + slope * (ndvi - NDVI_MEAN) + UNGUIDED_STD * _field(fine_shape, random)
    lst = block_mean(truth, factor) + noise * random.standard_normal(shape)
    lst[random.random(shape) < gaps] = np.nan
    fine_box = divide(coarse_box, factor)
    return build_scene(
        _dataset("lst", lst, coarse_box),
        _dataset("ndvi", ndvi, fine_box),
        _dataset("lst", truth, fine_box),
    )


def _box(shape: tuple[int, int], *, crs: str, pixel: float) -> GeoBox:
    from affine import Affine
    from odc.geo.crs import CRS
    from odc.geo.geobox import GeoBox

    system = CRS(crs)
    corner = (-112.5, 34.0) if system.geographic else CORNER
    if pixel <= 0:
        raise unsupported(f"a pixel of {pixel:g}")
    return GeoBox(shape, Affine(pixel, 0, corner[0], 0, -pixel, corner[1]), system)


def _field(shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.float64]:
    """Give a field with a power-law spectrum, mean 0 and standard deviation 1."""
    rows, columns = np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :]
    wavenumber = np.hypot(rows, columns)
    wavenumber[0, 0] = np.inf
    spectrum = np.fft.rfft2(random.standard_normal(shape)) * wavenumber**SPECTRAL_SLOPE
    field = np.fft.irfft2(spectrum, s=shape)
    spread = field.std()
    return field / spread if spread > 0 else field


def _dataset(name: str, values: NDArray[np.float64], box: GeoBox) -> xr.Dataset:
    return xr.Dataset({name: on_grid(values.astype(np.float32), box)})
