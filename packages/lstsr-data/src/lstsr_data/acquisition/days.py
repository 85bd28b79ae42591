"""Which days: a span of dates, in UTC or in local solar time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY: Final = dt.timedelta(days=1)
"""[day]"""
DEGREES_AN_HOUR: Final = 15.0
"""Longitude that the sun passes in an hour. [degree per hour]"""
LONGEST: Final = 3660
"""Days of the longest series. [day]"""


@dataclass(frozen=True, kw_only=True)
class Days:
    """A span of dates.

    Parameters
    ----------
    first, last : datetime.date
        Both belong to it.
    clock : {"utc", "local"}
        Whether a day begins at midnight UTC or at local solar midnight.
    """

    first: dt.date
    last: dt.date
    clock: Literal["utc", "local"] = "utc"

    def __iter__(self) -> Iterator[dt.date]:
        """Give each date."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * DAY

    def widened(self, days: int) -> Days:
        """Give the span with so many days more at both ends."""
        more = days * DAY
        return Days(first=self.first - more, last=self.last + more, clock=self.clock)

    @property
    def interval(self) -> str:
        """Times in which everything of these days lies, as STAC asks for them. [UTC]"""
        # Local midnight is up to 12 hours away from that of UTC.
        wide = self.widened(1) if self.clock == "local" else self
        return f"{wide.first}T00:00:00Z/{wide.last}T23:59:59Z"

    def __str__(self) -> str:
        """Give it as the command line writes it."""
        return f"{self.first}" if self.first == self.last else f"{self.first}/{self.last}"


def one_day(text: str, clock: Literal["utc", "local"] = "utc") -> Days:
    """Read one date, ISO 8601.

    Raises
    ------
    SourceError
        ``DATE_INVALID``.
    """
    day = _date(text)
    return Days(first=day, last=day, clock=clock)


def span_of_days(text: str, clock: Literal["utc", "local"] = "utc") -> Days:
    """Read two dates, ``2023-08-01/2023-08-31``.

    Raises
    ------
    SourceError
        ``DATE_INVALID``.
    """
    first, _, last = text.partition("/")
    days = Days(first=_date(first), last=_date(last or first), clock=clock)
    count = (days.last - days.first).days + 1
    if not 0 < count <= LONGEST:
        raise _invalid(f"{text}: {count} days", f"1 to {LONGEST} days, the earlier date first")
    return days


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise _invalid(repr(text), "a date such as 2023-08-11") from error


def days_seen(
    start: dt.datetime, end: dt.datetime, clock: Literal["utc", "local"], longitude: float
) -> tuple[dt.date, dt.date]:
    """Give the first and the last date of an observation.

    What took up to a day belongs to the day of its middle; a composite to every day, in UTC, that
    it was made of.

    Parameters
    ----------
    start, end : datetime.datetime
        [UTC]
    clock : {"utc", "local"}
        What a day is.
    longitude : float
        Of the area. [degree]
    """
    if end - start > DAY:
        return start.date(), end.date()
    shift = dt.timedelta(hours=longitude / DEGREES_AN_HOUR if clock == "local" else 0.0)
    day = (start + (end - start) / 2 + shift).date()
    return day, day


def _invalid(found: str, expected: str) -> SourceError:
    return SourceError(
        "DATE_INVALID",
        found=found,
        expected=expected,
        remedy="--date 2023-08-11, or --dates 2023-08-01/2023-08-31",
    )
