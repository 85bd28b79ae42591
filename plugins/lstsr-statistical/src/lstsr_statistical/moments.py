"""Mean and spread of a field that is given in pieces."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lstsr_core.nested import Field


def deviation(pieces: Iterable[Field]) -> tuple[int, float]:
    """Give how many values there are, and their standard deviation.

    Parameters
    ----------
    pieces : iterable of array
        Without NaN; any units.

    Returns
    -------
    count : int
        [1]
    spread : float
        NaN for no value; same units.

    References
    ----------
    .. [1] Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American
       Statistician, 1983, :doi:`10.1080/00031305.1983.10483115`
    """
    told = [_told(piece) for piece in pieces if piece.size]
    count = sum(size for size, _, _ in told)
    if not count:
        return 0, math.nan
    mean = sum(size * mean for size, mean, _ in told) / count
    squares = sum(square + size * (own - mean) ** 2 for size, own, square in told)
    # One piece alone gives what numpy gives for it, to the last bit.
    return count, math.sqrt((told[0][2] if len(told) == 1 else squares) / count)


def _told(piece: Field) -> tuple[int, float, float]:
    mean = float(piece.mean())
    return piece.size, mean, float(((piece - mean) ** 2).sum())
