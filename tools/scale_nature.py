"""What ASTER, MODIS and resampling do to the slope of an octave, for `scale_table.py`."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from lstsr_core.kernel import cubic_kernel
from lstsr_physics.scaling.response import seen_slope

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

GUIDE_LAID = ("cubic", "bilinear", "nearest")
"""Ways of laying the NDVI on ASTER's grid."""
MODIS_250 = 250.0
"""Edge of a pixel of MODIS bands 1 and 2 at nadir (doi:10.1109/36.701082). [m]"""
GUIDE_FALL = -1.9
"""Exponent of the power of NDVI from 0.5 to 1 km on the Landsat scenes (Heihe -1.73, Liverpool
-1.88, with MODIS -2.1 at 1 to 2 km). [1]"""
FITTED = (1 / 3700.0, 1 / 500.0)
"""Wavenumbers over which ASTER's width is fitted. [cycle per m]"""
WIDTHS = np.arange(0.0, 400.0, 1.0)
"""Widths that are tried. [m]"""
IMAGES = range(-3, 4)
"""Folded copies of the spectrum that an interpolation lets through. [1]"""


def aster_width(wavenumber: Array, power: Array, fall: float) -> float:
    """Fit the Gaussian through which a power law of a known fall gives the spectrum. [m]

    ``ln P = a + fall ln k - 4 (pi sigma k)^2``
    """
    held = (wavenumber >= FITTED[0]) & (wavenumber <= FITTED[1])
    k, aim = wavenumber[held], np.log(power[held])
    weight = np.gradient(k) / k
    left = aim - fall * np.log(k) + 4 * (np.pi * WIDTHS[:, None] * k) ** 2
    level = np.average(left, axis=1, weights=weight)[:, None]
    return float(WIDTHS[np.argmin((weight * (left - level) ** 2).sum(axis=1))])


def bent_by(block: float, pixel: float, sigma: float, how: str, fall: float) -> float:
    """Give the slope of an octave as it is seen, over that of nature. [1]"""

    def guide(columns: Array, rows: Array) -> Array:
        return np.sinc(columns * MODIS_250) ** 2 * np.sinc(rows * MODIS_250)

    def cross(columns: Array, rows: Array) -> Array:
        aster = np.exp(-2 * (np.pi * sigma) ** 2 * (columns**2 + rows**2))
        jitter = np.sinc(columns * pixel) * np.sinc(rows * pixel)  # MODIS is gridded by nearest
        laid = kernel(how, columns * pixel) * kernel(how, rows * pixel)
        return aster * guide(columns, rows) * jitter * laid

    def power(columns: Array, rows: Array) -> Array:
        passed = [sum(kernel(how, k * pixel + n) ** 2 for n in IMAGES) for k in (columns, rows)]
        return guide(columns, rows) ** 2 * passed[0] * passed[1]

    falls = ((fall + GUIDE_FALL) / 2, GUIDE_FALL)
    return seen_slope(block, pixel, cross=cross, power=power, falls=falls)


def kernel(how: str, k: Array) -> Array:
    """Transform an interpolation at wavenumbers in cycles per pixel. [1]"""
    if how == "cubic":
        x = np.linspace(-2, 2, 401)
        waves = np.cos(2 * np.pi * k[..., None] * x)
        return waves @ cubic_kernel(np.abs(x)) * (x[1] - x[0])
    return np.sinc(k) ** (2 if how == "bilinear" else 1)
