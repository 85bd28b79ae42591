"""Among versions, duplicates and overpasses one is chosen, always the same, and it is said why."""

from __future__ import annotations

import datetime as dt
import logging
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lstsr_data.acquisition.granule import Granule

NASA: Final = re.compile(
    r"(?P<seen>[^.]+\.A\d{7}(?:\.\d{4})?(?:\.h\d\dv\d\d)?)\.(?P<version>\d{3})(?:\.(?P<made>\d+))?"
)
"""Name of a NASA granule: product, date and tile; version; date of production."""
LANDSAT: Final = re.compile(r"(?P<seen>L\w\d\d_L\w{3}_\d{6}_\d{8}).*_(?P<tier>RT|T1|T2)")
"""Name of a Landsat product; its tier."""
TIERS: Final = {"RT": 0, "T2": 1, "T1": 2}
"""Tiers of Landsat, the best last: real time, coarser geometry, for time series."""
SENTINEL2: Final = re.compile(r"(?P<seen>S2\w_MSIL2A_\w{15}_R\d{3}_T\w{5})_(?P<made>\w{15})")
"""Name of a Sentinel-2 item of the Planetary Computer; date of production."""
ONE_PASS: Final = dt.timedelta(minutes=20)
"""Granules of one series that follow each other this closely were seen in one overpass. [min]"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Overpass:
    """Granules of one series that were seen together.

    Parameters
    ----------
    granules : tuple of Granule
        Sorted by name.
    """

    granules: tuple[Granule, ...]

    @property
    def series(self) -> str:
        """See `Granule.series`."""
        return self.granules[0].series

    @property
    def middle(self) -> dt.datetime:
        """Middle of its first granule. [UTC]"""
        return min(granule.middle for granule in self.granules)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its granules."""
        return tuple(granule.name for granule in self.granules)


def best_versions(granules: Iterable[Granule]) -> tuple[Granule, ...]:
    """Keep one granule of each observation: best tier, highest version, latest production.

    Returns
    -------
    tuple of Granule
        Sorted by name. What was left out is logged with what it was left out for.
    """
    ordered = sorted(granules, key=lambda one: (_observation(one), _rank(one)))
    kept = []
    for _, alike in groupby(ordered, key=_observation):
        *others, best = alike
        kept.append(best)
        for other in others:
            logger.info("%s is left out for %s, the newer of the same", other.name, best.name)
    return tuple(sorted(kept, key=lambda one: one.name))


def _observation(granule: Granule) -> str:
    """Say what a granule shows, whatever its version."""
    for form in (NASA, LANDSAT, SENTINEL2):
        found = form.match(granule.name)
        if found:
            return found["seen"]
    place = " ".join(f"{edge:.3f}" for edge in granule.bbox)
    return f"{granule.series} {granule.start.isoformat()} {place}"


def _rank(granule: Granule) -> tuple[int, str, str, str]:
    """Order granules of one observation, the best last."""
    for form in (NASA, LANDSAT, SENTINEL2):
        found = form.match(granule.name)
        if found:
            parts = found.groupdict(default="")
            tier = TIERS.get(parts.get("tier", ""), 0)
            return tier, parts.get("version", ""), parts.get("made", ""), granule.name
    made = str(granule.properties.get("updated") or granule.properties.get("created") or "")
    return 0, str(granule.properties.get("version", "")), made, granule.name


def overpasses(granules: Iterable[Granule]) -> tuple[Overpass, ...]:
    """Group granules by series and overpass, sorted by series and time."""
    found: list[list[Granule]] = []
    for one in sorted(granules, key=lambda one: (one.series, one.start, one.name)):
        last = found[-1][-1] if found else None
        together = last is not None and last.series == one.series
        if together and last is not None and one.start - last.start <= ONE_PASS:
            found[-1].append(one)
        else:
            found.append([one])
    return tuple(
        Overpass(granules=tuple(sorted(group, key=lambda one: one.name))) for group in found
    )


def best_overpass(
    passes: Sequence[Overpass],
    coverage: Callable[[Overpass], float],
    near: dt.datetime | None = None,
) -> Overpass:
    """Choose the overpass that covers most; of equals the nearest in time, then the first.

    Parameters
    ----------
    passes : sequence of Overpass
        One or more.
    coverage : callable
        Share of the area that one covers; compared to a hundredth. [1]
    near : datetime.datetime, optional
        When it should have been seen. [UTC]
    """

    def rank(one: Overpass) -> tuple[float, float, str, dt.datetime]:
        away = abs((one.middle - near).total_seconds()) if near is not None else 0.0
        return -round(coverage(one), 2), away, one.series, one.middle

    ordered = sorted(passes, key=rank)
    for other in ordered[1:]:
        logger.info(
            "%s is left out for %s, which covers more, is nearer in time or comes first",
            ", ".join(other.names),
            ", ".join(ordered[0].names),
        )
    return ordered[0]
