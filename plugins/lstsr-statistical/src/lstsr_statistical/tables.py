"""A function of a single predictor is tabulated once and read off for every pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Moments: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
    Learned: TypeAlias = Callable[[NDArray[np.float32]], Moments]

NODES = 512
"""Places at which a function is tabulated. [1]"""
BEYOND = 0.5
"""How far outside of the predictor's range it is, in ranges; held beyond that. [1]"""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Mean and variance of the temperature, read off between the nodes of a table.

    Parameters
    ----------
    low, high : float
        Predictor at the first and at the last node.
    mean : array, shape (nodes,)
        Temperature. [K]
    variance : array, shape (nodes,)
        Its spread over the trees. [K2]
    """

    low: float
    high: float
    mean: NDArray[np.float64]
    variance: NDArray[np.float32]

    def __call__(self, samples: NDArray[np.float32]) -> Moments:
        """Give mean [K] and variance [K2] at samples of shape (n, 1); NaN stays NaN."""
        nodes = np.linspace(self.low, self.high, self.mean.size)
        predictor = samples[:, 0]
        return np.interp(predictor, nodes, self.mean), np.interp(predictor, nodes, self.variance)


def quickened(learned: Learned, samples: NDArray[np.float64]) -> Learned:
    """Tabulate a function if it has one predictor; else give it back.

    Parameters
    ----------
    learned : callable
        Samples of shape (n, p) to mean [K] and variance [K2].
    samples : array, shape (n, p)
        What it was learnt from.

    Returns
    -------
    callable
    """
    if samples.shape[1] != 1:
        return learned
    low, high = float(samples.min()), float(samples.max())
    beyond = BEYOND * (high - low)
    low, high = low - beyond, high + beyond
    mean, variance = learned(np.linspace(low, high, NODES, dtype=np.float32)[:, None])
    return Table(low=low, high=high, mean=mean, variance=variance.astype(np.float32))
