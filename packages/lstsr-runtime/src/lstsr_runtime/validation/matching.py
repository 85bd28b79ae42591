"""Views and stations meet at one place and one time."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import EmptySearchError
from lstsr_runtime.validation.ground import Ground, ground_temperature
from lstsr_runtime.validation.sun import sun_elevation
from lstsr_runtime.validation.view import look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lstsr_runtime.validation.station import Station
    from lstsr_runtime.validation.view import View

    Series = NDArray[np.float64]

AS_GRASS: Final = Ground()
"""What radiates where nothing else is told."""
SECONDS: Final = 60.0
"""Of a minute. [s]"""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What counts as a match.

    Parameters
    ----------
    minutes : float
        How far the measurements before and after a view may lie from it. [min]
    zenith : float
        Largest angle of a view from the vertical, where it is known. [degree]
    ground : Ground
        What radiates at the stations.
    """

    minutes: float = 30.0
    zenith: float = 90.0
    ground: Ground = AS_GRASS


@dataclass(frozen=True, kw_only=True)
class Match:
    """A sharpened temperature beside one measured on the ground.

    Parameters
    ----------
    station : str
        Name of the station.
    view : View
        What was sharpened.
    ground, ground_sigma : float
        What the ground had, and its standard uncertainty. [K]
    sun : float
        Height of the sun. [degree]
    """

    station: str
    view: View
    ground: float
    ground_sigma: float
    sun: float

    @property
    def difference(self) -> float:
        """Sharpened less ground. [K]"""
        return self.view.lst - self.ground

    @property
    def sigma(self) -> float:
        """Standard uncertainty of the difference: both sides. [K]"""
        return math.hypot(self.view.sigma, self.ground_sigma)


def match(runs: Sequence[Path], stations: Sequence[Station], rules: Rules) -> tuple[Match, ...]:
    """Match run folders with stations.

    Parameters
    ----------
    runs : sequence of pathlib.Path
        Run folders.
    stations : sequence of Station
        What was measured on the ground.
    rules : Rules
        What counts as a match.

    Returns
    -------
    tuple of Match
        In the order of time.

    Raises
    ------
    EmptySearchError
        ``NO_MATCHUPS``, with how many pairs failed for which reason.
    SourceError
        Where a folder is no run folder.
    """
    found, reasons = [], Counter[str]()
    for station in stations:
        lst, sigma = ground_temperature(station, rules.ground)
        for run in runs:
            view = look(run, station.latitude, station.longitude)
            reason = _unfit(view, rules)
            if view is None or reason:
                reasons[reason] += 1
                continue
            near = _at(station.time, (lst, sigma), view.time, rules.minutes)
            if near is None:
                reasons[f"no measurement within {rules.minutes:g} min"] += 1
                continue
            sun = sun_elevation(view.time, station.latitude, station.longitude)
            found.append(
                Match(
                    station=station.name, view=view, ground=near[0], ground_sigma=near[1], sun=sun
                )
            )
    if not found:
        raise _nothing(reasons)
    return tuple(sorted(found, key=lambda one: (one.view.time, one.station, one.view.run)))


def _unfit(view: View | None, rules: Rules) -> str:
    """Say why a view cannot be matched; empty where it can."""
    if view is None:
        return "station outside the grid"
    if not math.isfinite(view.lst):
        return "no temperature there"
    if np.isnat(view.time):
        return "time of the view not known"
    return "view too slanted" if view.zenith > rules.zenith else ""


def _at(
    time: NDArray[np.datetime64], fields: tuple[Series, Series], moment: np.datetime64, limit: float
) -> tuple[float, float] | None:
    """Interpolate to a moment between measurements on either side of it."""
    known = np.isfinite(fields[0])
    if not known.any():
        return None
    away = (time[known] - moment).astype("timedelta64[s]").astype(np.float64) / SECONDS
    before, after = away[away <= 0], away[away >= 0]
    if not before.size or not after.size or max(-before[-1], after[0]) > limit:
        return None
    lst, sigma = (float(np.interp(0.0, away, field[known])) for field in fields)
    return lst, math.hypot(sigma, _unrest(away, fields[0][known], limit))


def _unrest(away: Series, lst: Series, limit: float) -> float:
    """Give how much the ground strays from a straight line around a view. [K]"""
    near = np.abs(away) <= limit / 2
    if np.count_nonzero(near) <= 3:  # noqa: PLR2004  a line leaves nothing open then
        return 0.0
    slope, level = np.polyfit(away[near], lst[near], 1)
    return float(np.std(lst[near] - slope * away[near] - level))


def _nothing(reasons: Counter[str]) -> EmptySearchError:
    counted = "; ".join(f"{count} with {reason}" for reason, count in reasons.most_common())
    return EmptySearchError(
        "NO_MATCHUPS",
        found=counted or "no run folders",
        expected="at least one view of a station at a time that it measured",
        remedy="check places and dates of stations and runs, or widen --minutes",
    )
