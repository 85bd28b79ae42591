"""The correction `scaling-law`: detail of a scale-invariant model, rescaled by octaves."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import Footprint
from lstsr_core.nested import upsample_cubic
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_physics.law.bands import CUT, TURN, fine_octaves, split_fine
from lstsr_physics.law.detail import coarse_detail, fine_detail
from lstsr_physics.law.displacement import clearest, expected_shift
from lstsr_physics.law.law import FLAT
from lstsr_physics.law.sharpener import AUTO, choose_law
from lstsr_physics.law.slopes import slopes_of, view
from lstsr_physics.shift import realign_values

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.law import Law
    from lstsr_physics.law.slopes import Slopes
    from lstsr_physics.shift import Shift

logger = logging.getLogger(__name__)

RANGE: Final = (0.25, 4.0)
"""Strengths that a model that follows its guides can have; one outside is left as it is. [1]"""
CHUNK: Final = 256
"""Coarse pixels along one edge of a block of the result. [coarse pixel]"""


def rescale(result: xr.Dataset, scene: xr.DataTree, law: Law | None = None) -> xr.Dataset:
    """Scale the detail of a result by law(fine) / law(coarse), and restore the footprint's loss.

    What a model adds to the interpolated temperature is split into octaves. How strongly it
    follows the slope of the coarse scene is law(coarse): 1 or more for a model that took the
    coarse scale for the fine one. Each octave is multiplied by its gain over that.

    Parameters
    ----------
    result : xarray.Dataset, dims (y, x) of the fine grid
        ``lst`` [K] of a model that learnt at the coarse scale.
    scene : xarray.DataTree
        What was sharpened.
    law : Law, optional
        The one that suits the grid of the scene where None.

    Returns
    -------
    xarray.Dataset
        The result with another ``lst``; as it was where the scene has no guide, or where the
        model does not follow the guides.
    """
    names = tuple(sorted(map(str, scene[GUIDE].data_vars)))
    if not names:
        return result
    law = law or choose_law(scene, AUTO)
    shift = expected_shift(scene, names, law)
    coarse = view(scene, names, shift, Footprint(mtf=law.footprint_mtf))
    slopes = slopes_of(coarse)
    strength = strength_of(result, scene, slopes)
    if not RANGE[0] <= strength <= RANGE[1]:
        logger.warning("scaling-law: the model follows no guide (%.2f); left as it is", strength)
        return result
    logger.info("scaling-law: detail of the model is %.2f times the coarse slope", strength)
    change = Rescaling(law=law, strength=strength, shift=shift, factor=factor_of(scene))
    restored = coarse_detail(coarse, slopes, law)
    return _apply(change, result, coarse.lst, restored)


@dataclass(frozen=True, kw_only=True)
class Rescaling:
    """What is done to every block of a result.

    Parameters
    ----------
    law : Law
        Gains by octave.
    strength : float
        Slope of the model's detail over the slope of the coarse scene. [1]
    shift : Shift, optional
        How far the guides, and detail with them, lie beside the temperature.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    """

    law: Law
    strength: float
    shift: Shift | None
    factor: int

    @property
    def reach(self) -> int:
        """Give the fine pixels around a block that it depends on. [fine pixel]"""
        return round(CUT * TURN * self.factor) + self.factor

    def __call__(
        self, lst: NDArray[np.float32], plain: NDArray[np.float32], better: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Scale what `lst` has beyond `plain`, and put it on `better`; shapes (h, w). [K]"""
        detail = lst - plain
        if self.shift is not None:
            detail = realign_values(detail, self.shift).astype(np.float32)
        bands = split_fine(detail, self.factor)
        left = np.where(np.isfinite(detail), detail - sum(bands), 0.0)
        total = better + left.astype(np.float32)
        for sigma, band in zip(fine_octaves(self.factor), bands, strict=True):
            total = total + np.float32(self.law.at(sigma).gain / self.strength) * band
        changed: NDArray[np.float32] = np.where(np.isfinite(lst), total, np.nan).astype(np.float32)
        return changed


def _apply(change: Rescaling, result: xr.Dataset, lst: Field, restored: Field) -> xr.Dataset:
    """Rescale block by block; what a block depends on around it is handed over by dask."""
    import dask.array as da

    edge = CHUNK * change.factor
    plain, better = (
        da.from_array(upsample_cubic(field, change.factor).astype(np.float32), chunks=edge)
        for field in (lst, lst + restored)
    )
    sharp = da.asarray(result[LST].data).rechunk(edge)
    # A scene that is one block has nothing around it, and may be smaller than the reach.
    depth = {axis: change.reach if len(c) > 1 else 0 for axis, c in enumerate(sharp.chunks)}
    changed = da.map_overlap(
        change, sharp, plain, better, depth=depth, boundary="none", dtype=np.float32
    )
    return result.assign({LST: result[LST].copy(data=changed)})


def strength_of(result: xr.Dataset, scene: xr.DataTree, slopes: Slopes) -> float:
    """Compare a model's detail with slope times guide, in the clearest part of a scene.

    Returns
    -------
    float
        1 for a model that follows the slope of the coarse scale at every finer scale. [1]
    """
    factor = factor_of(scene)
    names = tuple(sorted(map(str, scene[GUIDE].data_vars)))
    rows, columns = clearest(scene)
    fine = tuple(slice(s.start * factor, s.stop * factor) for s in (rows, columns))
    guides = np.stack([scene[GUIDE][name].to_numpy()[fine] for name in names])
    wanted = fine_detail(guides.astype(np.float32), slopes.cut(rows, columns), FLAT, factor)
    lst = scene[COARSE][LST].to_numpy()[rows, columns].astype(np.float64)
    added = result[LST].data[fine] - upsample_cubic(lst, factor)
    given = np.sum(split_fine(np.asarray(added, np.float32), factor), axis=0)
    power = float((wanted**2).sum())
    return float((wanted * given).sum()) / power if power > 0 else 0.0
