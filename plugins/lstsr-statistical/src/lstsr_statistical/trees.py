"""Bagged regression trees with a plane in each leaf."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lstsr_statistical.leaves import Learnt, fit_leaves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lstsr_statistical.leaves import Leaves
    from lstsr_statistical.tables import Moments

DRAWN = 0.8
"""Samples drawn for a tree, with replacement, as a share of all. [1]"""
MOST_DRAWN = 20_000
"""Samples drawn for a tree at most; a larger scene adds no new kind of land. [1]"""
MOST_LEAVES = 400
"""Leaves of a tree at most. [1]"""


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How trees grow.

    Parameters
    ----------
    trees : int
        Trees in a bag. [1]
    fewest_samples : int
        Samples in a leaf, at least. [1]
    planes : bool
        Whether a leaf holds a plane in the predictors; else the mean of its samples.
    reach : float
        How far a leaf's plane may leave the range of its own temperatures, in ranges. [1]
    features : float
        Share of the predictors that a split chooses from. [1]
    """

    trees: int
    fewest_samples: int
    planes: bool
    reach: float = 0.0
    features: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A regression tree: splits by scikit-learn, leaves of ours."""

    splits: Any  # scikit-learn has no types
    leaves: Leaves

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float64]:
        """Give the temperature of samples, shape (n, p); NaN where a predictor is. [K]"""
        return self.leaves(self.splits.apply(samples), samples)


@dataclass(frozen=True, kw_only=True)
class Bag:
    """Trees grown on random draws from the same samples."""

    trees: tuple[Tree, ...]

    def __call__(self, samples: NDArray[np.float32]) -> Moments:
        """Give mean [K] and variance [K2] over the trees, of samples of shape (n, p)."""
        return moments(tree(samples) for tree in self.trees)


def moments(answers: Iterable[NDArray[np.float64]]) -> Moments:
    """Give mean [K] and variance [K2] over the answers of trees, each of shape (n,). [K]"""
    rest = iter(answers)
    first = next(rest)
    total, square, count = np.zeros(first.shape), np.zeros(first.shape), 1
    for answer in rest:
        beside = answer - first
        total += beside
        square += beside * beside
        count += 1
    mean = total / count
    return first + mean, np.maximum(square / count - mean * mean, 0.0)


def grow(
    samples: NDArray[np.float64],
    lst: NDArray[np.float64],
    weight: NDArray[np.float64],
    growth: Growth,
    random: np.random.Generator,
) -> Bag:
    """Grow a bag of trees.

    Parameters
    ----------
    samples : array, shape (n, p)
        Predictors.
    lst : array, shape (n,)
        Temperature. [K]
    weight : array, shape (n,)
        How much a sample counts. [1]
    growth : Growth
        How trees grow.
    random : numpy.random.Generator
        What draws; the same state gives the same bag.

    Returns
    -------
    Bag

    References
    ----------
    .. [1] Breiman, "Bagging predictors", Machine Learning, 1996, :doi:`10.1007/BF00058655`
    """
    drawn = min(math.ceil(DRAWN * lst.size), MOST_DRAWN)
    trees = []
    for _ in range(growth.trees):
        times = np.bincount(random.integers(0, lst.size, drawn), minlength=lst.size)
        used = np.flatnonzero(times)
        counted = weight[used] * times[used]
        trees.append(_grow_one(samples[used], lst[used], counted, growth, random))
    return Bag(trees=tuple(trees))


def _grow_one(
    samples: NDArray[np.float64],
    lst: NDArray[np.float64],
    weight: NDArray[np.float64],
    growth: Growth,
    random: np.random.Generator,
) -> Tree:
    from sklearn.tree import DecisionTreeRegressor

    single = np.ascontiguousarray(samples, np.float32)
    grower = DecisionTreeRegressor(
        min_samples_leaf=max(growth.fewest_samples, math.ceil(lst.size / MOST_LEAVES)),
        max_features=growth.features,
        random_state=int(random.integers(np.iinfo(np.int32).max)),
    )
    splits = grower.fit(single, lst, sample_weight=weight, check_input=False).tree_
    learnt = Learnt(
        predictors=samples.T,
        lst=lst,
        weight=weight,
        leaf=splits.apply(single),
        tree=np.zeros(splits.node_count, np.int64),
    )
    leaves = fit_leaves(learnt, planes=growth.planes, reach=growth.reach)
    return Tree(splits=splits, leaves=leaves)
