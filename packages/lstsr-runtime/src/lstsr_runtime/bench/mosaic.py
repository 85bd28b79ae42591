"""A tile as large as MODIS delivers them, laid together from real scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr
from odc.geo.geobox import GeoBox

from lstsr_core import build_scene
from lstsr_core.grid import divide, geobox_of, on_grid
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

EDGE: Final = 1200
"""Coarse pixels along one edge of a MODIS tile at 927 m (MOD11A1 user guide). [coarse pixel]"""


def lay_mosaic(scenes: Mapping[str, Callable[[], xr.DataTree]], edge: int = EDGE) -> xr.DataTree:
    """Lay scenes side by side, every second one mirrored, until they fill a tile.

    Parameters
    ----------
    scenes : mapping of str to callable
        Opens the scene of a name; all of one size and factor, with the same guides.
    edge : int
        Coarse pixels along one edge of the tile. [coarse pixel]

    Returns
    -------
    xarray.DataTree
        A scene whose grid begins where that of the first does; it repeats the scenes as often as
        it takes. Every patch is real, their neighbourhood is not: for timing, not for scores.
    """
    opened = [opener().load() for opener in scenes.values()]
    first = opened[0]
    box, factor = geobox_of(first[COARSE].to_dataset()), factor_of(first)
    lst = _lay([scene[COARSE][LST].to_numpy() for scene in opened], edge)
    guides = {
        str(name): _lay([scene[GUIDE][str(name)].to_numpy() for scene in opened], edge * factor)
        for name in first[GUIDE].data_vars
    }
    coarse = GeoBox((edge, edge), box.affine, box.crs)
    fine = divide(coarse, factor)
    return build_scene(
        xr.Dataset({LST: on_grid(lst, coarse)}),
        xr.Dataset({name: on_grid(values, fine) for name, values in guides.items()}),
    )


def _lay(patches: list[NDArray[np.float32]], edge: int) -> NDArray[np.float32]:
    """Fill a square by patches in turn, mirrored where their row or column is odd."""
    size = patches[0].shape[0]
    side = -(-edge // size)
    whole = np.empty((side * size, side * size), np.float32)
    for place in range(side * side):
        row, column = divmod(place, side)
        patch = patches[place % len(patches)][:: 1 - 2 * (row % 2), :: 1 - 2 * (column % 2)]
        whole[row * size : (row + 1) * size, column * size : (column + 1) * size] = patch
    return whole[:edge, :edge]
