"""A swath, pixels with a place each, is laid on a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.grid import on_grid

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox
    from pyproj import Transformer

PLACES: Final = ("latitude", "longitude")
"""Coordinates of a swath. [degree]"""
REACH: Final = 1.5
"""How far from the middle of a pixel of the grid a measurement may lie; at the edges of a swath
they lie that far apart. [pixel]"""
NEIGHBOURS: Final = 6
"""Measurements that make one pixel of the grid. [1]"""
SPREAD: Final = 0.5
"""Standard deviation of the Gaussian by which they are weighted. [pixel]"""
GEOGRAPHIC: Final = "EPSG:4326"
"""Longitude and latitude on WGS84."""
STRIP: Final = 128
"""Rows of the grid that are laid at once. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Nearest:
    """The measurements nearest to each pixel of a strip of a grid.

    Parameters
    ----------
    index : array of int, shape (rows, columns, n)
        Which they are, in a flat list; the nearest first, 0 where there is none.
    weight : array of float, shape (rows, columns, n)
        How much they count, 0 where there is none. [1]
    """

    index: NDArray[np.intp]
    weight: NDArray[np.float64]


def lay_swath(swath: xr.Dataset, box: GeoBox, *, reach: float = REACH) -> xr.Dataset:
    """Lay the fields of a swath on a grid.

    Numbers are means of the nearest measurements, weighted by their distance; words and times are
    those of the nearest one. What the nearest measurement does not have, because it saw a cloud,
    its neighbours do not make up.

    Parameters
    ----------
    swath : xarray.Dataset, dims (y, x)
        Fields, with coordinates ``latitude`` and ``longitude`` of the same dims; pixels without a
        place take no part. [degree]
    box : GeoBox
        Where to lay them.
    reach : float
        How far from the middle of a pixel of the grid a measurement may lie. [pixel of the grid]

    Returns
    -------
    xarray.Dataset, dims (y, x)
        On the grid: NaN or NaT where no measurement is within reach, all bits of words set.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without places, ``NO_OVERLAP`` where no pixel lies near the grid.
    """
    column, row, placed = _on_box(swath, box, reach)
    lists = {name: values.to_numpy().ravel()[placed] for name, values in swath.data_vars.items()}
    parts: dict[Hashable, list[NDArray[Any]]] = {name: [] for name in lists}
    reached = False
    for nearest in _search(np.column_stack([column, row]), box, reach):
        reached |= bool((nearest.weight > 0).any())
        for name, values in lists.items():
            parts[name].append(_laid(values, nearest))
    if not reached:
        raise _elsewhere(box)
    fields = {
        name: on_grid(np.concatenate(strips), box).assign_attrs(swath[name].attrs)
        for name, strips in parts.items()
    }
    return xr.Dataset(fields, attrs=swath.attrs)


def grid_around(swath: xr.Dataset, pixel: float) -> GeoBox:
    """Give a grid that covers a swath, in equal areas about its middle.

    Parameters
    ----------
    swath : xarray.Dataset
        With coordinates ``latitude`` and ``longitude``. [degree]
    pixel : float
        Edge of a pixel of the grid. [m]

    Returns
    -------
    GeoBox
        In Lambert's azimuthal equal-area projection, corners at whole pixels from its middle,
        which lies at a whole degree.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without places.
    """
    from affine import Affine
    from odc.geo.geobox import GeoBox

    longitude, latitude, _ = _places(swath)
    x, y, z = (np.mean(part) for part in on_sphere(longitude, latitude))
    lon, lat = np.degrees(np.arctan2(y, x)), np.degrees(np.arctan2(z, np.hypot(x, y)))
    crs = equal_area_crs(lon, lat)
    east, north = (axis / pixel for axis in _project(longitude, latitude, crs))
    left, right = math.floor(east.min()), math.ceil(east.max())
    bottom, top = math.floor(north.min()), math.ceil(north.max())
    place = Affine(pixel, 0.0, left * pixel, 0.0, -pixel, top * pixel)
    return GeoBox((max(top - bottom, 1), max(right - left, 1)), place, crs)


def equal_area_crs(longitude: float, latitude: float) -> str:
    """Give Lambert's azimuthal equal-area system about a whole degree near a place. [degree]"""
    about = f"+lon_0={longitude:.0f} +lat_0={latitude:.0f}"
    return f"+proj=laea {about} +datum=WGS84 +units=m +no_defs"


def is_swath(raw: xr.Dataset) -> bool:
    """Tell whether the pixels of a dataset have a place each instead of a grid."""
    return set(PLACES) <= raw.coords.keys() and "x" not in raw.coords


def on_sphere(longitude: NDArray[Any], latitude: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Give directions, whose mean is right across the antimeridian too. [1]"""
    lon, lat = np.radians(longitude), np.radians(latitude)
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)


def _places(swath: xr.Dataset) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Give longitudes and latitudes of the pixels that have a place, and which these are."""
    if not set(PLACES) <= swath.coords.keys():
        raise _placeless("no coordinates latitude and longitude")
    latitude, longitude = (np.asarray(swath[name], np.float64).ravel() for name in PLACES)
    placed = np.isfinite(latitude) & np.isfinite(longitude)
    if not placed.any():
        raise _placeless("not one pixel with a place")
    return longitude[placed], latitude[placed], placed


def _project(
    longitude: NDArray[Any], latitude: NDArray[Any], crs: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    x, y = transformer(GEOGRAPHIC, crs).transform(longitude, latitude)
    return x, y


def transformer(here: str, there: str) -> Transformer:
    """Give what moves places, x or longitude first, from one system to another."""
    from pyproj import Transformer as Between

    return Between.from_crs(here, there, always_xy=True)


def _on_box(
    swath: xr.Dataset, box: GeoBox, reach: float
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Give columns and rows of the grid at which pixels lie, and which pixels are within reach."""
    longitude, latitude, placed = _places(swath)
    x, y = _project(longitude, latitude, str(box.crs))
    column, row = ~box.affine * (x, y)
    rows, columns = box.shape
    near = (
        (column >= -reach) & (column <= columns + reach) & (row >= -reach) & (row <= rows + reach)
    )
    placed[placed] = near
    return column[near], row[near], placed


def _search(places: NDArray[Any], box: GeoBox, reach: float) -> Iterator[Nearest]:
    """Find the measurements near the pixels of a grid, strip by strip from the top."""
    from scipy.spatial import KDTree

    if not len(places):
        raise _elsewhere(box)
    tree = KDTree(places)
    rows, columns = box.shape
    for top in range(0, rows, STRIP):
        down, right = np.indices((min(STRIP, rows - top), columns))
        middles = np.stack([right + 0.5, down + top + 0.5], axis=-1)
        distance, index = tree.query(middles, k=NEIGHBOURS, distance_upper_bound=reach)
        there = np.isfinite(distance)
        # The weight of the nearest is 1, so that it is not lost where all of them lie far away.
        near = np.where(there[..., :1], distance[..., :1], 0.0)
        exponent = np.where(there, distance**2 - near**2, np.inf) / (2 * SPREAD**2)
        yield Nearest(index=np.where(there, index, 0), weight=np.exp(-exponent))


def _laid(values: NDArray[Any], nearest: Nearest) -> NDArray[Any]:
    """Give what a grid has of the measurements in a flat list."""
    reached = nearest.weight[..., 0] > 0
    first = values[nearest.index[..., 0]]
    if values.dtype.kind in "mM":
        return np.where(reached, first, np.array("NaT", values.dtype))
    if values.dtype.kind != "f":
        return np.where(reached, first, _all_bits(values.dtype))
    found = values[nearest.index].astype(np.float64)
    weight = np.where(np.isfinite(found), nearest.weight, 0.0)
    total = weight.sum(axis=-1)
    mean = np.full(total.shape, np.nan)
    known = reached & np.isfinite(first)
    np.divide((weight * np.nan_to_num(found)).sum(axis=-1), total, out=mean, where=known)
    return mean.astype(values.dtype)


def _all_bits(dtype: np.dtype[Any]) -> NDArray[Any]:
    """Give the word that no quality is worse than: every flag is set."""
    return np.invert(np.zeros((), dtype))


def _placeless(found: str) -> SceneError:
    return SceneError(
        "SCENE_INCOMPLETE",
        found=found,
        expected="a swath whose pixels have a latitude and a longitude",
        remedy="give the whole product, its geolocation too",
    )


def _elsewhere(box: GeoBox) -> SceneError:
    return SceneError(
        "NO_OVERLAP",
        found=f"no pixel of the swath near the grid of {box.shape[0]} x {box.shape[1]} pixels",
        expected="a grid that the swath crosses",
        remedy="choose a granule of the same area",
    )
