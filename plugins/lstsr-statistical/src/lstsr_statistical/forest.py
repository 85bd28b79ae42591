"""Random forest: many trees with a mean in each leaf, on all guides."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lstsr_statistical.learning import homogeneous, learn
from lstsr_statistical.mixture import mix
from lstsr_statistical.regression import others
from lstsr_statistical.samples import learn_from
from lstsr_statistical.sharpener import sharpener
from lstsr_statistical.tree_options import ForestOptions
from lstsr_statistical.trees import Growth, grow

if TYPE_CHECKING:
    import xarray as xr

    from lstsr_statistical.sharpener import TreeSharpener

DEFAULT = ForestOptions()
"""The method as it is offered."""


def prepare_forest(scene: xr.DataTree, options: ForestOptions = DEFAULT) -> TreeSharpener:
    """Learn the temperature from all guides by a random forest.

    References
    ----------
    .. [1] Breiman, "Random forests", Machine Learning, 2001, :doi:`10.1023/A:1010933404324`
    .. [2] Hutengs and Vohland, "Downscaling land surface temperatures at regional scales with
       random forest regression", Remote Sensing of Environment, 2016,
       :doi:`10.1016/j.rse.2016.03.006`
    """
    samples = learn_from(scene, others(scene), "random-forest")
    samples = homogeneous(samples, options.homogeneity)
    growth = Growth(
        trees=options.trees,
        fewest_samples=options.fewest_samples,
        planes=False,
        features=options.features,
    )
    grower = partial(grow, growth=growth, random=np.random.default_rng(options.seed))
    return sharpener(mix(samples, learn(samples, grower), None), samples)
