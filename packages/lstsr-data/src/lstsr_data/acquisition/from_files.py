"""Files named on a command line are handed to the sensors whose products they are."""

from __future__ import annotations

import datetime as dt
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, SourceError
from lstsr_data.acquisition.choice import best_versions, overpasses
from lstsr_data.acquisition.days import Days, days_seen
from lstsr_data.acquisition.disk import read_held
from lstsr_data.plain_sensor import plain_guide

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lstsr_data.acquisition.granule import Granule

    Held = dict[str, tuple[Granule, ...]]

PLAIN: Final = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_]*)=(?P<path>.+)")
"""A plain raster and the guide that it is."""
NOON: Final = dt.time(12, tzinfo=dt.UTC)
"""Time of a day that stands for it. [UTC]"""


def hold(
    sensors: Sequence[Sensor], files: Iterable[Path], guide_files: Iterable[str], days: Days | None
) -> tuple[tuple[Sensor, ...], Held]:
    """Read what files are, and give each to its sensor.

    Parameters
    ----------
    sensors : sequence of Sensor
        That of the temperature, then those of guides.
    files : iterable of path
        Products of the temperature.
    guide_files : iterable of str
        Products of the guides, or ``NAME=PATH``.
    days : Days, optional
        When those were seen that do not say it.

    Returns
    -------
    guides : tuple of Sensor
        Those that were given, and one of each plain raster.
    held : dict of str to tuple of Granule
        Granules by the names of sensors; of those alone that files were given for.

    Raises
    ------
    SourceError
        ``OPTION_INVALID`` where a file is of no guide; those of `read_held`.
    """
    thermal, *guides = sensors
    held: Held = {}
    moment = dt.datetime.combine(days.first, NOON) if days is not None else None
    if paths := tuple(files):
        held[thermal.name] = read_held(paths, thermal, moment)
        moment = moment or held[thermal.name][0].middle
    for word in guide_files:
        for guide in _guides_of(word, guides):
            if guide not in guides:
                guides.append(guide)
            plain = PLAIN.fullmatch(word) if not Path(word).exists() else None
            path = Path(plain["path"] if plain else word)
            held[guide.name] = (*held.get(guide.name, ()), *read_held([path], guide, moment))
    return tuple(guides), held


def _guides_of(word: str, guides: Sequence[Sensor]) -> Sequence[Sensor]:
    plain = PLAIN.fullmatch(word)
    if plain and not Path(word).exists():
        return [plain_guide(plain["name"])]
    path = Path(word)
    matching = [guide for guide in guides if _matches(path.name, guide)]
    if matching or len(guides) == 1:
        return matching or guides
    raise SourceError(
        "OPTION_INVALID",
        found=f"{path} for {', '.join(guide.name for guide in guides) or 'no guide'}",
        expected="a file of one of the guides, or NAME=PATH for a plain raster",
        remedy="name the sensor that it comes from by --guide, or the guide: ndvi=NDVI.tif",
    )


def _matches(name: str, sensor: Sensor) -> bool:
    return any(
        fnmatchcase(name, pattern)
        for source in sensor.sources
        if isinstance(source, FileSource)
        for pattern in source.patterns
    )


def day_of(granules: Sequence[Granule], only: str = "") -> Days:
    """Give the day, in UTC, of files that were seen together.

    Raises
    ------
    SourceError
        ``OPTION_INVALID`` where they were seen at several times.
    """
    chosen = [granule for granule in granules if granule.name.startswith(only)]
    passes = overpasses(best_versions(chosen))
    if len(passes) == 1:
        first = passes[0].granules[0]
        day, _ = days_seen(first.start, first.end, "utc", 0.0)
        return Days(first=day, last=day)
    times = sorted({f"{one.middle:%Y-%m-%d %H:%M}" for one in passes})
    raise SourceError(
        "OPTION_INVALID",
        found=f"files of {len(passes)} overpasses: {', '.join(times) or 'none'}",
        expected="files that were seen together",
        remedy="choose by --date or --only, or write a series by --dates",
    )
