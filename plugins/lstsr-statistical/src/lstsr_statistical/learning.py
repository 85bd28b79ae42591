"""What a function of the predictors learns from: the homogeneous coarse pixels of a window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lstsr_statistical.tables import quickened

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lstsr_statistical.samples import Samples
    from lstsr_statistical.tables import Learned, Moments

    Vector = NDArray[np.float64]
    Window: TypeAlias = tuple[slice, slice]
    Learner: TypeAlias = Callable[[Vector, Vector, Vector], Learned]

EVERYWHERE = (slice(None), slice(None))
"""The window that holds the whole scene."""


def homogeneous(samples: Samples, share: float) -> Samples:
    """Keep a share of the coarse pixels to learn from, the most homogeneous ones. [1]"""
    if share >= 1 or not samples.usable.any():
        return samples
    least = np.quantile(samples.weight[samples.usable], 1 - share)
    return replace(samples, weight=np.where(samples.weight >= least, samples.weight, 0.0))


def learn(samples: Samples, learner: Learner, window: Window = EVERYWHERE) -> Learned:
    """Learn from the usable pixels of a window.

    Parameters
    ----------
    samples : Samples
        What to learn from.
    learner : callable
        Predictors, shape (n, p), temperature and weight, shape (n,), to what is learnt.
    window : (slice, slice)
        Rows and columns; the whole scene by default. [coarse pixel]

    Returns
    -------
    callable
        Samples, shape (n, p), to mean [K] and variance [K2]; NaN where nothing could be learnt.
    """
    where = samples.usable[window]
    if not where.any():
        return nothing
    predictors = samples.predictors[:, window[0], window[1]][:, where].T
    learned = learner(predictors, samples.lst[window][where], samples.weight[window][where])
    return quickened(learned, predictors)


def nothing(samples: NDArray[np.float32]) -> Moments:
    """Stand for what is learnt where there is nothing to learn from."""
    return np.full(len(samples), np.nan), np.zeros(len(samples))
