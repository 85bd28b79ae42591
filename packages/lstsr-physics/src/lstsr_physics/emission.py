"""Temperature to what it emits, and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

SECOND_RADIATION: Final = 14387.768775
"""Planck's second constant h c / k (CODATA 2018). [um K]"""
POWER: Final = 4
"""Exponent of temperature in the power over all wavelengths (Stefan-Boltzmann). [1]"""

REFERENCE: Final = 300.0
"""Temperature that emits 1 in the units of `Emission` over all wavelengths. [K]"""


@dataclass(frozen=True, kw_only=True)
class Emission:
    """What of the emitted power the sensor averages.

    Parameters
    ----------
    wavelength : float, optional
        Middle of the sensor's band; over all wavelengths, as T^4, where None. [um]
    """

    wavelength: float | None = None

    def of(self, lst: Field) -> NDArray[np.float64]:
        """Give the emission of a black body, but for a constant; temperature in kelvin. [1]

        ``1 / (exp(c2 / (w T)) - 1)`` at the wavelength w, else ``(T / 300 K)^4``.
        """
        kelvin = np.asarray(lst, np.float64)
        if self.wavelength is None:
            return np.asarray((kelvin / REFERENCE) ** POWER)
        return np.asarray(1.0 / np.expm1(SECOND_RADIATION / (self.wavelength * kelvin)))

    def temperature(self, emitted: Field) -> NDArray[np.float64]:
        """Undo `of`. [K]"""
        power = np.asarray(emitted, np.float64)
        if self.wavelength is None:
            return np.asarray(REFERENCE * power ** (1 / POWER))
        return np.asarray(SECOND_RADIATION / (self.wavelength * np.log1p(1.0 / power)))

    def rise(self, lst: Field) -> NDArray[np.float64]:
        """Give the derivative of `of` by temperature. [1/K]"""
        kelvin = np.asarray(lst, np.float64)
        if self.wavelength is None:
            return np.asarray(POWER * self.of(kelvin) / kelvin)
        emitted = self.of(kelvin)
        slope = SECOND_RADIATION / (self.wavelength * kelvin**2)
        return np.asarray(emitted * (emitted + 1.0) * slope)
