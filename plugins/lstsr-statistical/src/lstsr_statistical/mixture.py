"""What was learnt on the whole scene and in windows is mixed by what each misses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.kernel import box_taps, weighted_mean
from lstsr_core.nested import upsample_linear

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.mosaic import Mosaic
    from lstsr_statistical.samples import Samples
    from lstsr_statistical.tables import Learned, Moments

NEAR = 5
"""Edge of the window in which squared residuals are averaged. [coarse pixel]"""
TINY = 1e-12
"""What is added to squared residuals so that two zeros count alike. [K2]"""


@dataclass(frozen=True, kw_only=True)
class Mixture:
    """A temperature and its spread as functions of predictors and place.

    Parameters
    ----------
    whole : callable
        What was learnt on the whole scene.
    mosaic : Mosaic, optional
        What was learnt in windows.
    share : array, shape (h, w)
        Weight of the mosaic at each coarse pixel of the scene. [1]
    """

    whole: Learned
    mosaic: Mosaic | None
    share: NDArray[np.float64]

    def __call__(self, predictors: Field, corner: tuple[int, int], factor: int) -> Moments:
        """Give mean [K] and variance [K2] over trees, windows and the whole.

        Parameters
        ----------
        predictors : array, shape (p, factor * h, factor * w)
            Of a tile; what comes of gaps means nothing.
        corner : (int, int)
            First row and column of the tile in the scene. [coarse pixel]
        factor : int
            Fine pixels along one edge of a coarse pixel. [1]
        """
        mean, variance = _learned_at(self.whole, predictors)
        if self.mosaic is None:
            return mean, variance
        rows, columns = (size // factor for size in predictors.shape[1:])
        apart, second = np.zeros(mean.shape), np.zeros(mean.shape)
        for learned, window, weight in self.mosaic.patches(corner, (rows, columns), factor):
            here, spread = _learned_at(learned, predictors[:, window[0], window[1]])
            beside = here - mean[window]
            apart[window] += weight * beside
            second[window] += weight * (beside * beside + spread - variance[window])
        place = slice(corner[0], corner[0] + rows), slice(corner[1], corner[1] + columns)
        share = upsample_linear(self.share[place], factor)
        apart *= share
        spread = variance + share * second - apart * apart
        return mean + apart, np.maximum(spread, 0.0)


def _learned_at(learned: Learned, predictors: Field) -> Moments:
    count, *shape = predictors.shape
    samples = np.ascontiguousarray(predictors.reshape(count, -1).T, np.float32)
    mean, variance = learned(samples)
    return mean.reshape(shape), variance.reshape(shape)


def mix(samples: Samples, whole: Learned, mosaic: Mosaic | None) -> Mixture:
    """Weigh the mosaic against the whole by the inverse of their squared residuals.

    Residuals are those at the coarse scale, averaged over neighbours.

    Parameters
    ----------
    samples : Samples
        What was learnt from.
    whole : callable
        What was learnt on the whole scene.
    mosaic : Mosaic, optional
        What was learnt in windows.

    Returns
    -------
    Mixture

    References
    ----------
    .. [1] Gao, Kustas and Anderson, "A data mining approach for sharpening thermal satellite
       imagery over land", Remote Sensing, 2012, :doi:`10.3390/rs4113287`
    """
    ones = np.ones(samples.lst.shape)
    alone = Mixture(whole=whole, mosaic=None, share=0.0 * ones)
    if mosaic is None:
        return alone
    local = Mixture(whole=whole, mosaic=mosaic, share=ones)
    missed_alone, missed_local = (
        squares_near(samples.lst - coarse_moments(samples, mixture)[0]) + TINY
        for mixture in (alone, local)
    )
    return replace(local, share=missed_alone / (missed_alone + missed_local))


def coarse_moments(samples: Samples, mixture: Mixture) -> Moments:
    """Give mean [K] and variance [K2] at the coarse pixels learnt from; NaN elsewhere."""
    predictors = np.where(samples.usable, samples.predictors, 0.0)
    mean, variance = mixture(predictors, (0, 0), 1)
    gap = np.where(samples.usable, 0.0, np.nan)
    return mean + gap, variance + gap


def squares_near(residual: Field) -> NDArray[np.float64]:
    """Average squared residuals over neighbours, over the scene where there are none. [K2]"""
    taps = box_taps(0.0, NEAR)
    mean, _ = weighted_mean(residual * residual, taps, taps)
    everywhere = float(np.nanmean(mean)) if np.isfinite(mean).any() else 0.0
    return np.where(np.isnan(mean), everywhere, mean)
