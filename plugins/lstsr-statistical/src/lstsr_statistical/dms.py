"""Data mining sharpener: regression trees on homogeneous pixels, of the scene and of windows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import ModelError
from lstsr_core.scene import COARSE
from lstsr_statistical.learning import homogeneous, learn
from lstsr_statistical.mixture import mix
from lstsr_statistical.mosaic import Mosaic, lay_windows, windows_of
from lstsr_statistical.regression import others
from lstsr_statistical.samples import learn_from
from lstsr_statistical.sharpener import sharpener
from lstsr_statistical.thicket import grow_thicket
from lstsr_statistical.tree_options import MiningOptions
from lstsr_statistical.trees import Growth, grow

if TYPE_CHECKING:
    import xarray as xr

    from lstsr_statistical.samples import Samples
    from lstsr_statistical.sharpener import TreeSharpener

DEFAULT = MiningOptions()
"""The method as it is offered."""
QUALITY = "quality"
"""Name of the quality of the coarse temperature in a scene."""
ONLY_NDVI = "ndvi"
"""The one guide of the published comparison."""


def prepare_dms(scene: xr.DataTree, options: MiningOptions = DEFAULT) -> TreeSharpener:
    """Learn the temperature from all guides by bagged trees with a plane in each leaf.

    Trees learn on the most homogeneous coarse pixels, which count by their homogeneity, once on
    the whole scene and once in each of many overlapping windows. Both are mixed by what they
    miss at the coarse scale; what the mixture misses is added back as radiance.

    References
    ----------
    .. [1] Gao, Kustas and Anderson, "A data mining approach for sharpening thermal satellite
       imagery over land", Remote Sensing, 2012, :doi:`10.3390/rs4113287`
    """
    names = others(scene)
    used = tuple(n for n in names if n == ONLY_NDVI or not options.reference_quirks)
    samples = learn_from(scene, used, "dms", power_mean=options.reference_quirks)
    samples = homogeneous(_trusted(samples, scene, options.good_quality), options.homogeneity)
    growth, random = _growth(options, options.trees), np.random.default_rng(options.seed)
    whole = learn(samples, partial(grow, growth=growth, random=random))
    mixture = mix(samples, whole, _learn_windows(samples, options))
    return sharpener(mixture, samples, tuple(names.index(name) for name in used))


def _growth(options: MiningOptions, trees: int) -> Growth:
    return Growth(
        trees=trees,
        fewest_samples=options.fewest_samples,
        planes=options.leaf_linear,
        reach=options.linear_extrapolation,
    )


def _learn_windows(samples: Samples, options: MiningOptions) -> Mosaic | None:
    """Grow trees in every window, a row of windows at a time; none where one would hold all."""
    if options.reference_quirks or not 0 < options.window < min(samples.lst.shape):
        return None
    rows, columns = (
        lay_windows(size, options.window, options.window_overlap) for size in samples.lst.shape
    )
    growth = _growth(options, options.window_trees)
    thickets = []
    for first in rows.first:
        here = windows_of(samples, slice(first, first + rows.window), columns)
        random = np.random.default_rng((options.seed, first))
        thickets.append(grow_thicket(here, growth, random))
    return Mosaic(rows=rows, columns=columns, thickets=tuple(thickets))


def _trusted(samples: Samples, scene: xr.DataTree, good: str) -> Samples:
    """Leave out pixels whose quality is none of these values."""
    if not good:
        return samples
    coarse = scene[COARSE].to_dataset()
    try:
        values = [float(value) for value in good.split(",")]
        quality = coarse[QUALITY].to_numpy()
    except (ValueError, KeyError) as error:
        raise ModelError(
            "OPTION_INVALID",
            found=f"good_quality = {good!r} and a scene with: {', '.join(map(str, coarse))}",
            expected=f"numbers with commas between them, and {QUALITY!r} beside the temperature",
            remedy="leave good_quality out, or mask the temperature before",
        ) from error
    return replace(samples, weight=np.where(np.isin(quality, values), samples.weight, 0.0))
