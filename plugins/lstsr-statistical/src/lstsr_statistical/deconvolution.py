"""Which point field, averaged over coarse pixels, has the semivariogram that was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_statistical.support import block_covariance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_statistical.semivariogram import Semivariogram

SHORTEST, LONGEST = 0.1, 100.0
"""Bounds of the scale: below, coarse pixels no longer share variance; above, the semivariogram is
a straight line and kriging weights do not change any more. [coarse pixel]"""
SHORTEST_IN_NOISE = 1.0
"""Shortest scale where noise is told from the field: coarse pixels cannot do so with what
decorrelates inside of them. [coarse pixel]"""
TRIALS, ROUNDS = 17, 4
"""Scales compared in each round, and rounds, each between the neighbours of the best; the last
step is 0.2 %. [1]"""


@dataclass(frozen=True, kw_only=True)
class PointModel:
    """An exponential covariance of points, and the noise of the coarse pixels.

    Parameters
    ----------
    sill : float
        Variance of a point. [K2]
    scale : float
        Distance at which 37 % of it are shared. [coarse pixel]
    nugget : float
        Variance of the noise of a coarse pixel. [K2]
    """

    sill: float
    scale: float
    nugget: float = 0.0


def deconvolve(found: Semivariogram, factor: int, *, noisy: bool = False) -> PointModel:
    """Fit the semivariogram of an averaged exponential field by weighted least squares.

    For a scale, sill and nugget follow linearly; the scale is searched. A lag counts by its pairs
    over its squared length, because near pixels carry the weights of kriging.

    Parameters
    ----------
    found : Semivariogram
        Of the coarse field.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    noisy : bool
        Whether part of the semivariogram may be noise of the coarse pixels.

    Returns
    -------
    PointModel
        Sill 0 and the shortest scale for a field that does not vary.

    References
    ----------
    .. [1] Goovaerts, "Kriging and semivariogram deconvolution in the presence of irregular
       geographical units", Mathematical Geosciences, 2008, :doi:`10.1007/s11004-007-9129-1`
    """
    scales = np.geomspace(SHORTEST_IN_NOISE if noisy else SHORTEST, LONGEST, TRIALS)
    best = PointModel(sill=0.0, scale=SHORTEST)
    for _ in range(ROUNDS):
        fits = [_fit(found, factor, float(scale), noisy=noisy) for scale in scales]
        place = int(np.argmin([error for error, _ in fits]))
        best = fits[place][1]
        low, high = max(place - 1, 0), min(place + 1, TRIALS - 1)
        scales = np.geomspace(scales[low], scales[high], TRIALS)
    return best


def _fit(
    found: Semivariogram, factor: int, scale: float, *, noisy: bool
) -> tuple[float, PointModel]:
    """Give the sum of squares that a scale leaves, and its model."""
    lags = len(found.value)
    covariance = block_covariance(lags, factor, scale)
    squared_lag = np.add.outer(np.arange(lags) ** 2, np.arange(lags) ** 2)
    used = (found.pairs > 0) & (squared_lag > 0) & (squared_lag < lags**2)
    weight = np.sqrt(found.pairs[used] / squared_lag[used])
    shape, value = (covariance[0, 0] - covariance)[used], found.value[used]
    sill, nugget = _non_negative(weight * shape, weight if noisy else 0.0 * weight, weight * value)
    error = float(((weight * (sill * shape + nugget - value)) ** 2).sum())
    return error, PointModel(sill=sill, scale=scale, nugget=nugget)


def _non_negative(
    shape: NDArray[np.float64], level: NDArray[np.float64], value: NDArray[np.float64]
) -> tuple[float, float]:
    """Give the factors, none below 0, of two columns whose sum comes nearest to the values."""
    a, b, c = float(shape @ shape), float(shape @ level), float(level @ level)
    p, q = float(shape @ value), float(level @ value)
    determinant = a * c - b * b
    if determinant > 1e-12 * a * c:
        first, second = (c * p - b * q) / determinant, (a * q - b * p) / determinant
        if first >= 0 and second >= 0:
            return first, second
        if first < 0:
            return 0.0, q / c
    return (p / a if a > 0 else 0.0), 0.0
