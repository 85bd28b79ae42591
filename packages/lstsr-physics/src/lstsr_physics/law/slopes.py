"""How the coarse scale of a scene follows its guides: one slope a scene, and one a place."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.footprint import see_values
from lstsr_core.nested import block_coverage, block_mean
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_core.strips import strips_of, work_strips
from lstsr_physics.law.bands import CUT, mean_around
from lstsr_physics.shift import Shift, realign_values

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core import Footprint
    from lstsr_core.nested import Field
    from lstsr_core.strips import Strip

BROAD: Final = 1.2
"""Slopes are those of what is narrower than this Gaussian: the finest that the coarse grid shows.
[coarse pixel]"""
WINDOW: Final = 1.5
"""Gaussian window of the slope of a place. [coarse pixel]"""
FIRMNESS: Final = 0.5
"""How much the slope of the scene counts in that of a place, in units of the evidence that a window
of average contrast holds. [1]"""
RIDGE: Final = 0.01
"""Share of a guide's variance that keeps the slopes of guides which resemble each other apart.
[1]"""
LEAST_COVERAGE: Final = 0.5
"""Share of a coarse pixel that a guide has to cover. [1]"""
STRIP: Final = 64
"""Coarse rows that are seen at once, so that a large scene is held but once. [pixel]"""
OVERLAP: Final = 4
"""Coarse rows around a strip that footprint and shift reach into. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class CoarseView:
    """A scene as its coarse grid shows it.

    Parameters
    ----------
    lst : array, shape (h, w)
        Temperature, NaN where there is none. [K]
    seen : array, shape (g, h, w)
        Guides through the footprint of the temperature, NaN where they cover too little.
    means : array, shape (g, h, w)
        Block means of the guides.
    """

    lst: NDArray[np.float64]
    seen: NDArray[np.float64]
    means: NDArray[np.float64]

    def cut(self, rows: slice) -> CoarseView:
        """Give some rows."""
        return CoarseView(lst=self.lst[rows], seen=self.seen[:, rows], means=self.means[:, rows])


@dataclass(frozen=True, kw_only=True)
class Slopes:
    """Kelvin per unit of each guide.

    Parameters
    ----------
    scene : array, shape (g,)
        Of the scene as a whole.
    places : array, shape (g, h, w)
        Around every coarse pixel.
    """

    scene: NDArray[np.float64]
    places: NDArray[np.float64]

    def cut(self, rows: slice, columns: slice) -> Slopes:
        """Give the part of a window of coarse pixels."""
        return replace(self, places=self.places[:, rows, columns])

    def single(self) -> Slopes:
        """Give them in single precision, as tiles use them."""
        return replace(self, places=self.places.astype(np.float32))


def view(
    scene: xr.DataTree, names: tuple[str, ...], shift: Shift | None, footprint: Footprint
) -> CoarseView:
    """Bring guides to the coarse grid, their shift undone.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    names : tuple of str
        Its guides.
    shift : Shift, optional
        How far the guides lie beside the temperature.
    footprint : Footprint
        Through which they are seen.

    Returns
    -------
    CoarseView
    """
    factor = factor_of(scene)
    fine = scene[GUIDE].to_dataset()
    layers = [_down(fine[name], shift, factor, footprint) for name in names]
    return CoarseView(
        lst=scene[COARSE][LST].to_numpy().astype(np.float64),
        seen=np.stack([seen for seen, _ in layers]),
        means=np.stack([means for _, means in layers]),
    )


def _down(
    guide: xr.DataArray, shift: Shift | None, factor: int, footprint: Footprint
) -> tuple[Field, Field]:
    """See a guide through the footprint, and average it, a strip of rows at a time."""

    def work(strip: Strip, values: Field) -> tuple[Field, Field]:
        laid = realign_values(values, shift) if shift else values.astype(np.float64)
        inner = slice(strip.trim.start // factor, strip.trim.stop // factor)
        mean = block_mean(laid, factor)
        mean[block_coverage(laid, factor) < LEAST_COVERAGE] = np.nan
        return see_values(laid, footprint, factor)[inner], mean[inner]

    strips = work_strips(work, guide, STRIP * factor, reach=OVERLAP * factor)
    seen, means = zip(*strips, strict=True)
    return np.concatenate(seen), np.concatenate(means)


def slopes_of(coarse: CoarseView, *, broad: float = BROAD) -> Slopes:
    """Regress temperature on guides, both high-passed, in the scene and around places.

    Parameters
    ----------
    coarse : CoarseView
        The scene at its coarse scale.
    broad : float
        What is broader than this Gaussian does not count. [coarse pixel]

    Returns
    -------
    Slopes
        0 where nothing can be learnt.
    """
    near = math.ceil(CUT * broad) + 1
    sums = [_products(coarse, strip, broad) for strip in strips_of(coarse.lst.shape, reach=near)]
    count, normal, right = (sum(parts) for parts in zip(*sums, strict=True))
    normal, right = normal / max(count, 1), right / max(count, 1)
    firm = np.diag(np.maximum(np.diag(normal), np.finfo(float).tiny))
    scene = np.linalg.solve(normal + RIDGE * firm, right)
    places = np.empty(coarse.seen.shape)
    for strip in strips_of(coarse.lst.shape, reach=near + math.ceil(CUT * WINDOW) + 1):
        found = _places(coarse.cut(strip.outer), scene, firm, broad)
        places[:, strip.inner] = found[:, strip.trim]
    return Slopes(scene=scene, places=places)


def _high_passed(coarse: CoarseView, broad: float) -> tuple[NDArray[np.bool_], Field, Field]:
    """Give where all is known, temperature and guides less what is broad; 0 in the gaps."""
    usable = np.isfinite(coarse.lst) & np.isfinite(coarse.seen).all(axis=0)
    layers = [np.where(usable, layer, np.nan) for layer in (coarse.lst, *coarse.seen)]
    narrow = [_narrow(layer, broad) for layer in layers]
    return usable, narrow[0], np.stack(narrow[1:])


def _products(coarse: CoarseView, strip: Strip, broad: float) -> tuple[int, Field, Field]:
    """Count the usable pixels of a strip, and add up the products of guides and temperature."""
    usable, lst, guides = _high_passed(coarse.cut(strip.outer), broad)
    lst, guides = lst[strip.trim], guides[:, strip.trim]
    normal = np.einsum("ihw,jhw->ij", guides, guides)
    return int(usable[strip.trim].sum()), normal, np.einsum("ihw,hw->i", guides, lst)


def _places(coarse: CoarseView, scene: Field, firm: Field, broad: float) -> NDArray[np.float64]:
    """Give the slopes around every place, shape (g, h, w), held to those of the scene."""
    usable, lst, guides = _high_passed(coarse, broad)
    count = len(guides)
    share = np.maximum(_window(usable.astype(np.float64)), np.finfo(np.float32).eps)
    local = np.empty((*lst.shape, count, count))
    aim = np.empty((*lst.shape, count))
    for i in range(count):
        aim[..., i] = _window(guides[i] * lst) / share
        for j in range(i + 1):
            local[..., i, j] = local[..., j, i] = _window(guides[i] * guides[j]) / share
    prior = FIRMNESS * firm
    places = np.linalg.solve(local + prior, (aim + prior @ scene)[..., None])[..., 0]
    return np.moveaxis(places, -1, 0).astype(np.float64)


def _narrow(field: Field, broad: float) -> Field:
    """Take off what is broad; 0 in the gaps."""
    return np.nan_to_num(field - mean_around(field, broad))


def _window(field: Field) -> Field:
    return mean_around(field, WINDOW)
