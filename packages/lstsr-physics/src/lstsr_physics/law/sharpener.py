"""The model `scaling-law`: detail by gain times guide, octave by octave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import Footprint
from lstsr_core.nested import repeat, upsample_cubic, upsample_linear
from lstsr_core.scene import GUIDE, factor_of
from lstsr_physics.law.bands import TURN, fine_octaves, mean_around, split_fine
from lstsr_physics.law.detail import add_up, coarse_detail, see_fine
from lstsr_physics.law.displacement import expected_shift, is_modis
from lstsr_physics.law.law import SHIPPED, read_law, shipped_law
from lstsr_physics.law.options import AS_SHIPPED, LawOptions
from lstsr_physics.law.slopes import slopes_of, view
from lstsr_physics.law.variance import variance_around
from lstsr_physics.shift import realign_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.detail import FineGuide
    from lstsr_physics.law.law import Law
    from lstsr_physics.law.slopes import Slopes
    from lstsr_physics.shift import Shift
AUTO = "auto"
"""Name that stands for the law that suits the grid of a scene."""


@dataclass(frozen=True, kw_only=True)
class Sharpener:
    """A Predictor that continues a scene below its coarse pixel by a law.

    ``T_f = U(T_c + c) + s sum_o gain_o B_o(G)`` with U cubic upsampling, c what the law adds at
    the coarse scale, s the slope of the place and B_o(G) an octave of a guide.

    Parameters
    ----------
    law : Law
        Gains, restoration, and what stays unknown.
    slopes : Slopes
        Kelvin per unit of each guide.
    added : array, shape (h, w)
        What is added to the coarse temperature before it is interpolated. [K]
    variance : array, shape (h, w)
        Variance of the temperature around a place, narrower than 1.2 coarse
        pixels. [K2]
    shift : Shift, optional
        How far the guides lie beside the temperature.
    texture : float
        0 for least error, 1 for as much texture as nature has. [1]
    row, column : int
        First pixel of the tile in these fields. [coarse pixel]
    """

    law: Law
    slopes: Slopes
    added: NDArray[np.float64]
    variance: NDArray[np.float64]
    shift: Shift | None
    factor: int
    texture: float
    row: int = 0
    column: int = 0

    def at(self, row: int, column: int) -> Sharpener:
        """Give the Predictor of the tile that starts here."""
        return replace(self, row=row, column=column)

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        return self.sharpen_seen(lst, self.see(guides), valid)

    def see(self, guides: NDArray[np.float32]) -> Iterator[FineGuide]:
        """Undo the shift of guides, shape (g, factor * h, factor * w), and split off detail."""
        if self.shift is not None:
            laid = [realign_values(guide, self.shift) for guide in guides]
            guides = np.stack(laid).astype(np.float32)
        here = self._here([size // self.factor for size in guides.shape[1:]])
        yield from see_fine(guides, self.slopes.cut(*here), self.law, self.factor)

    def sharpen_seen(
        self,
        lst: NDArray[np.float32],
        seen: Iterable[FineGuide],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile by what `see` gives of its guides."""
        here = self._here(lst.shape)
        coarse = np.where(valid, lst + self.added[here], np.nan)
        fine = upsample_cubic(coarse, self.factor).astype(np.float32)
        detail, energy = add_up(seen, fine.shape)
        fine = self._with_texture(fine + detail)
        sigma = self._sigma(energy, self.variance[here])
        sigma[~repeat(valid, self.factor)] = np.nan
        return fine, sigma

    def _here(self, shape: Sequence[int]) -> tuple[slice, slice]:
        """Give where a tile of this shape lies. [coarse pixel]"""
        rows, columns = shape
        return slice(self.row, self.row + rows), slice(self.column, self.column + columns)

    def _with_texture(self, fine: NDArray[np.float32]) -> NDArray[np.float32]:
        """Raise the amplitude of every fine octave to what nature has."""
        if self.texture == 0:
            return fine
        octaves = [self.law.at(sigma) for sigma in fine_octaves(self.factor)]
        raised = fine.copy()
        for octave, band in zip(octaves, split_fine(fine, self.factor), strict=True):
            raised += np.float32(self.texture * (octave.texture - 1)) * band
        return raised

    def _sigma(self, energy: NDArray[np.float32], variance: Field) -> NDArray[np.float32]:
        """Give the standard uncertainty; a missing guide counts as one that says nothing. [K]"""
        spread = self.law.spread
        around = mean_around(energy, TURN * self.factor)
        known = spread.floor + spread.thermal * upsample_linear(variance, self.factor)
        sigma: NDArray[np.float32] = np.sqrt(known + spread.guide * around).astype(np.float32)
        return sigma


def choose_law(scene: xr.DataTree, name: str) -> Law:
    """Give the law of a name or a path; ``auto`` takes MODIS's own for its products."""
    if name == AUTO:
        name = "modis" if is_modis(scene) else "general"
    return shipped_law(name) if name in SHIPPED else read_law(name)


def prepare(scene: xr.DataTree, options: LawOptions = AS_SHIPPED) -> Sharpener:
    """Learn slopes and shift of a scene, and apply a law to them.

    Parameters
    ----------
    scene : xarray.DataTree
        With at least one guide.
    options : LawOptions
        Law, texture and registration.

    Returns
    -------
    Sharpener
    """
    law = choose_law(scene, options.law)
    names = tuple(sorted(map(str, scene[GUIDE].data_vars)))
    shift = expected_shift(scene, names, law) if options.register else None
    coarse = view(scene, names, shift, Footprint(mtf=law.footprint_mtf))
    slopes = slopes_of(coarse)
    added = coarse_detail(coarse, slopes, law)
    return Sharpener(
        law=law,
        slopes=slopes.single(),
        added=added,
        variance=variance_around(coarse),
        shift=shift,
        factor=factor_of(scene),
        texture=options.texture,
    )
