"""What the ground emits tells its temperature, once what it reflects is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_runtime.validation.station import Station

    Series = NDArray[np.float64]

STEFAN_BOLTZMANN: Final = 5.670374419e-8
"""Power that a black body emits (CODATA 2018). [W m-2 K-4]"""
RADIOMETER: Final = 5.0
"""Standard uncertainty that is assumed of a pyrgeometer in the field. [W m-2]"""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What radiates at a station.

    Parameters
    ----------
    emissivity : float
        Over all wavelengths of the radiometer; 0.97 is grass and crops. [1]
    emissivity_uncertainty : float
        Its standard uncertainty. [1]
    radiometer : float
        Standard uncertainty of the radiation measured. [W m-2]
    """

    emissivity: float = 0.97
    emissivity_uncertainty: float = 0.01
    radiometer: float = RADIOMETER


def ground_temperature(station: Station, ground: Ground) -> tuple[Series, Series]:
    """Give the temperature of the ground below a station's radiometer.

    ``T = ((U - (1 - e) D) / (e s))^(1/4)`` with the radiation U from below and D from above, the
    emissivity e and the Stefan-Boltzmann constant s.

    Parameters
    ----------
    station : Station
        What was measured.
    ground : Ground
        What radiates.

    Returns
    -------
    lst, sigma : arrays, shape (n,)
        Temperature and its standard uncertainty, NaN where nothing can be said. [K]

    References
    ----------
    .. [1] Heidinger et al., "Using SURFRAD to verify the NOAA single-channel land surface
       temperature algorithm", Journal of Atmospheric and Oceanic Technology, 2013,
       :doi:`10.1175/JTECH-D-13-00051.1`
    """
    emissivity = ground.emissivity
    emitted = station.up - (1.0 - emissivity) * station.down
    power = np.where(emitted > 0, emitted, np.nan) / emissivity
    lst = np.asarray((power / STEFAN_BOLTZMANN) ** 0.25)
    per_watt = lst / (4.0 * power * emissivity)
    measured = per_watt * ground.radiometer * np.hypot(1.0, 1.0 - emissivity)
    assumed = per_watt * np.abs(station.down - power) * ground.emissivity_uncertainty
    return lst, np.hypot(measured, assumed)
