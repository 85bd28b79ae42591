"""What the coarse scale of a scene teaches: predictors, temperature and how much each counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import block_coverage, block_mean
from lstsr_core.scene import COARSE, LST, factor_of
from lstsr_core.strips import strips_of
from lstsr_statistical.moments import deviation
from lstsr_statistical.predictors import Layout, guide_strips, layout_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
LEAST_COVERAGE = 0.5
"""Share of a coarse pixel that its guides have to cover to take part in a fit. [1]"""
LEAST_HETEROGENEITY = 0.02
"""Spread inside a coarse pixel, in spreads of the scene, below which all pixels count alike. [1]"""
TINY = 1e-9
"""Spread of a predictor that does not vary, any units."""
STRIP = 64
"""Coarse rows that are averaged at once, so that a large scene is held but once. [pixel]"""
POWER = 4
"""Exponent of the mean that the reference codes took for the mean of NDVI (`power_mean`). [1]"""


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Coarse pixels to learn from.

    Parameters
    ----------
    predictors : array, shape (p, h, w)
        Block means of the fine predictors; NaN where the guides cover too little.
    lst : array, shape (h, w)
        Temperature, NaN where there is none. [K]
    weight : array, shape (h, w)
        Homogeneity, mean 1 over the pixels to learn from, 0 elsewhere. [1]
    layout : Layout
        How guides become predictors.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    """

    predictors: NDArray[np.float64]
    lst: NDArray[np.float64]
    weight: NDArray[np.float64]
    layout: Layout
    factor: int

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Where there are a temperature and every predictor, shape (h, w)."""
        usable: NDArray[np.bool_] = self.weight > 0
        return usable


def learn_from(
    scene: xr.DataTree, names: tuple[str, ...], model: str, *, power_mean: bool = False
) -> Samples:
    """Bring the guides of a scene to its coarse grid.

    A pixel counts by the inverse of its heterogeneity: the spread of the fine predictors inside
    it, in units of their spread over the scene, averaged over predictors.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    names : tuple of str
        Guides to learn from.
    model : str
        Who learns, for messages.
    power_mean : bool
        Take the fourth root of the mean fourth power for the mean, as the reference codes do.

    Returns
    -------
    Samples

    Raises
    ------
    ModelError
        ``GUIDE_MISSING``.
    """
    layout, factor = layout_of(scene, names, model), factor_of(scene)
    strips = guide_strips(scene, names, STRIP)
    power = POWER if power_mean else 1
    parts = [_strip_moments(layout.expand(guides), factor, power) for _, guides in strips]
    means, squares = (np.concatenate(part, axis=1) for part in zip(*parts, strict=True))
    del parts
    lst = scene[COARSE][LST].to_numpy().astype(np.float64)
    weight = _weight(lst, means, squares)
    return Samples(predictors=means, lst=lst, weight=weight, layout=layout, factor=factor)


def _strip_moments(
    fine: NDArray[np.float64], factor: int, power: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    fine[:, np.isnan(fine).any(axis=0)] = np.nan
    mean = block_power_mean(fine, factor, power)
    mean[:, block_coverage(fine[0], factor) < LEAST_COVERAGE] = np.nan
    return mean.astype(np.float64), block_mean(fine**2, factor).astype(np.float64)


def block_power_mean(fine: Field, factor: int, power: int = POWER) -> Field:
    """Give the root of the mean power of each block; 1 is the mean, 4 what reference codes took."""
    mean: Field = (
        block_mean(fine**power, factor) ** (1 / power) if power > 1 else (block_mean(fine, factor))
    )
    return mean


def _weight(
    lst: NDArray[np.float64], means: NDArray[np.float64], squares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weigh every coarse pixel by its homogeneity, see `learn_from`. [1]"""
    weight = np.zeros(lst.shape)
    spreads = [_spread_of(layer, means[0]) for layer in means]
    for strip in strips_of(lst.shape):
        rows = strip.inner
        there = np.isfinite(lst[rows]) & np.isfinite(means[:, rows]).all(axis=0)
        uneven = _heterogeneity(means[:, rows], squares[:, rows], spreads)
        weight[rows] = np.where(there, 1.0 / uneven, 0.0)
    usable = weight > 0
    if usable.any():
        weight /= weight[usable].mean()
    return weight


def _spread_of(layer: NDArray[np.float64], first: NDArray[np.float64]) -> float:
    """Give the spread of a predictor over the scene, where the first one is known."""
    rows = (strip.inner for strip in strips_of(layer.shape))
    count, spread = deviation(layer[row][np.isfinite(first[row])] for row in rows)
    return max(spread, TINY) if count else 1.0


def _heterogeneity(
    means: NDArray[np.float64], squares: NDArray[np.float64], spreads: list[float]
) -> NDArray[np.float64]:
    """Average the spread of the predictors inside each pixel, in spreads of the scene. [1]"""
    inside = np.sqrt(np.maximum(squares - means**2, 0.0))
    share = inside / np.array(spreads)[:, None, None]
    floored: NDArray[np.float64] = np.maximum(
        np.nan_to_num(share.mean(axis=0)), LEAST_HETEROGENEITY
    )
    return floored
