"""What the coarse sensor makes of the fine truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.footprint import see_values
from lstsr_physics.coarsening import POWER
from lstsr_physics.simulate.cover import highest
from lstsr_physics.simulate.fields import random_field

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core import Footprint
    from lstsr_physics.simulate.settings import Array, View

CLOUD_SLOPE: Final = -2.7
"""Exponent of the power spectrum of the field whose high places are clouds: that of a passive
scalar in turbulence, -5/3 along a line (:doi:`10.1017/S0022112095003168`). [1]"""


def see_temperature(
    lst: Array, emissivity: Array, footprint: Footprint, factor: int
) -> NDArray[np.float64]:
    """See a temperature through a footprint: what is averaged is the emitted power.

    Parameters
    ----------
    lst, emissivity : array, shape (factor * h, factor * w)
        Temperature [K] and emissivity [1].
    footprint : Footprint
        Point-spread function of the coarse sensor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (h, w)
        Temperature at which a footprint of its mean emissivity would emit the same. [K]

    References
    ----------
    .. [1] Becker & Li, "Surface temperature and emissivity at various scales: definition,
       measurement and related problems", Remote Sensing Reviews, 1995,
       :doi:`10.1080/02757259509532286`
    """
    emitted = see_values(emissivity * lst**POWER, footprint, factor)
    seen: NDArray[np.float64] = (emitted / see_values(emissivity, footprint, factor)) ** (1 / POWER)
    return seen


def disturb(seen: NDArray[np.float64], view: View, random: np.random.Generator) -> Array:
    """Add the sensor's noise and hide what is under clouds, shape (h, w). [K]"""
    measured = seen + view.noise * random.standard_normal(seen.shape)
    shape = (seen.shape[0], seen.shape[1])
    measured[highest(random_field(shape, CLOUD_SLOPE, random), view.clouds)] = np.nan
    return measured
