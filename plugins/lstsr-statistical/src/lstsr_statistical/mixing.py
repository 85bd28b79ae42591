"""How values are mixed between neighbours, as one slope a guide around every coarse pixel.

A fine pixel i is a mixture of what the coarse pixels j around it hold, with weights that belong
to the ground and not to the band [1]_: ``g_i = sum_j W_ij g_j`` for every guide, therefore
``T_i = sum_j W_ij T_j``. A few guides do not fix the weights. Of all that add up to 1 we take those
nearest to interpolation, ``b_ij``, in the sense of

``min (g_i - sum_j W_ij g_j)' (r V)^-1 (g_i - sum_j W_ij g_j) + sum_j (W_ij - b_ij)^2 / w_j``

with w a smooth window, V the variances of the guides inside coarse pixels and r the ridge. Thus

``W_ij = b_ij + w_j (g_j - <g>)' (C + r V)^-1 (g_i - sum_j b_ij g_j)``

with C the covariance of the guides in the window. In ``sum_j W_ij T_j`` the sum over j is carried
out first, once a coarse pixel: it gives slopes. No weight of a fine pixel is ever stored.

References
----------
.. [1] Brodu, "Super-resolving multiresolution images with band-independent geometry of
   multispectral pixels", IEEE Trans. Geoscience and Remote Sensing, 2017,
   :doi:`10.1109/TGRS.2017.2694881`. The idea is his; he finds weights and shared values in turn,
   from several bands. The ridge, the window and the closed form are ours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.kernel import Taps, weighted_sum
from lstsr_core.nested import block_coverage, block_mean
from lstsr_statistical.samples import LEAST_COVERAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

    Fields = NDArray[np.float64]

FLOOR = 1e-9
"""Variance of a scaled guide that keeps the equations solvable where nothing varies. [1]"""


def means_and_variances(predictors: Fields, factor: int) -> tuple[Fields, Fields]:
    """Give means and variances inside coarse pixels.

    Parameters
    ----------
    predictors : array, shape (p, factor * h, factor * w)
        Scaled predictors, NaN in all where one is missing. [1]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    means, variances : arrays, shape (p, h, w)
        NaN where the guides cover too little. [1]
    """
    means = block_mean(predictors, factor).astype(np.float64)
    means[:, block_coverage(predictors[0], factor) < LEAST_COVERAGE] = np.nan
    variances: Fields = np.maximum(block_mean(predictors**2, factor) - means**2, 0.0)
    return means, variances


def slopes(lst: Field, means: Fields, variances: Fields, *, window: int, ridge: float) -> Fields:
    """Give what one unit of each predictor exchanges of the temperature.

    Parameters
    ----------
    lst : array, shape (h, w)
        Coarse temperature, NaN where there is none. [K]
    means, variances : array, shape (p, h, w)
        Of the predictors inside coarse pixels, as `means_and_variances` gives them. [1]
    window : int
        Edge of the window. [coarse pixel]
    ridge : float
        How firmly weights stay with interpolation. [1]

    Returns
    -------
    array, shape (p, h, w)
        0 where nothing was measured around. [K]
    """
    there = np.isfinite(lst) & np.isfinite(means).all(axis=0)
    level = lst[there].mean() if there.any() else 0.0
    x, y = np.where(there, means, 0.0), np.where(there, lst - level, 0.0)
    average = WindowMean(there, window)
    x_here, y_here = np.stack([average(layer) for layer in x]), average(y)
    normal = np.empty((*y.shape, len(x), len(x)))
    right = np.empty((*y.shape, len(x)))
    for i, layer in enumerate(x):
        right[..., i] = average(layer * y) - x_here[i] * y_here
        for j in range(i + 1):
            both = average(layer * x[j]) - x_here[i] * x_here[j]
            normal[..., i, j] = normal[..., j, i] = both
        normal[..., i, i] += ridge * average(np.where(there, variances[i], 0.0)) + FLOOR
    return np.moveaxis(np.linalg.solve(normal, right[..., None])[..., 0], -1, 0)


class WindowMean:
    """The mean of what was measured in a smooth window around every pixel."""

    def __init__(self, there: NDArray[np.bool_], window: int) -> None:
        self._taps = binomial_taps(window)
        weight = weighted_sum(there.astype(np.float64), self._taps, self._taps)
        self._weight = np.where(weight > 0, weight, 1.0)

    def __call__(self, field: Fields) -> Fields:
        """Average a field that is 0 where nothing was measured."""
        mean: Fields = weighted_sum(field, self._taps, self._taps) / self._weight
        return mean


def explained(lst: Field, means: Fields, found: Fields, window: int) -> Fields:
    """Give the part of the coarse temperature that follows the guides inside a window.

    Parameters
    ----------
    lst : array, shape (h, w)
        Coarse temperature, NaN where there is none. [K]
    means, found : array, shape (p, h, w)
        Predictors, and the slopes that `slopes` found. [1], [K]
    window : int
        Edge of the window. [coarse pixel]

    Returns
    -------
    array, shape (h, w)
        0 where a guide or the temperature is missing. [K]
    """
    there = np.isfinite(lst) & np.isfinite(means).all(axis=0)
    average = WindowMean(there, window)
    part = np.zeros(lst.shape)
    for layer, slope in zip(np.where(there, means, 0.0), found, strict=True):
        part += slope * (layer - average(layer))
    return np.where(there, part, 0.0)


def binomial_taps(window: int) -> Taps:
    """Weigh the pixels of an odd window by binomial coefficients. [1]"""
    weights = np.array([math.comb(window - 1, k) for k in range(window)], float)
    return Taps(first=-(window // 2), weights=weights / weights.sum())
