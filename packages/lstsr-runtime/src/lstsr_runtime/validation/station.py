"""A station: where it stands, and the long-wave radiation that it measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Series = NDArray[np.float64]

FULL_CIRCLE: Final = 360.0
"""Longitudes repeat after it. [degree]"""


@dataclass(frozen=True, kw_only=True)
class Station:
    """Long-wave radiation measured at one place.

    Parameters
    ----------
    name : str
        What it is called.
    latitude, longitude : float
        Where it stands. [degree_north], [degree_east]
    time : array of datetime64, shape (n,)
        UTC, rising.
    up, down : arrays, shape (n,)
        Hemispheric long-wave radiation from below and from above, NaN where not trusted. [W m-2]
    """

    name: str
    latitude: float
    longitude: float
    time: NDArray[np.datetime64]
    up: Series
    down: Series


def make_station(
    name: str,
    place: tuple[float, float],
    time: NDArray[np.datetime64],
    up: Series,
    down: Series,
) -> Station:
    """Put a station together: times in order and once each, longitudes from -180 on.

    Parameters
    ----------
    name : str
        What it is called.
    place : (float, float)
        Latitude and longitude. [degree]
    time : array of datetime64, shape (n,)
        UTC.
    up, down : arrays, shape (n,)
        Long-wave radiation. [W m-2]
    """
    stamps, order = np.unique(time.astype("datetime64[s]"), return_index=True)
    east = (place[1] + FULL_CIRCLE / 2) % FULL_CIRCLE - FULL_CIRCLE / 2
    return Station(
        name=name,
        latitude=place[0],
        longitude=east,
        time=stamps,
        up=np.asarray(up, np.float64)[order],
        down=np.asarray(down, np.float64)[order],
    )


def join_stations(parts: Sequence[Station]) -> tuple[Station, ...]:
    """Join the files of one station, told by its name, into one series each."""
    named: dict[str, list[Station]] = {}
    for part in parts:
        named.setdefault(part.name, []).append(part)
    return tuple(_join(own) for own in named.values())


def _join(own: Sequence[Station]) -> Station:
    time, up, down = (
        np.concatenate([getattr(part, word) for part in own]) for word in ("time", "up", "down")
    )
    return make_station(own[0].name, (own[0].latitude, own[0].longitude), time, up, down)


def lacks(path: Path, what: str, remedy: str) -> SourceError:
    """Make the error of a file that is no station's."""
    return SourceError(
        "STATION_INCOMPLETE",
        found=f"{path} without {what}",
        expected="long-wave radiation from below and above, times and a place",
        remedy=remedy,
    )
