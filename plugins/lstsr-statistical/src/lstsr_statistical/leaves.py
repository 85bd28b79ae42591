"""A plane in the predictors for every leaf of trees, held near the leaf's own temperatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

FIRMNESS = 10.0
"""How firmly slopes are held back where predictors explain nothing of the temperature, in
variances of a predictor; where they explain all of it, slopes are free. Chosen where MODIS scenes
degraded by 2 are recovered (4 and 16 do about as well there). [1]"""
LEAST_RIDGE = 1e-8
"""The same at least, so that the equations can be solved. [1]"""
TINY = 1e-9
"""What counts as no spread and no weight. [1]"""


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """Samples that trees have sorted into leaves; a field may hold those of many trees.

    Parameters
    ----------
    predictors : array, shape (p, n)
    lst : array, shape (n,)
        Temperature. [K]
    weight : array, shape (n,)
        How much a sample counts. [1]
    leaf : array of int, shape (n,)
        Leaf of each sample; leaves of different trees differ.
    tree : array of int, shape (leaves,)
        Tree of each leaf.
    """

    predictors: Vector
    lst: Vector
    weight: Vector
    leaf: Index
    tree: Index


@dataclass(frozen=True, kw_only=True)
class Leaves:
    """What each leaf predicts.

    Parameters
    ----------
    level : array, shape (leaves,)
        Temperature where all predictors are 0. [K]
    slopes : array, shape (p, leaves)
        Kelvin per unit of each predictor; p = 0 where leaves are flat.
    low, high : array, shape (leaves,)
        Bounds of what is predicted. [K]
    """

    level: Vector
    slopes: Vector
    low: Vector
    high: Vector

    def __call__(self, leaf: NDArray[np.intp], samples: NDArray[np.float32]) -> Vector:
        """Give the temperature of samples, shape (n, p), in these leaves. [K]"""
        value = self.level[leaf]
        for slope, predictor in zip(self.slopes, samples.T, strict=False):
            value += slope[leaf] * predictor
        return np.clip(value, self.low[leaf], self.high[leaf], out=value)


def fit_leaves(learnt: Learnt, *, planes: bool, reach: float) -> Leaves:
    """Fit a plane to the samples of every leaf at once, by weighted least squares.

    Parameters
    ----------
    learnt : Learnt
        Samples in their leaves.
    planes : bool
        Whether to fit planes; else means.
    reach : float
        How far a plane may leave the range of its leaf's temperatures, in ranges. [1]

    Returns
    -------
    Leaves
    """
    root = learnt.tree[learnt.leaf]
    trees = int(learnt.tree.max()) + 1
    used = learnt.predictors if planes else learnt.predictors[:0]
    centre, scale = _frame(used, learnt.weight, root, trees)
    scaled = (used - centre[:, root]) / scale[:, root]
    middle = _mean(learnt.lst, learnt.weight, root, trees)
    lst = learnt.lst - middle[root]
    free = _unexplained(scaled, lst, learnt.weight, root, trees)
    ridge = np.maximum(FIRMNESS * free, LEAST_RIDGE)[learnt.tree]
    slopes, level = _planes(scaled, lst, learnt.weight, learnt.leaf, ridge)
    slopes = slopes / scale[:, learnt.tree]
    level = level + middle[learnt.tree] - (slopes * centre[:, learnt.tree]).sum(axis=0)
    low, high = _bounds(learnt, reach if planes else 0.0)
    return Leaves(level=level, slopes=slopes, low=low, high=high)


def _mean(values: Vector, weight: Vector, group: Index, groups: int) -> Vector:
    """Give the weighted mean of each group; 0 of an empty one."""
    mass = np.bincount(group, weight, groups)
    total = np.bincount(group, weight * values, groups)
    mean: Vector = total / np.maximum(mass, TINY)
    return mean


def _frame(predictors: Vector, weight: Vector, root: Index, trees: int) -> tuple[Vector, Vector]:
    """Give mean and spread of the predictors of each tree, shape (p, trees)."""
    centre, scale = np.empty((2, len(predictors), trees))
    for place, layer in enumerate(predictors):
        centre[place] = _mean(layer, weight, root, trees)
        scale[place] = np.sqrt(_mean((layer - centre[place][root]) ** 2, weight, root, trees))
    scale[scale <= TINY * np.maximum(1.0, np.abs(centre))] = np.inf
    return centre, scale


def _planes(
    scaled: Vector, lst: Vector, weight: Vector, leaf: Index, ridge: Vector
) -> tuple[Vector, Vector]:
    """Give slopes, shape (p, leaves), and levels, shape (leaves,), by normal equations. [K]"""
    count, leaves = len(scaled), ridge.size
    x_mean = np.empty((count, leaves))
    for place, layer in enumerate(scaled):
        x_mean[place] = _mean(layer, weight, leaf, leaves)
    y_mean = _mean(lst, weight, leaf, leaves)
    x, y = scaled - x_mean[:, leaf], lst - y_mean[leaf]
    normal, right = np.empty((leaves, count, count)), np.empty((leaves, count))
    for i in range(count):
        right[:, i] = _mean(x[i] * y, weight, leaf, leaves)
        for j in range(i + 1):
            normal[:, i, j] = normal[:, j, i] = _mean(x[i] * x[j], weight, leaf, leaves)
    normal += ridge[:, None, None] * np.eye(count)
    slopes = np.linalg.solve(normal, right[..., None])[..., 0].T.astype(np.float64)
    return slopes, y_mean - (slopes * x_mean).sum(axis=0)


def _unexplained(scaled: Vector, lst: Vector, weight: Vector, root: Index, trees: int) -> Vector:
    """Give the share of each tree's variance that a plane without leaves leaves. [1]"""
    slopes, level = _planes(scaled, lst, weight, root, np.full(trees, LEAST_RIDGE))
    left = lst - (slopes[:, root] * scaled).sum(axis=0) - level[root]
    square = _mean(left * left, weight, root, trees)
    return square / np.maximum(_mean(lst * lst, weight, root, trees), TINY)


def _bounds(learnt: Learnt, reach: float) -> tuple[Vector, Vector]:
    """Give the bounds of each leaf, its range of temperatures and a share beyond. [K]"""
    counted = learnt.weight > 0
    leaf, lst = learnt.leaf[counted], learnt.lst[counted]
    order = np.argsort(leaf, kind="stable")
    held, first = np.unique(leaf[order], return_index=True)
    low, high = np.zeros((2, learnt.tree.size))
    low[held] = np.minimum.reduceat(lst[order], first)
    high[held] = np.maximum.reduceat(lst[order], first)
    beyond = reach * (high - low)
    return low - beyond, high + beyond
