"""What a network is shown of a scene: temperature, law and guide, as layers of the fine grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import repeat, upsample_cubic, upsample_linear
from lstsr_core.scene import COARSE, GUIDE, LST
from lstsr_physics.law.bands import TURN, mean_around
from lstsr_physics.law.options import AS_SHIPPED, LawOptions
from lstsr_physics.law.sharpener import Sharpener, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    Grid = NDArray[np.float32]

LAYERS: Final = {
    "lst_cubic": "temperature by cubic convolution, less the mean of the scene [K]",
    "lst_detail": "the same less what a Gaussian of 2 coarse pixels holds [K]",
    "law": "what the scaling law adds to it [K]",
    "ndvi": "NDVI, laid on the temperature [1]",
    "ndvi_detail": "NDVI less what a Gaussian of 0.6 coarse pixels holds [1]",
    "slope": "slope of temperature on NDVI around the place [K]",
    "slope_detail": "slope times detail of NDVI: what the coarse scale would make of it [K]",
    "law_sigma": "standard uncertainty of the scaling law [K]",
    "valid": "1 where the coarse pixel was measured [1]",
}
"""Layers by name."""
WIDE: Final = 2.0
"""Gaussian beyond which a temperature is surroundings; the margin of the law allows no wider.
[coarse pixel]"""
NDVI: Final = "ndvi"
"""Guide that layers are made of."""


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Makes the layers of a tile.

    Parameters
    ----------
    sharpener : Sharpener
        The scaling law, prepared for the scene.
    level : float
        Mean temperature of the scene. [K]
    place : int
        Which guide of the tile is NDVI; -1 where there is none.
    """

    sharpener: Sharpener
    level: float
    place: int

    def at(self, row: int, column: int) -> Layers:
        """Give the maker of the tile that starts here. [coarse pixel]"""
        return replace(self, sharpener=self.sharpener.at(row, column))

    def __call__(self, lst: Grid, guides: Grid, valid: NDArray[np.bool_]) -> Mapping[str, Grid]:
        """Give every layer of `LAYERS`, shape (factor * h, factor * w); 0 where nothing is known.

        Parameters
        ----------
        lst : array, shape (h, w)
            Coarse temperature, margin included, NaN where there is none. [K]
        guides : array, shape (g, factor * h, factor * w)
            In alphabetical order, NaN where there is none.
        valid : array, shape (h, w)
            Where a temperature was measured.
        """
        factor = self.sharpener.factor
        laid = self.sharpener.lay(guides)
        law, sigma = self.sharpener.sharpen_laid(lst, laid, valid)
        plain = upsample_cubic(lst.astype(np.float64), factor)
        surroundings = upsample_linear(mean_around(lst.astype(np.float64), WIDE), factor)
        made = {
            "lst_cubic": plain - self.level,
            "lst_detail": plain - surroundings,
            "law": law - plain,
            "law_sigma": sigma,
            "valid": repeat(valid, factor),
            **self._guide_layers(lst, laid),
        }
        return {name: np.nan_to_num(made[name]).astype(np.float32) for name in LAYERS}

    def _guide_layers(self, lst: Grid, laid: Grid) -> dict[str, Grid]:
        factor = self.sharpener.factor
        if self.place < 0:
            nothing = np.zeros([size * factor for size in lst.shape], np.float32)
            return dict.fromkeys(("ndvi", "ndvi_detail", "slope", "slope_detail"), nothing)
        ndvi = laid[self.place]
        rows = slice(self.sharpener.row, self.sharpener.row + lst.shape[0])
        columns = slice(self.sharpener.column, self.sharpener.column + lst.shape[1])
        slope = self.sharpener.slopes.places[self.place, rows, columns].astype(np.float32)
        detail, steep = ndvi - mean_around(ndvi, TURN * factor), upsample_linear(slope, factor)
        return {"ndvi": ndvi, "ndvi_detail": detail, "slope": steep, "slope_detail": steep * detail}


def prepare_layers(scene: xr.DataTree, options: LawOptions = AS_SHIPPED) -> Layers:
    """Prepare the layers of a scene.

    Parameters
    ----------
    scene : xarray.DataTree
        With at least one guide.
    options : LawOptions
        Which law; layers hold no texture.

    Returns
    -------
    Layers
    """
    names = sorted(map(str, scene[GUIDE].data_vars))
    return Layers(
        sharpener=prepare(scene, replace(options, texture=0.0)),
        level=float(np.nanmean(scene[COARSE][LST].to_numpy())),
        place=names.index(NDVI) if NDVI in names else -1,
    )
