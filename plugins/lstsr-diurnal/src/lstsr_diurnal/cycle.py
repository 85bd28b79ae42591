"""The diurnal cycle of temperature: a cosine by day, an exponential decay by night."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_diurnal.options import DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

NOON: Final = 12.0
"""Local solar time at which the sun is highest. [h]"""
DEGREES_AN_HOUR: Final = 15.0
"""Longitude that the sun passes in an hour. [degree per hour]"""
TILT: Final = 23.45
"""Largest declination of the sun (:doi:`10.1016/0038-092X(69)90047-4`). [degree]"""
YEAR: Final = 365.0
"""Days of a year (same source). [d]"""
PHASE: Final = 284.0
"""Days by which the sine of the declination leads the year (same source). [d]"""
BEFORE_SUNSET: Final = 1.0
"""How long before sunset the land begins to cool freely: where fits of the model start from
(:doi:`10.1016/j.isprsjprs.2018.06.008`). [h]"""


def day_length(latitude: Field, day_of_year: int) -> NDArray[np.float64]:
    """Give the time from sunrise to sunset.

    ``(2 / 15) arccos(-tan(latitude) tan(declination))`` with the declination
    ``23.45 degrees sin(360 degrees (284 + n) / 365)`` of day n.

    Parameters
    ----------
    latitude : array
        [degree_north]
    day_of_year : int
        1 to 366. [d]

    Returns
    -------
    array
        NaN where the sun does not rise or does not set. [h]

    References
    ----------
    .. [1] Cooper, "The absorption of radiation in solar stills", Solar Energy, 1969,
       :doi:`10.1016/0038-092X(69)90047-4`
    """
    declination = TILT * np.sin(2 * np.pi * (PHASE + day_of_year) / YEAR)
    cosine = -np.tan(np.radians(latitude)) * np.tan(np.radians(declination))
    rises = np.abs(cosine) < 1.0
    half = np.degrees(np.arccos(np.where(rises, cosine, 0.0))) / DEGREES_AN_HOUR
    return np.where(rises, 2.0 * half, np.nan)


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """How far the land is from its temperature at dawn to its highest one, hour by hour.

    Parameters
    ----------
    length : array
        Time from sunrise to sunset, see `day_length`; NaN where the model knows no day. [h]
    maximum : float
        Local solar time of the highest temperature. [h]

    References
    ----------
    .. [1] Göttsche & Olesen, "Modelling of diurnal cycles of brightness temperature extracted from
       METEOSAT data", Remote Sensing of Environment, 2001, :doi:`10.1016/S0034-4257(00)00214-5`

    Notes
    -----
    With the width w (day length), the time t_m of the maximum, the time t_s from which the land
    cools freely and no change from one day to the next (delta T = 0)::

        day     c(t) = cos(pi (t - t_m) / w)                          t_m - w / 2 <= t < t_s
        night   c(t) = cos(pi (t_s - t_m) / w) exp(-(t - t_s) / k)
                k    = w / pi cot(pi (t_s - t_m) / w)

    k makes the slope the same on both sides of t_s. The night lasts until the cosine of the next
    day leaves 0, shortly after sunrise, and the temperature is ``T_0 + T_a c(t)``.
    """

    length: Field
    maximum: float

    @property
    def cooling(self) -> Field:
        """Local solar time from which the land cools freely. [h]"""
        return NOON + self.length / 2 - BEFORE_SUNSET

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the day is long enough to heat the land beyond noon."""
        known: NDArray[np.bool_] = self.cooling > self.maximum
        return known

    def is_day(self, hour: Field | float) -> NDArray[np.bool_]:
        """Tell where a local solar time lies in the cosine. [h]"""
        day: NDArray[np.bool_] = (hour >= self.maximum - self.length / 2) & (hour < self.cooling)
        return day

    def at(self, hour: Field | float) -> NDArray[np.float64]:
        """Give c at a local solar time. [1]"""
        night = self._end * np.exp(-self._since(hour) / self._decay)
        return np.where(self.is_day(hour), np.cos(self._angle(hour)), night)

    def slope(self, hour: Field | float) -> NDArray[np.float64]:
        """Give the derivative of c at a local solar time. [1/h]"""
        day = -np.pi / self.length * np.sin(self._angle(hour))
        return np.where(self.is_day(hour), day, -self.at(hour) / self._decay)

    def _angle(self, hour: Field | float) -> Field:
        return np.asarray(np.pi * (hour - self.maximum) / self.length)

    def _since(self, hour: Field | float) -> Field:
        """Give the time since the land began to cool, of this day or of the one before. [h]"""
        return np.asarray((hour - self.cooling) % DAY)

    @property
    def _end(self) -> Field:
        return np.asarray(np.cos(self._angle(self.cooling)))

    @property
    def _decay(self) -> Field:
        return np.asarray(self.length / np.pi / np.tan(self._angle(self.cooling)))
