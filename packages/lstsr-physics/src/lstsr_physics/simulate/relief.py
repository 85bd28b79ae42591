"""Hills, and the sunlight that falls on them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.simulate.fields import random_field

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_physics.simulate.settings import Array, Landscape, Sky

SOLAR_CONSTANT: Final = 1361.0
"""Sunlight above the atmosphere (:doi:`10.1029/2010GL045777`). [W m-2]"""
CLEARNESS: Final = 0.75
"""Share of it that reaches level ground under a clear sky (FAO Irrigation and drainage paper 56,
eq. 37, at sea level). [1]"""
DIFFUSE: Final = 0.15
"""Share of the light on level ground that comes from the whole clear sky. [1]"""


def draw_height(land: Landscape, random: np.random.Generator) -> NDArray[np.float32]:
    """Draw a fractional Brownian relief about its mean, shape (h, w). [m]

    The power spectrum of a surface of Hurst exponent H falls with wavenumber to ``-2 H - 2``.
    """
    field = random_field(land.fine_shape, -2 * land.hurst - 2, random)
    return land.relief * field


def sunlight(height: Array, pixel: float, sky: Sky) -> NDArray[np.float32]:
    """Give the sunlight that falls on each square metre of the slopes.

    The direct part goes with the cosine between the sun and the normal of the slope; shadows
    cast by other hills are left out.

    Parameters
    ----------
    height : array, shape (h, w)
        Rows from north to south. [m]
    pixel : float
        Edge of a pixel. [m]
    sky : Sky
        Where the sun stands.

    Returns
    -------
    array, shape (h, w)
        0 at night. [W m-2]

    References
    ----------
    .. [1] Dozier & Frew, "Rapid calculation of terrain parameters for radiation modeling from
       digital elevation data", IEEE Trans. Geosci. Remote Sens., 1990, :doi:`10.1109/36.58986`
    """
    if not sky.is_day:
        return np.zeros(height.shape, np.float32)
    elevation, azimuth = np.radians((sky.sun_elevation, sky.sun_azimuth))
    level, up = math.cos(elevation), math.sin(elevation)
    east, north = level * math.sin(azimuth), level * math.cos(azimuth)
    eastward, northward = _rise(height, 1) / pixel, -_rise(height, 0) / pixel
    cosine = (up - east * eastward - north * northward) / np.sqrt(1 + eastward**2 + northward**2)
    light = (1 - DIFFUSE) * np.maximum(cosine, 0) + DIFFUSE * up
    return np.asarray(SOLAR_CONSTANT * CLEARNESS * light, np.float32)


def _rise(height: Array, axis: int) -> Array:
    """Give the rise over one pixel along an axis of a periodic relief. [m]"""
    rise: Array = (np.roll(height, -1, axis) - np.roll(height, 1, axis)) / 2
    return rise
