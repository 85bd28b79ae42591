"""What a place is usually like at a time of the year, and how far each day is from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

SPANS: Final = {"all": 1, "season": 4, "month": 12}
"""How many parts a year is cut into. [1]"""
USUAL_LEAST: Final = 3
"""Measured days below which nothing is called usual. [1]"""


@dataclass(frozen=True, kw_only=True)
class Climatology:
    """Per pixel and part of the year.

    Parameters
    ----------
    mean : array, shape (parts, y, x)
        NaN where too few days were measured. [K]
    spread : array, shape (parts, y, x)
        Standard deviation between days, of the sample; NaN there too, and for a single day. [K]
    count : array, shape (parts, y, x)
        Measured days. [1]
    """

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    count: NDArray[np.int32]


def part_of_year(moment: dt.datetime, by: str) -> int:
    """Give the part of the year of a moment: months from 0; seasons from December on, as DJF."""
    return {"all": 0, "season": moment.month % 12 // 3, "month": moment.month - 1}[by]


def usual(
    lst: NDArray[np.float32], parts: Sequence[int], of: int, *, least: int = USUAL_LEAST
) -> Climatology:
    """Give the climatology of a series.

    Parameters
    ----------
    lst : array, shape (time, y, x)
        Temperature, NaN where there is none. [K]
    parts : sequence of int
        Part of the year of each time.
    of : int
        How many parts there are. [1]
    least : int
        Measured days below which nothing is told. [1]

    Returns
    -------
    Climatology
    """
    made = [_usual(lst[np.equal(parts, part)].astype(np.float64), least) for part in range(of)]
    mean, spread, count = (np.stack(field) for field in zip(*made, strict=True))
    return Climatology(
        mean=mean.astype(np.float32), spread=spread.astype(np.float32), count=count.astype(np.int32)
    )


def _usual(lst: NDArray[np.float64], least: int) -> tuple[NDArray[Any], ...]:
    known = np.isfinite(lst)
    count = known.sum(axis=0)
    mean = np.where(known, lst, 0).sum(axis=0) / np.maximum(count, 1)
    squares = (np.where(known, lst - mean, 0) ** 2).sum(axis=0)
    spread = np.sqrt(squares / np.maximum(count - 1, 1))
    mean[count < least] = np.nan
    spread[(count < least) | (count < 2)] = np.nan  # noqa: PLR2004  two days vary, one does not
    return mean, spread, count


def unusual(
    lst: NDArray[np.float32], parts: Sequence[int], climate: Climatology
) -> NDArray[np.float32]:
    """Give each temperature less what is usual, shape (time, y, x); NaN where either is. [K]"""
    anomaly: NDArray[np.float32] = (lst - climate.mean[list(parts)]).astype(np.float32)
    return anomaly
