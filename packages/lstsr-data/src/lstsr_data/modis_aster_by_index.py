"""A guide is laid on the temperature by array index, as the published evaluation did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import xarray as xr

from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.scene import GUIDE

if TYPE_CHECKING:
    from odc.geo.geobox import GeoBox

Laid: TypeAlias = Literal["place", "index"]
"""Whether guides lie where their geotransforms say, or as their arrays happen to begin."""

CORNER: Final = "corner"
"""Attribute of /guide laid by index: how far right and down of the temperature's corner the guide
truly begins. [fine pixel]"""


def lay_by_index(tree: xr.DataTree, ndvi: xr.DataArray) -> xr.DataTree:
    """Give a scene its guide by index: wrong by up to 3 fine pixels, to repeat published figures.

    Parameters
    ----------
    tree : xarray.DataTree
        The scene, its guide laid by place.
    ndvi : xarray.DataArray, dims (y, x)
        NDVI on its own grid, as large as the fine grid of the scene. [1]

    Returns
    -------
    xarray.DataTree
        With `CORNER` (columns, rows) among the attributes of /guide.
    """
    fine = geobox_of(tree[GUIDE].to_dataset())
    laid = on_grid(ndvi.to_numpy(), fine).assign_attrs(tree[GUIDE]["ndvi"].attrs)
    guide = xr.Dataset({"ndvi": laid}, attrs={CORNER: _corner(geobox_of(ndvi), fine)})
    return tree.assign({GUIDE: xr.DataTree(guide)})


def _corner(guide: GeoBox, fine: GeoBox) -> list[float]:
    columns, rows = ~fine.affine * (guide.affine.c, guide.affine.f)
    return [round(columns, 3), round(rows, 3)]
