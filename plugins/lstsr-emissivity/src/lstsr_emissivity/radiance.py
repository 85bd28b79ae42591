"""The same radiance, read with another emissivity, is another temperature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

SECOND_RADIATION: Final = 14387.768775
"""Planck's second constant h c / k (CODATA 2018). [um K]"""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a temperature is read from the radiance of a band.

    ``e1 B(T1) + (1 - e1) B(s) = e0 B(T0) + (1 - e0) B(s)`` with the black body B and the brightness
    temperature s of the sky.

    Parameters
    ----------
    wavelength : float
        Middle of the band. [um]
    sky : float
        Brightness temperature of the sky. [K]
    """

    wavelength: float
    sky: float

    def again(self, lst: Field, old: Field | float, new: Field) -> NDArray[np.float64]:
        """Read with the emissivity `new` [1] what gave `lst` [K] with `old` [1]. [K]"""
        sky = self.emitted(self.sky)
        black = sky + (old / new) * (self.emitted(lst) - sky)
        return np.asarray(SECOND_RADIATION / (self.wavelength * np.log1p(1.0 / black)))

    def by_lst(
        self, lst: Field, again: Field, old: Field | float, new: Field
    ) -> NDArray[np.float64]:
        """Give how much the new temperature changes with the old one. [1]"""
        return np.asarray(old / new * self.rise(lst) / self.rise(again))

    def by_emissivity(self, again: Field, new: Field) -> NDArray[np.float64]:
        """Give how much the new temperature changes with its emissivity. [K]"""
        return np.asarray((self.emitted(self.sky) - self.emitted(again)) / (new * self.rise(again)))

    def by_sky(self, again: Field, old: Field | float, new: Field) -> NDArray[np.float64]:
        """Give how much the new temperature changes with that of the sky. [1]"""
        return np.asarray((new - old) / new * self.rise(self.sky) / self.rise(again))

    def emitted(self, kelvin: Field | float) -> NDArray[np.float64]:
        """Give what a black body emits in the band, but for a constant. [1]"""
        return np.asarray(1.0 / np.expm1(SECOND_RADIATION / (self.wavelength * np.asarray(kelvin))))

    def rise(self, kelvin: Field | float) -> NDArray[np.float64]:
        """Give the derivative of `emitted` by temperature. [1/K]"""
        emitted = self.emitted(kelvin)
        slope = SECOND_RADIATION / (self.wavelength * np.asarray(kelvin) ** 2)
        return np.asarray(emitted * (emitted + 1.0) * slope)
