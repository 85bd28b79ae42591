"""How high the sun stands."""

from __future__ import annotations

from typing import Final

import numpy as np

TILT: Final = 23.45
"""Largest declination of the sun (:doi:`10.1016/0038-092X(69)90047-4`). [degree]"""
YEAR: Final = 365.0
"""Days of a year (same source). [d]"""
PHASE: Final = 284.0
"""Days by which the sine of the declination leads the year (same source). [d]"""
DEGREES_AN_HOUR: Final = 15.0
"""Longitude that the sun passes in an hour. [degree per hour]"""


def sun_elevation(time: np.datetime64, latitude: float, longitude: float) -> float:
    """Give the angle of the sun above the horizon, to about four degrees.

    Parameters
    ----------
    time : datetime64
        UTC.
    latitude, longitude : float
        Place. [degree_north], [degree_east]

    Returns
    -------
    float
        Negative at night; the equation of time is left out. [degree]
    """
    day = time.astype("datetime64[D]")
    number = (day - day.astype("datetime64[Y]").astype("datetime64[D]")).astype(int) + 1
    declination = np.radians(TILT * np.sin(2 * np.pi * (PHASE + number) / YEAR))
    hours = (time - day) / np.timedelta64(1, "h")
    angle = np.radians((hours - 12.0) * DEGREES_AN_HOUR + longitude)
    north = np.radians(latitude)
    sine = np.sin(north) * np.sin(declination) + np.cos(north) * np.cos(declination) * np.cos(angle)
    return float(np.degrees(np.arcsin(sine)))
