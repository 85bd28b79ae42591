"""Weighted polynomial regression of temperature on predictors, bounded where it leaves the data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lstsr_core.strips import strips_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.samples import Samples

REACH = 0.25
"""How far a predictor is followed outside of its range in the fit, in ranges (DMS takes the same
share, :doi:`10.3390/rs4113287`). [1]"""
RIDGE = 1e-8
"""Share of a monomial's variance that keeps the normal equations solvable. [1]"""
SAMPLES_PER_TERM = 4
"""Coarse pixels below which a term is not fitted. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A polynomial in several predictors, continued by its tangent and then held.

    Parameters
    ----------
    powers : array of int, shape (t, p)
        Power of each predictor in each term.
    coefficients : array, shape (t,)
        Of the terms in scaled predictors. [K]
    mean : float
        Weighted mean temperature of the fit. [K]
    centre, scale : array, shape (p,)
        Scaled predictor = (predictor - centre) / scale.
    low, high : array, shape (p,)
        Range of the scaled predictors in the fit.
    reach : float
        How far outside of its range a predictor is followed, in ranges. [1]
    """

    powers: NDArray[np.int64]
    coefficients: Field
    mean: float
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    reach: float = REACH

    def __call__(self, predictors: Field) -> Field:
        """Evaluate at predictors of shape (p, ...), in their precision; NaN stays NaN. [K]"""
        kind = predictors.dtype
        bounds = (self.centre, self.scale, self.low, self.high)
        centre, scale, low, high = (bound.astype(kind) for bound in bounds)
        scaled = ((predictors.T - centre) / scale).T
        inside = np.clip(scaled.T, low, high).T
        value = self._sum(inside, self.powers, self.coefficients) + kind.type(self.mean)
        beyond = kind.type(self.reach) * (high - low)
        for place, excess in enumerate(scaled - inside):
            if excess.any():
                slope = self._slope(inside, place)
                value = value + slope * np.clip(excess, -beyond[place], beyond[place])
        return value

    def _slope(self, inside: Field, place: int) -> Field:
        lowered = self.powers.copy()
        lowered[:, place] = np.maximum(lowered[:, place] - 1, 0)
        return self._sum(inside, lowered, self.coefficients * self.powers[:, place])

    @staticmethod
    def _sum(inside: Field, powers: NDArray[np.int64], coefficients: Field) -> Field:
        total: Field = np.zeros(inside.shape[1:], inside.dtype) + 0.0 * inside.sum(axis=0)
        for power, coefficient in zip(powers, coefficients, strict=True):
            if coefficient:
                total += inside.dtype.type(coefficient) * _monomial(inside, power)
        return total


def _monomial(scaled: Field, power: NDArray[np.int64]) -> Field:
    term: Field = np.ones((), scaled.dtype)
    for layer, exponent in zip(scaled, power, strict=True):
        if exponent:
            term = term * (layer if exponent == 1 else layer**exponent)
    return term


def fit_surface(
    samples: Samples, *, degree: int = 1, weighted: bool = True, reach: float = REACH
) -> Surface:
    """Fit a polynomial of a total degree by weighted least squares.

    Predictors are scaled to mean 0 and spread 1 first, which keeps high orders well-conditioned.

    Parameters
    ----------
    samples : Samples
        What to learn from.
    degree : int
        Highest total order; lowered where the pixels are too few for it. [1]
    weighted : bool
        Whether homogeneous pixels count for more.
    reach : float
        See `Surface`. [1]

    Returns
    -------
    Surface
        The constant mean where the pixels are too few, or no predictor varies.
    """
    pieces = partial(_pieces, samples, weighted=weighted)
    whole = _summarised(pieces)
    powers = _powers(len(whole.centre), degree, whole.pixels)
    scaled = (
        Piece((x - whole.centre[:, None]) / whole.scale[:, None], y - whole.mean, weight)
        for x, y, weight in pieces()
    )
    return Surface(
        powers=powers,
        coefficients=_solve(scaled, powers),
        mean=whole.mean,
        centre=whole.centre,
        scale=whole.scale,
        low=(whole.low - whole.centre) / whole.scale,
        high=(whole.high - whole.centre) / whole.scale,
        reach=reach,
    )


class Piece(NamedTuple):
    """Predictors, shape (p, n), temperature [K] and weight [1], shape (n,), of some pixels."""

    predictors: Field
    lst: Field
    weight: Field


class Summary(NamedTuple):
    """Of all pieces: their pixels, weighted mean temperature [K], and predictors, shape (p,)."""

    pixels: int
    mean: float
    centre: NDArray[np.float64]
    scale: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def _summarised(pieces: Callable[[], Iterator[Piece]]) -> Summary:
    """Summarise pixels that are given in pieces, more than once."""
    count = sum(lst.size for _, lst, _ in pieces())
    total = sum(weight.sum() for _, _, weight in pieces())
    centre = sum((x * weight).sum(axis=1) for x, _, weight in pieces()) / total
    level = sum(x.sum(axis=1) for x, _, _ in pieces())[:, None] / count
    scale = np.sqrt(sum(((x - level) ** 2).sum(axis=1) for x, _, _ in pieces()) / count)
    scale[scale <= 1e-9 * np.maximum(1.0, np.abs(centre))] = np.inf
    return Summary(
        pixels=count,
        mean=float(sum((lst * weight).sum() for _, lst, weight in pieces()) / total),
        centre=centre,
        scale=scale,
        low=np.min([x.min(axis=1) for x, _, _ in pieces()], axis=0),
        high=np.max([x.max(axis=1) for x, _, _ in pieces()], axis=0),
    )


def _pieces(samples: Samples, *, weighted: bool) -> Iterator[Piece]:
    """Give the usable pixels, a strip at a time; a single one of zeros where there are none."""
    found = False
    for strip in strips_of(samples.lst.shape):
        where = samples.weight[strip.inner] > 0
        if where.any():
            found = True
            lst = samples.lst[strip.inner][where]
            weight = samples.weight[strip.inner][where] if weighted else np.ones(lst.size)
            yield Piece(samples.predictors[:, strip.inner][:, where], lst, weight)
    if not found:
        yield Piece(np.zeros((len(samples.predictors), 1)), np.zeros(1), np.ones(1))


def _powers(predictors: int, degree: int, samples: int) -> NDArray[np.int64]:
    """List the powers of every term up to a degree that the samples allow."""
    while True:
        terms = [
            np.bincount(np.array(chosen, int), minlength=predictors)
            for order in range(degree + 1)
            for chosen in combinations_with_replacement(range(predictors), order)
        ]
        if degree == 0 or samples >= SAMPLES_PER_TERM * len(terms):
            return np.stack(terms)
        degree -= 1


def _solve(pieces: Iterable[Piece], powers: NDArray[np.int64]) -> Field:
    normal, right = np.zeros((len(powers), len(powers))), np.zeros(len(powers))
    for scaled, lst, weight in pieces:
        design = np.stack([np.broadcast_to(_monomial(scaled, p), lst.shape) for p in powers])
        weighed = design * weight
        normal += weighed @ design.T
        right += weighed @ lst
    # A predictor that does not vary leaves a row of zeros, which the ridge turns into a zero term.
    ridge = RIDGE * np.trace(normal) / len(powers)
    solved: Field = np.linalg.solve(normal + ridge * np.eye(len(powers)), right)
    return solved
