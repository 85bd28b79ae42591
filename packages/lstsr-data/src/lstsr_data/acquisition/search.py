"""Searching the sources of a sensor in their order, and telling why one was passed over."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lstsr_core import EmptySearchError, FileSource, SourceError, StacSource
from lstsr_data.acquisition.catalogue import search_catalogue
from lstsr_data.acquisition.choice import best_versions
from lstsr_data.acquisition.days import days_seen
from lstsr_data.acquisition.granule import Granule, read_granule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lstsr_core import Sensor
    from lstsr_data.acquisition.area import Area
    from lstsr_data.acquisition.days import Days
    from lstsr_data.acquisition.remote_file import Access

AROUND: Final = 32
"""Days on both sides in which the nearest dates are looked for. [day]"""
NAMED: Final = 3
"""Nearest dates that are named. [1]"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for.

    Parameters
    ----------
    sensor : Sensor
        Whose products.
    area : Area
        Where.
    days : Days
        When.
    only : str
        What the names of granules must begin with; empty for any.
    held : tuple of Granule
        Granules on disk, among which it is looked for instead of in catalogues.
    of_any_day : bool
        Whether those may be of other days too.
    everywhere : bool
        Whether all that those hold is wanted, not only that of the area.
    """

    sensor: Sensor
    area: Area
    days: Days
    only: str = ""
    held: tuple[Granule, ...] = ()
    of_any_day: bool = False
    everywhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search gave.

    Parameters
    ----------
    source : StacSource, optional
        The catalogue that had it; None where it was on disk.
    granules : tuple of Granule
        One of each observation, see `lstsr_data.acquisition.choice.best_versions`.
    passed_over : tuple of str
        The sources before it, and why they were passed over.
    """

    source: StacSource | None
    granules: tuple[Granule, ...]
    passed_over: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where it was, in words."""
        if self.source is None:
            return "files on disk"
        return f"{self.source.collection} at {self.source.catalogue}"


def search(wanted: Wanted, access: Access) -> Found:
    """Search the catalogues of a sensor in order; the first that has granules is taken.

    Raises
    ------
    EmptySearchError
        ``NO_DATA_FOR_DATE``, with the nearest dates.
    SourceError
        That of the last catalogue, where all of them failed; ``NO_CATALOGUE``.
    """
    if wanted.held:
        return Found(source=None, granules=_held_of(wanted))
    passed: list[str] = []
    failure: SourceError | None = None
    for source in _catalogues(wanted.sensor):
        name = f"{source.collection} at {source.catalogue}"
        try:
            granules = granules_of(source, wanted, access)
        except SourceError as error:
            failure = error
            passed.append(f"{name}: {error.code}, {error.found}")
            continue
        if granules:
            for reason in passed:
                logger.warning("passed over %s", reason)
            return Found(source=source, granules=granules, passed_over=tuple(passed))
        passed.append(f"{name}: nothing on {wanted.days}")
    if failure is not None:
        raise _with_all(failure, passed) from failure
    raise _nothing(wanted, access, passed)


def _held_of(wanted: Wanted) -> tuple[Granule, ...]:
    longitude = wanted.area.longitude
    found = [
        granule
        for granule in wanted.held
        if granule.name.startswith(wanted.only)
        and (wanted.of_any_day or is_of(granule, wanted.days, longitude))
    ]
    if found:
        return best_versions(found)
    named = ", ".join(sorted({f"{one.name} of {one.start:%Y-%m-%d}" for one in wanted.held}))
    raise EmptySearchError(
        "NO_DATA_FOR_DATE",
        found=f"on disk: {named}",
        expected=f"a file of {wanted.sensor.name} on {wanted.days}",
        remedy="give the files of that day, or another --date",
    )


def granules_of(source: StacSource, wanted: Wanted, access: Access) -> tuple[Granule, ...]:
    """Give the granules that one catalogue has, versions and duplicates chosen."""
    days = wanted.days if source.dated else None
    found = search_catalogue(source.catalogue, source.collection, wanted.area, days, access)
    bands = _bands_of_files(wanted.sensor)
    kept = [item for item in found if str(item["id"]).startswith(wanted.only)]
    granules = [read_granule(item, source, bands) for item in kept]
    if days is not None:
        granules = [granule for granule in granules if is_of(granule, days, wanted.area.longitude)]
    return best_versions(granules)


def is_of(granule: Granule, days: Days, longitude: float) -> bool:
    """Tell whether a granule belongs to a span of days."""
    first, last = days_seen(granule.start, granule.end, days.clock, longitude)
    return first <= days.last and last >= days.first


def _catalogues(sensor: Sensor) -> Sequence[StacSource]:
    sources = [source for source in sensor.sources if isinstance(source, StacSource)]
    if not sources:
        raise SourceError(
            "NO_CATALOGUE",
            found=f"the sensor {sensor.name!r}, which is read from files only",
            expected="a sensor that a catalogue has",
            remedy=f"lstsr sharpen FILE --sensor {sensor.name}",
        )
    return sources


def _bands_of_files(sensor: Sensor) -> tuple[str, ...]:
    files = [source.bands for source in sensor.sources if isinstance(source, FileSource)]
    return files[0] if files else ()


def _with_all(error: SourceError, passed: Sequence[str]) -> SourceError:
    if len(passed) == 1:
        return error
    found = "; ".join(passed)
    return SourceError(error.code, found=found, expected=error.expected, remedy=error.remedy)


def _nothing(wanted: Wanted, access: Access, passed: Sequence[str]) -> EmptySearchError:
    near = nearest_days(wanted, access)
    known = f"the nearest have it: {', '.join(map(str, near))}" if near else "another date"
    return EmptySearchError(
        "NO_DATA_FOR_DATE",
        found="; ".join(passed),
        expected=f"a granule of {wanted.sensor.name} on {wanted.days} in this area",
        remedy=f"{known}; or another sensor of `lstsr plugins`",
    )


def nearest_days(wanted: Wanted, access: Access) -> tuple[dt.date, ...]:
    """Give the nearest dates that have a granule, the nearest first; none where nobody answers."""
    wide = replace(wanted, days=wanted.days.widened(AROUND))
    known: set[dt.date] = set()
    for source in _catalogues(wanted.sensor):
        try:
            granules = granules_of(source, wide, access)
        except SourceError:
            continue
        for one in granules:
            known.add(days_seen(one.start, one.end, wide.days.clock, wide.area.longitude)[0])
    days = wanted.days
    away = {day: max(days.first - day, day - days.last) for day in known}
    return tuple(sorted(known, key=lambda day: (away[day], day))[:NAMED])
