"""Gradient boosting: small trees, each on what those before have left, on all guides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lstsr_statistical.learning import homogeneous, learn
from lstsr_statistical.mixture import mix
from lstsr_statistical.regression import others
from lstsr_statistical.samples import learn_from
from lstsr_statistical.sharpener import sharpener
from lstsr_statistical.tree_options import BoostingOptions

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_statistical.sharpener import TreeSharpener
    from lstsr_statistical.tables import Moments

DEFAULT = BoostingOptions()
"""The method as it is offered."""


@dataclass(frozen=True, kw_only=True)
class Boosted:
    """A sum of small trees; it has no spread of its own."""

    model: Any  # scikit-learn has no types

    def __call__(self, samples: NDArray[np.float32]) -> Moments:
        """Give the temperature [K] of samples, shape (n, p), and no variance [K2]."""
        return self.model.predict(samples), np.zeros(len(samples))


def prepare_boosting(scene: xr.DataTree, options: BoostingOptions = DEFAULT) -> TreeSharpener:
    """Learn the temperature from all guides by gradient boosting.

    References
    ----------
    .. [1] Friedman, "Greedy function approximation: a gradient boosting machine", The Annals of
       Statistics, 2001, :doi:`10.1214/aos/1013203451`
    """
    samples = learn_from(scene, others(scene), "gradient-boosting")
    samples = homogeneous(samples, options.homogeneity)
    return sharpener(mix(samples, learn(samples, partial(_boost, options=options)), None), samples)


def _boost(
    samples: NDArray[np.float64],
    lst: NDArray[np.float64],
    weight: NDArray[np.float64],
    options: BoostingOptions,
) -> Boosted:
    from sklearn.ensemble import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(
        max_iter=options.trees,
        learning_rate=options.learning_rate,
        max_leaf_nodes=options.leaves,
        min_samples_leaf=options.fewest_samples,
        early_stopping=False,
        random_state=options.seed,
    )
    return Boosted(model=model.fit(samples, lst, sample_weight=weight))
