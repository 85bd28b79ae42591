"""The small regression trees of many windows, grown all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_statistical.leaves import Learnt, Leaves, fit_leaves
from lstsr_statistical.trees import DRAWN, moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_statistical.tables import Moments
    from lstsr_statistical.trees import Growth

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

DEEPEST = 3
"""Splits from the root of a tree to a leaf, at most. [1]"""
TINY = 1e-12
"""What stands for no weight. [1]"""


@dataclass(frozen=True, kw_only=True)
class Windows:
    """What windows of one size hold, one row a window.

    Parameters
    ----------
    predictors : array, shape (p, windows, n)
        NaN where there is nothing to learn from.
    lst : array, shape (windows, n)
        Temperature. [K]
    weight : array, shape (windows, n)
        How much a pixel counts, 0 where there is nothing to learn from. [1]
    """

    predictors: Vector
    lst: Vector
    weight: Vector


@dataclass(frozen=True, kw_only=True)
class Shoots:
    """One tree of each window; a node's branches are those numbered 2 n + 1 and 2 n + 2.

    Parameters
    ----------
    predictor : array of int, shape (windows, nodes)
        Which predictor a node asks for.
    threshold : array, shape (windows, nodes)
        The second branch holds what is above it; infinite where a node does not branch.
    leaves : Leaves
        Those of all windows, window by window.
    """

    predictor: Index
    threshold: Vector
    leaves: Leaves

    def __call__(self, window: int, samples: NDArray[np.float32]) -> Vector:
        """Give the temperature that a window's tree says, of samples of shape (n, p). [K]"""
        return self.leaves(self._leaf(window, samples), samples)

    def _leaf(self, window: int, samples: NDArray[np.float32]) -> NDArray[np.intp]:
        predictor, threshold = self.predictor[window], self.threshold[window]
        nodes = threshold.size
        node = np.zeros(len(samples), np.intp)
        everyone = np.arange(len(samples))
        for _ in range(_depth(nodes)):
            node = 2 * node + 1 + (samples[everyone, predictor[node]] > threshold[node])
        leaf: NDArray[np.intp] = node - nodes + window * (nodes + 1)
        return leaf


def _depth(nodes: int) -> int:
    return (nodes + 1).bit_length() - 1


@dataclass(frozen=True, kw_only=True)
class Thicket:
    """Several trees of each window.

    Parameters
    ----------
    shoots : tuple of Shoots
        One tree of each window apiece.
    enough : array of bool, shape (windows,)
        Where there was enough to learn from.
    """

    shoots: tuple[Shoots, ...]
    enough: NDArray[np.bool_]

    def __call__(self, window: int, samples: NDArray[np.float32]) -> Moments:
        """Give mean [K] and variance [K2] over a window's trees, of samples of shape (n, p)."""
        return moments(shoots(window, samples) for shoots in self.shoots)


def grow_thicket(windows: Windows, growth: Growth, random: np.random.Generator) -> Thicket:
    """Grow a few small trees in every window.

    A tree splits where the weighted squares of what its two sides leave are least, and as deep
    as the samples allow. Each pixel is drawn a random number of times for each tree.

    Parameters
    ----------
    windows : Windows
        What to learn from.
    growth : Growth
        How trees grow; splits choose from all predictors.
    random : numpy.random.Generator
        What draws.

    Returns
    -------
    Thicket
    """
    usable = windows.weight > 0
    enough = usable.sum(axis=1) >= growth.fewest_samples
    shoots = []
    for _ in range(growth.trees):
        times = random.poisson(DRAWN, usable.shape)
        shoots.append(_grow_shoots(windows, windows.weight * times, growth))
    return Thicket(shoots=tuple(shoots), enough=enough)


def _grow_shoots(windows: Windows, weight: Vector, growth: Growth) -> Shoots:
    most = int((weight > 0).sum(axis=1).max()) // growth.fewest_samples
    depth = min(max(most, 1).bit_length() - 1, DEEPEST)
    nodes, everyone = 2**depth - 1, np.arange(len(weight))
    predictor = np.zeros((len(weight), nodes), np.int64)
    threshold = np.full(predictor.shape, np.inf)
    known = np.nan_to_num(windows.predictors)
    place = np.zeros(weight.shape, np.int64)
    order = np.argsort(windows.predictors, axis=2)
    for node in range(nodes):
        here = np.where(place == node, weight, 0.0)
        predictor[:, node], threshold[:, node] = _split(windows, here, order, growth.fewest_samples)
        above = known[predictor[:, node], everyone] > threshold[:, node, None]
        place = np.where(place == node, 2 * node + 1 + above, place)
    learnt = Learnt(
        predictors=known.reshape(len(known), -1),
        lst=np.nan_to_num(windows.lst).ravel(),
        weight=weight.ravel(),
        leaf=(place - nodes + (nodes + 1) * everyone[:, None]).ravel(),
        tree=np.repeat(everyone, nodes + 1),
    )
    leaves = fit_leaves(learnt, planes=growth.planes, reach=growth.reach)
    return Shoots(predictor=predictor, threshold=threshold, leaves=leaves)


def _split(windows: Windows, weight: Vector, order: Index, fewest: int) -> tuple[Index, Vector]:
    """Find the predictor and the threshold that split each window best, shapes (windows,)."""
    count = len(weight)
    everyone = np.arange(count)
    best, threshold = np.full(count, -np.inf), np.full(count, np.inf)
    chosen = np.zeros(count, np.int64)
    for number, (predictor, rank) in enumerate(zip(windows.predictors, order, strict=True)):
        ranked = np.take_along_axis(predictor, rank, 1)
        lst, mass = (np.take_along_axis(field, rank, 1) for field in (windows.lst, weight))
        gain = _gain(ranked, lst, mass, fewest)
        at = gain.argmax(axis=1)
        better = gain[everyone, at] > best
        middle = (ranked[everyone, at] + ranked[everyone, at + 1]) / 2
        best = np.where(better, gain[everyone, at], best)
        chosen = np.where(better, number, chosen)
        threshold = np.where(better, middle, threshold)
    return chosen, threshold


def _gain(ranked: Vector, lst: Vector, weight: Vector, fewest: int) -> Vector:
    """Give the weighted square that a split after each sample explains; -inf where none may be."""
    seen = weight > 0
    known = np.where(seen, lst, 0.0)
    level = known.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    moved = weight * (known - level[:, None])
    samples, mass, moment = (np.cumsum(field, axis=1) for field in (seen, weight, moved))
    beyond = [field[:, -1:] - field for field in (samples, mass, moment)]
    gain = moment**2 / np.maximum(mass, TINY) + beyond[2] ** 2 / np.maximum(beyond[1], TINY)
    allowed = ((samples >= fewest) & (beyond[0] >= fewest))[:, :-1]
    apart: Vector = np.where(allowed & (ranked[:, :-1] < ranked[:, 1:]), gain[:, :-1], -np.inf)
    return apart
