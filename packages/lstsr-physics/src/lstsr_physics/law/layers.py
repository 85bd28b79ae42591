"""What a network is shown of a scene: temperature, law and guide, as layers of the fine grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core.nested import repeat, upsample_cubic, upsample_linear
from lstsr_core.scene import COARSE, GUIDE, LST
from lstsr_physics.law.bands import mean_around
from lstsr_physics.law.options import AS_SHIPPED, LawOptions
from lstsr_physics.law.sharpener import Sharpener, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_physics.law.detail import FineGuide

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
        factor, coarse = self.sharpener.factor, lst.astype(np.float64)
        seen = list(self.sharpener.see(guides))
        law, sigma = self.sharpener.sharpen_seen(lst, seen, valid)
        plain = upsample_cubic(coarse, factor)
        made = {
            "lst_cubic": plain - self.level,
            "lst_detail": plain - upsample_linear(mean_around(coarse, WIDE), factor),
            "law": law - plain,
            "law_sigma": sigma,
            "valid": repeat(valid, factor),
            **self._guide_layers(seen, plain.shape),
        }
        return {name: _known(made[name]) for name in LAYERS}

    def _guide_layers(self, seen: Sequence[FineGuide], shape: tuple[int, ...]) -> dict[str, Grid]:
        if self.place < 0:
            nothing = np.zeros(shape, np.float32)
            return dict.fromkeys(("ndvi", "ndvi_detail", "slope", "slope_detail"), nothing)
        ndvi = seen[self.place]
        return {
            "ndvi": ndvi.values,
            "ndvi_detail": ndvi.narrow,
            "slope": ndvi.slope,
            "slope_detail": ndvi.slope * ndvi.narrow,
        }


def _known(layer: NDArray[Any]) -> Grid:
    """Give a layer that is 0 where nothing is known."""
    known = layer.astype(np.float32)
    known[np.isnan(known)] = 0
    return known


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
