"""The layers of a temperature product, by the names that files and catalogues give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Names of the science data sets of one half of a day.

    Parameters
    ----------
    lst, quality, hours, angle : str
        Temperature, quality word, time and angle of the view.
    hours_are_solar_and_daily : bool
        Whether `hours` is the local solar time of one day, so that it has a UTC time.
    """

    lst: str
    quality: str
    hours: str
    angle: str
    hours_are_solar_and_daily: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the four, as they stand in files."""
        return (self.lst, self.quality, self.hours, self.angle)


def split_window(part: str, *, pixel: str = "1km", daily: bool = False) -> Layers:
    """Give the layers of MOD11A1 and its composites; `part` is ``Day`` or ``Night``."""
    return Layers(
        lst=f"LST_{part}_{pixel}",
        quality=f"QC_{part}",
        hours=f"{part}_view_time",
        angle=f"{part}_view_angl",
        hours_are_solar_and_daily=daily,
    )


def composite_of_separation(part: str) -> Layers:
    """Give the layers of MOD21A2; `part` is ``Day`` or ``Night``."""
    return Layers(
        lst=f"LST_{part}_1KM",
        quality=f"QC_{part}",
        hours=f"View_Time_{part}",
        angle=f"View_Angle_{part}",
    )


DAILY_SEPARATION: Final = Layers(lst="LST_1KM", quality="QC", hours="View_Time", angle="View_Angle")
"""Layers of MOD21A1D and MOD21A1N, which are files of their own."""
SWATH: Final = Layers(lst="LST", quality="QC", hours="View_time", angle="View_angle")
"""Layers of MOD11_L2, beside ``Error_LST``."""
