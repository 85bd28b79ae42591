"""A fine field: a temperature and guides on its native grid, with what is known of the place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import xarray as xr

from lstsr_core.grid import geobox_of
from lstsr_core.scene import LST, LST_ATTRIBUTES
from lstsr_core.vocabulary import GUIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odc.geo.geobox import GeoBox

EARTH_RADIUS: Final = 6371007.181
"""Radius of the sphere of the MODIS grids. [m]"""


def fine_field(lst: xr.DataArray, guides: Mapping[str, xr.DataArray], **about: str) -> xr.Dataset:
    """Join a temperature and guides of one grid, read into memory.

    Parameters
    ----------
    lst : xarray.DataArray, dims (y, x)
        Temperature, NaN where there is none. [K]
    guides : mapping of str to xarray.DataArray, dims (y, x)
        On the grid of `lst`.
    **about : str
        ``landscape``, ``place``, ``sensor`` and ``time``.

    Returns
    -------
    xarray.Dataset, dims (y, x)
    """
    field = xr.Dataset({LST: lst, **guides}).load().drop_attrs(deep=False)
    for name in guides:
        known = GUIDES.get(name)
        field[name].attrs = {"units": known.units if known else "1", **guides[name].attrs}
        field[name].attrs.pop("laid", None)
    field[LST].attrs = dict(LST_ATTRIBUTES)
    return field.assign_attrs(**about, pixel=pixel_edge(geobox_of(lst)))


def pixel_edge(box: GeoBox) -> float:
    """Give the edge of the square that is as large as a pixel in the middle of a grid. [m]"""
    width, height = abs(box.affine.a), abs(box.affine.e)
    if box.crs is None or not box.crs.geographic:
        return math.sqrt(width * height)
    degree = math.radians(1.0) * EARTH_RADIUS
    latitude = math.radians((box.boundingbox.bottom + box.boundingbox.top) / 2)
    return degree * math.sqrt(width * height * math.cos(latitude))
