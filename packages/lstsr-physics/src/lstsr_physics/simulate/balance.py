"""The temperature at which the land gives away what it receives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.simulate.relief import sunlight

if TYPE_CHECKING:
    from lstsr_physics.simulate.settings import Array, Sky

STEFAN_BOLTZMANN: Final = 5.670374e-8
"""Stefan-Boltzmann constant (CODATA 2018). [W m-2 K-4]"""
AIR_HEAT: Final = 1210.0
"""Heat capacity of a cubic metre of air: 1.2 kg m-3 times 1005 J kg-1 K-1. [J m-3 K-1]"""
LAPSE: Final = 0.0065
"""Fall of air temperature with height (International Standard Atmosphere). [K m-1]"""
ALBEDO: Final = 0.2
"""Share of sunlight that green land reflects (FAO Irrigation and drainage paper 56: 0.20 to 0.25
for green vegetation). [1]"""
EMISSIVITY: Final = 0.98
"""Emissivity of land in the balance. [1]"""
SKY_EMISSIVITY: Final = 0.8
"""Emissivity of a clear sky over moist land (:doi:`10.1029/WR011i005p00742`). [1]"""


def excess(share: Array | float, light: Array | float, sky: Sky) -> Array:
    r"""Give how much warmer than the air the land is.

    With :math:`a` the share of net radiation exchanged with the air, the balance
    :math:`h\,d = a\,(R - r\,d)` gives :math:`d = a R / (h + a r)`: :math:`R` is the net radiation
    of a surface as warm as the air, :math:`h` and :math:`r` are the conductances of air and of
    radiation. Wet ground evaporates more and has a smaller :math:`a`.

    Parameters
    ----------
    share : array, shape (h, w), or float
        Share of the net radiation that is exchanged with the air. [1]
    light : array, shape (h, w), or float
        Sunlight on the ground. [W m-2]
    sky : Sky
        The air.

    Returns
    -------
    array, shape (h, w)
        Surface minus air temperature. [K]

    References
    ----------
    .. [1] Monteith, "Evaporation and surface temperature", Q. J. R. Meteorol. Soc., 1981,
       :doi:`10.1002/qj.49710745102`
    """
    received = share * _net_radiation(light, sky)
    return np.asarray(received / (_air(sky) + share * _radiative(sky)))


def sensible_share(warm: Array, sky: Sky) -> Array:
    """Give the share of net radiation that makes level ground so much warmer than the air.

    The inverse of `excess`: how wet the ground has to be.

    Parameters
    ----------
    warm : array, shape (h, w)
        Surface minus air temperature. [K]
    sky : Sky
        Sun and air.

    Returns
    -------
    array, shape (h, w)
        [1]
    """
    left = _net_radiation(level_light(sky), sky) - _radiative(sky) * warm
    return np.asarray(_air(sky) * warm / left)


def on_relief(level: Array, height: Array, pixel: float, sky: Sky) -> Array:
    """Lay level land, as wet as it is, on hills: slopes change its light, height its air.

    Land colder than the air by day, which lives on heat brought by the wind, counts as wet as can
    be: the sun warms none of it.

    Parameters
    ----------
    level : array, shape (h, w)
        Temperature that the land would have were it level. [K]
    height : array, shape (h, w)
        About the mean height. [m]
    pixel : float
        Edge of a pixel. [m]
    sky : Sky
        Sun and air.

    Returns
    -------
    array, shape (h, w)
        [K]
    """
    share = np.clip(sensible_share(level - sky.air, sky), 0, 1)
    sloping = excess(share, sunlight(height, pixel, sky), sky)
    return level - LAPSE * height + sloping - excess(share, level_light(sky), sky)


def level_temperature(sky: Sky) -> float:
    """Give the temperature of level land of mean wetness. [K]"""
    return sky.air + float(excess(sky.sensible_share, level_light(sky), sky))


def level_light(sky: Sky) -> float:
    """Give the sunlight on level ground. [W m-2]"""
    return float(sunlight(np.zeros((1, 1), np.float32), 1.0, sky)[0, 0])


def _net_radiation(light: Array | float, sky: Sky) -> Array | float:
    """Give the net radiation of a surface as warm as the air. [W m-2]"""
    return (1 - ALBEDO) * light - EMISSIVITY * (1 - SKY_EMISSIVITY) * STEFAN_BOLTZMANN * sky.air**4


def _air(sky: Sky) -> float:
    """Give the conductance of the air for heat. [W m-2 K-1]"""
    return AIR_HEAT / sky.resistance


def _radiative(sky: Sky) -> float:
    """Give what a surface radiates more for each kelvin. [W m-2 K-1]"""
    return 4 * EMISSIVITY * STEFAN_BOLTZMANN * sky.air**3
