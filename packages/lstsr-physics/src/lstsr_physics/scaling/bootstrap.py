"""Confidence intervals by drawing whole neighbourhoods again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    Sums: TypeAlias = NDArray[np.floating[Any]]
    Statistic: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

CONFIDENCE: Final = 0.9
"""Probability that an interval holds the value. [1]"""
DRAWS: Final = 500
"""Times that neighbourhoods are drawn; the ends of a 90 % interval are then known to within a
tenth of its width. [1]"""
TILES: Final = 16
"""Neighbourhoods along one edge of a field at most. [1]"""
FEWEST: Final = 6
"""Neighbourhoods below which no interval is given. [1]"""
SEED: Final = 20250401
"""Start of the generator: the same field gives the same interval. [1]"""


def interval(sums: NDArray[np.float64], statistic: Statistic) -> NDArray[np.float64]:
    """Give the confidence interval of a statistic of sums over neighbourhoods.

    Parameters
    ----------
    sums : array, shape (neighbourhoods, sums)
        What each neighbourhood adds.
    statistic : callable
        Maps totals, shape (draws, sums), to values, shape (draws, values).

    Returns
    -------
    array, shape (2, values)
        Lower and upper end; NaN where there are too few neighbourhoods.

    References
    ----------
    .. [1] Davison & Hinkley, "Bootstrap Methods and their Application", 1997, chapter 8,
       :doi:`10.1017/CBO9780511802843`
    """
    held = sums[np.any(sums != 0, axis=1)]
    if len(held) < FEWEST:
        return np.full((2, statistic(sums.sum(axis=0)[None]).shape[1]), np.nan)
    generator = np.random.default_rng(SEED)
    drawn = generator.multinomial(len(held), np.full(len(held), 1 / len(held)), size=DRAWS)
    tail = (1 - CONFIDENCE) / 2
    return np.nanquantile(statistic(drawn @ held), (tail, 1 - tail), axis=0)


def neighbourhoods(field: Sums) -> NDArray[np.float64]:
    """Add up a field over at most `TILES` x `TILES` tiles.

    Parameters
    ----------
    field : array, shape (n, h, w)
        Finite; any units.

    Returns
    -------
    array, shape (tiles, n)
        Same units.
    """
    starts = (np.unique(np.arange(TILES) * size // TILES) for size in field.shape[1:])
    rows, columns = starts
    sums = np.add.reduceat(field, columns, axis=2, dtype=np.float64)
    tiles = np.add.reduceat(sums, rows, axis=1)
    return tiles.reshape(len(field), -1).T
