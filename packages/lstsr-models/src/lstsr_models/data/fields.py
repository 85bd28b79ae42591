"""The fields of a whole scene, from which chips are cut."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import SceneError
from lstsr_core.footprint import footprint_of, footprint_taps, see_values
from lstsr_core.grid import geobox_of
from lstsr_core.nested import fill_near, upsample_linear
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE, factor_of
from lstsr_models.data.coarser import coarsen_scene
from lstsr_models.data.scene_files import open_for_training
from lstsr_models.layers import SCALE
from lstsr_models.losses.footprint import WINDOW
from lstsr_physics.law.bands import mean_around
from lstsr_physics.law.facts import facts_of
from lstsr_physics.law.layers import prepare_layers
from lstsr_physics.law.options import LawOptions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core import Footprint
    from lstsr_models.recipe import DataRecipe

    Grid = NDArray[np.float32]

BEYOND = 6
"""How far a smooth difference is continued beyond where it is known. [coarse pixel]"""
KILOMETRE = 1000.0
"""Coarse pixel whose layer of the scale is 0. [m]"""


@dataclass(frozen=True, kw_only=True)
class Fields:
    """A scene as arrays; temperatures are less their mean.

    Parameters
    ----------
    layers : mapping of str to array, shape (f * h, f * w)
        Every layer, unscaled; 0 where nothing is known.
    truth : array, shape (f * h, f * w)
        NaN where it is not known. Its difference from the measured temperature, seen through the
        footprint, is taken off: the mean, or all that is wider than a Gaussian. [K]
    coarse : array, shape (h, w)
        Measured temperature, NaN where there is none. [K]
    taps : array, shape (2, k)
        Footprint along rows and columns. [1]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    facts : mapping of str to float
        The scene in a few numbers.
    """

    layers: Mapping[str, Grid]
    truth: Grid
    coarse: Grid
    taps: Grid
    factor: int
    facts: Mapping[str, float] = field(default_factory=dict)

    def cut(self, top: int, left: int, shape: tuple[int, int]) -> Fields:
        """Give a part of so many coarse pixels that starts here. [coarse pixel]"""
        coarse = (slice(top, top + shape[0]), slice(left, left + shape[1]))
        fine = tuple(slice(s.start * self.factor, s.stop * self.factor) for s in coarse)
        return replace(
            self,
            layers={name: layer[fine] for name, layer in self.layers.items()},
            truth=self.truth[fine],
            coarse=self.coarse[coarse],
        )


def read_fields(
    path: Path, recipe: DataRecipe, scale: str = "native", disagreement: float = 0.0
) -> Fields:
    """Read the scene of a file at one scale.

    Parameters
    ----------
    path : pathlib.Path
        A scene.
    recipe : DataRecipe
        Guides, factor and law.
    scale : {"native", "coarser"}
        The scene as it is, or one factor coarser, where its own temperature is the truth.
    disagreement : float
        Gaussian whose means of the difference are taken off the truth; 0 takes off the mean of the
        scene. [coarse pixel]

    Returns
    -------
    Fields

    Raises
    ------
    LstsrError
        As `open_for_training`.
    """
    scene = open_for_training(path, recipe)
    chosen = coarsen_scene(scene) if scale == "coarser" else scene
    return fields_of(chosen, recipe, disagreement)


def fields_of(scene: xr.DataTree, recipe: DataRecipe, disagreement: float = 0.0) -> Fields:
    """Give the fields of a scene in memory; see `read_fields`."""
    factor, footprint = factor_of(scene), footprint_of(scene)
    lst = scene[COARSE][LST].to_numpy()
    names = sorted(map(str, scene[GUIDE].data_vars))
    guides = np.stack([scene[GUIDE][name].to_numpy() for name in names]).astype(np.float32)
    prepared = prepare_layers(scene, LawOptions(law=recipe.law))
    layers = dict(prepared(lst, guides, np.isfinite(lst)))
    layers[SCALE] = np.full(guides.shape[1:], _scale_of(scene), np.float32)
    coarse = lst.astype(np.float64) - prepared.level
    return Fields(
        layers=layers,
        truth=_truth_of(scene, coarse, prepared.level, disagreement),
        coarse=coarse.astype(np.float32),
        taps=taps_of(footprint, factor),
        factor=factor,
        facts=facts_of(scene),
    )


def _truth_of(
    scene: xr.DataTree, coarse: NDArray[np.float64], level: float, disagreement: float
) -> Grid:
    if REFERENCE not in scene.children:
        nothing = [size * factor_of(scene) for size in coarse.shape]
        return np.full(nothing, np.nan, np.float32)
    truth = scene[REFERENCE][LST].to_numpy().astype(np.float64) - level
    seen = see_values(truth, footprint_of(scene), factor_of(scene))
    return (truth - _difference(seen - coarse, disagreement, factor_of(scene))).astype(np.float32)


def _difference(apart: NDArray[np.float64], disagreement: float, factor: int) -> Grid | float:
    """Give what two sensors disagree about: one number, or a smooth field. [K]"""
    known = np.isfinite(apart)
    if not known.any():
        return 0.0
    mean = float(apart[known].mean())
    if not disagreement:
        return mean
    smooth = mean_around(apart, disagreement)
    return upsample_linear(fill_near(smooth, BEYOND), factor).astype(np.float32)


def _scale_of(scene: xr.DataTree) -> float:
    box = geobox_of(scene[COARSE].to_dataset())
    metres = 111_319.5 if box.crs is not None and box.crs.geographic else 1.0
    return float(np.log2(abs(box.affine.a) * metres / KILOMETRE))


def taps_of(footprint: Footprint, factor: int) -> Grid:
    """Weigh rows and columns of fine pixels around the middle of a coarse one.

    Parameters
    ----------
    footprint : Footprint
        Point-spread function of the coarse sensor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (2, WINDOW * factor)
        Weights that add up to 1. [1]

    Raises
    ------
    SceneError
        ``OPTION_INVALID`` where the footprint is wider than that.
    """
    taps = footprint_taps(footprint, factor)
    first = taps.first + (WINDOW * factor - factor) // 2
    if first < 0 or first + taps.weights.size > WINDOW * factor:
        raise SceneError(
            "OPTION_INVALID",
            found=f"a footprint of {taps.weights.size / factor:.1f} coarse pixels",
            expected=f"at most {WINDOW}",
            remedy="correct footprint_mtf of the scene",
        )
    line = np.zeros(WINDOW * factor, np.float32)
    line[first : first + taps.weights.size] = taps.weights
    return np.stack([line, line])
