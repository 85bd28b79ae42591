"""Separable weighted means of fields with gaps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

REACH = 2
"""Coarse pixels on each side that cubic upsampling looks at. [coarse pixel]"""
KEYS_A = -0.5
"""Parameter of the cubic convolution kernel that is exact for quadratics
(:doi:`10.1109/TASSP.1981.1163711`). [1]"""
TAIL = 4.0
"""Standard deviations at which a Gaussian is cut off; 6e-5 of its weight lies beyond. [1]"""


@dataclass(frozen=True, kw_only=True)
class Taps:
    """Weights of the neighbours of a point along one axis.

    Parameters
    ----------
    first : int
        Place of the first neighbour, counted from the pixel that the point belongs to. [pixel]
    weights : array, shape (n,)
        Weight of each neighbour; they add up to 1. [1]
    """

    first: int
    weights: NDArray[np.float64]


def gaussian_taps(centre: float, sigma: float) -> Taps:
    """Weigh the pixels around a point by a Gaussian; both in pixels. [1]"""
    first, last = math.floor(centre - TAIL * sigma), math.ceil(centre + TAIL * sigma)
    weights = np.exp(-0.5 * ((np.arange(first, last + 1) - centre) / sigma) ** 2)
    return Taps(first=first, weights=weights / weights.sum())


def box_taps(centre: float, width: float) -> Taps:
    """Weigh the pixels around a point by what a box covers of them; both in pixels. [1]"""
    low, high = centre - width / 2, centre + width / 2
    first, last = math.floor(low + 0.5), math.ceil(high - 0.5)
    edges = np.arange(first, last + 1)
    covered = np.minimum(edges + 0.5, high) - np.maximum(edges - 0.5, low)
    return Taps(first=first, weights=covered / width)


def cubic_taps(centre: float) -> Taps:
    """Weigh the four pixels around a point by cubic convolution. [1]

    References
    ----------
    .. [1] Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans.
       Acoustics, Speech, Signal Process., 1981, :doi:`10.1109/TASSP.1981.1163711`
    """
    first = math.floor(centre) - 1
    distance = np.abs(np.arange(first, first + 4) - centre)
    return Taps(first=first, weights=cubic_kernel(distance))


def cubic_kernel(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh neighbours by their distance, 0 or more pixels, for cubic convolution. [1]"""
    x, a = distance, KEYS_A
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x <= 1, near, np.where(x < REACH, far, 0.0))


def weighted_mean(
    field: Field, rows: Taps, columns: Taps, step: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average the measured neighbours of every pixel, or of every step-th one.

    Parameters
    ----------
    field : array, shape (step * h, step * w)
        NaN where nothing was measured; any units.
    rows, columns : Taps
        Weights along each axis, around the first pixel of every step.
    step : int
        Pixels from one mean to the next. [pixel]

    Returns
    -------
    mean : array, shape (h, w)
        NaN where no neighbour was measured; same units.
    weight : array, shape (h, w)
        Share of the weight that fell on measured pixels, 0 to 1; outside of the field nothing
        was measured. [1]
    """
    valid = np.isfinite(field)
    if valid.all():
        total, weight = weighted_sum(field, rows, columns, step), _whole(field, rows, columns, step)
    else:
        total = weighted_sum(np.where(valid, field, 0.0), rows, columns, step)
        weight = weighted_sum(valid.astype(np.float64), rows, columns, step)
    mean = np.full(weight.shape, np.nan)
    np.divide(total, weight, out=mean, where=weight > np.finfo(np.float32).eps)
    return mean, weight


def weighted_sum(field: Field, rows: Taps, columns: Taps, step: int = 1) -> NDArray[np.float64]:
    """Add up the weighted neighbours; as `weighted_mean`, of a field without gaps."""
    down = np.ascontiguousarray(_along_rows(field, rows, step).T)
    return np.ascontiguousarray(_along_rows(down, columns, step).T)


def _whole(field: Field, rows: Taps, columns: Taps, step: int) -> NDArray[np.float64]:
    """Give the share of the weight that falls inside of a field without gaps."""
    sides = zip(field.shape, (rows, columns), strict=True)
    down, across = (_along_rows(np.ones((size, 1)), taps, step) for size, taps in sides)
    return down * across.T


def _along_rows(field: Field, taps: Taps, step: int) -> NDArray[np.float64]:
    """Apply the taps along the first axis; the loop runs over taps, never over pixels."""
    size = field.shape[0] // step
    before = max(0, -taps.first)
    after = max(0, taps.first + taps.weights.size - step)
    padded = np.pad(field, ((before, after), (0, 0)))
    start = taps.first + before
    total, part = np.zeros((size, field.shape[1])), np.empty((size, field.shape[1]))
    for tap, weight in enumerate(taps.weights):
        first = start + tap
        total += np.multiply(padded[first : first + step * (size - 1) + 1 : step], weight, out=part)
    return total
