"""Linear regression in a moving window around every coarse pixel, without seams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.kernel import box_taps, weighted_sum
from lstsr_core.nested import upsample_linear
from lstsr_statistical.linear import REACH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.samples import Samples

FIRMNESS = 0.02
"""Weight of the whole scene's coefficients, as a share of the scene's variance of a predictor;
they take over in a window where a predictor hardly varies. [1]"""


@dataclass(frozen=True, kw_only=True)
class LocalSurface:
    """A plane in the predictors around every coarse pixel.

    Parameters
    ----------
    slopes : array, shape (p, h, w)
        Kelvin per unit of each predictor.
    intercept : array, shape (h, w)
        Temperature where all predictors are 0. [K]
    low, high : array, shape (p,)
        What the predictors are held to: their range in the fit, and a share beyond.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    """

    slopes: NDArray[np.float64]
    intercept: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    factor: int

    def cut(self, rows: slice, columns: slice) -> LocalSurface:
        """Give the part of a window of coarse pixels."""
        return replace(
            self, slopes=self.slopes[:, rows, columns], intercept=self.intercept[rows, columns]
        )

    def __call__(self, predictors: Field) -> Field:
        """Evaluate at fine predictors, shape (p, factor * h, factor * w); NaN stays NaN. [K]

        Coefficients are interpolated linearly between coarse centres, so windows leave no seams.
        """
        total = upsample_linear(self.intercept, self.factor)
        held = np.clip(predictors.T, self.low, self.high).T
        for slope, predictor in zip(self.slopes, held, strict=True):
            total = total + upsample_linear(slope, self.factor) * predictor
        return total

    def coarse(self, predictors: Field) -> Field:
        """Evaluate at coarse predictors, shape (p, h, w). [K]"""
        value: Field = self.intercept + (self.slopes * predictors).sum(axis=0)
        return value


def fit_windows(
    samples: Samples, window: int, *, weighted: bool = True, reach: float = REACH
) -> LocalSurface:
    """Fit a plane by weighted least squares in a window around every coarse pixel.

    The sums over windows are convolutions; the normal equations of all pixels are solved at once.

    Parameters
    ----------
    samples : Samples
        What to learn from.
    window : int
        Edge of the window. [coarse pixel]
    weighted : bool
        Whether homogeneous pixels count for more.
    reach : float
        How far outside of their range predictors are followed, in ranges. [1]

    Returns
    -------
    LocalSurface
    """
    weight = samples.weight if weighted else samples.usable.astype(np.float64)
    x = np.where(samples.usable, samples.predictors, 0.0)
    y = np.where(samples.usable, samples.lst, 0.0)
    whole = weight / max(weight.sum(), 1e-12)
    x_mean, y_mean = (whole * x).sum(axis=(1, 2)), float((whole * y).sum())
    x, y = x - x_mean[:, None, None], y - y_mean
    slopes, x_here, y_here = _solve(x, y, weight, window)
    low, high = _range(samples, reach)
    intercept = y_mean + y_here - (slopes * (x_here + x_mean[:, None, None])).sum(axis=0)
    return LocalSurface(
        slopes=slopes, intercept=intercept, low=low, high=high, factor=samples.factor
    )


def _solve(
    x: NDArray[np.float64], y: Field, weight: Field, window: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], Field]:
    """Give slopes and window means, drawn towards those of the whole scene."""
    count = x.shape[0]
    everywhere = (weight * x).reshape(count, -1)
    total = max(weight.sum(), 1e-12)
    scene = everywhere @ x.reshape(count, -1).T / total
    prior = FIRMNESS * np.diag(np.maximum(np.diag(scene), 1e-12))
    steady = np.linalg.solve(scene + 1e-3 * prior, everywhere @ y.ravel() / total)
    mass = _window_sum(weight, window)
    share = np.maximum(mass, 1e-9)
    x_here = np.stack([_window_sum(weight * layer, window) / share for layer in x])
    y_here = _window_sum(weight * y, window) / share
    normal = np.empty((*y.shape, count, count))
    right = np.empty((*y.shape, count))
    for i in range(count):
        right[..., i] = _window_sum(weight * x[i] * y, window) / share - x_here[i] * y_here
        for j in range(i + 1):
            both = _window_sum(weight * x[i] * x[j], window) / share - x_here[i] * x_here[j]
            normal[..., i, j] = normal[..., j, i] = both
    solved = np.linalg.solve(normal + prior, (right + prior @ steady)[..., None])[..., 0]
    slopes = np.moveaxis(solved, -1, 0).astype(np.float64)
    return slopes, x_here, y_here


def _window_sum(field: Field, window: int) -> Field:
    taps = box_taps(0.0, window)
    return weighted_sum(field, taps, taps) * window**2


def _range(samples: Samples, reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    used = samples.predictors[:, samples.usable]
    if used.size == 0:
        zero = np.zeros(len(used))
        return zero, zero
    low, high = used.min(axis=1), used.max(axis=1)
    beyond = reach * (high - low)
    return low - beyond, high + beyond
