"""Where every pixel of a swath lies, between the pixels whose place is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SceneError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

LINES: Final = 10
"""Lines of 1 km that MODIS sees in one turn of its mirror. Scans overlap away from nadir, so that
places are not continuous from one scan to the next (MODIS Level 1A Earth location ATBD, 3.1.4).
[pixel]"""
STEPS: Final = {"offset": (2, 2), "increment": (5, 5)}
"""Which pixels of MOD11_L2 have a place: the middle ones of squares of five (MOD11 user guide,
geolocation). Other swaths keep theirs in other ways. [pixel]"""
HIGHEST: Final = 90.0
"""Latitude of a pole; fill, -999, lies beyond. [degree]"""


def place_every_pixel(swath: xr.Dataset) -> xr.Dataset:
    """Give each pixel of MOD11_L2 its place, linear between the stored ones of the same scan.

    Parameters
    ----------
    swath : xarray.Dataset, dims (y, x)
        With coordinates ``latitude`` and ``longitude`` of dims (y_place, x_place), as
        `lstsr_data.hdf4_swath.open_swath` gives them. [degree]

    Returns
    -------
    xarray.Dataset, dims (y, x)
        The same with coordinates of each pixel, NaN where a stored place that it needs is none.
        [degree]

    Raises
    ------
    SceneError
        ``GRID_UNSUPPORTED`` where places are stored in another way.
    """
    _demand_middles_of_fives(swath)
    step = STEPS["increment"][0]
    down = _between(swath.sizes["y"], LINES // step)
    right = _between(swath.sizes["x"], swath.sizes["x_place"])
    x, y, z = (_at(_at(part, down).T, right).T for part in _directions(swath))
    places = {
        "latitude": (("y", "x"), np.degrees(np.arctan2(z, np.hypot(x, y)))),
        "longitude": (("y", "x"), np.degrees(np.arctan2(y, x))),
    }
    return swath.drop_vars(places).assign_coords(places)


def _demand_middles_of_fives(swath: xr.Dataset) -> None:
    about = swath["latitude"].attrs
    stated = {key: tuple(about.get(key, ())) for key in STEPS}
    expected = (swath.sizes["y"] // 5, -(-swath.sizes["x"] // 5))
    if stated == STEPS and swath["latitude"].shape == expected and not swath.sizes["y"] % LINES:
        return
    raise SceneError(
        "GRID_UNSUPPORTED",
        found=f"a swath of {swath.sizes['y']} x {swath.sizes['x']} pixels "
        f"with {swath['latitude'].shape} places, {stated}",
        expected="MOD11_L2 or MYD11_L2: whole scans, a place in the middle of each 5 x 5 pixels",
        remedy="take a gridded product of the same sensor; of ASTER the GeoTIFF of version 4",
    )


def _between(pixels: int, together: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Give the stored place before each pixel, and how far on the way to the next it lies.

    Parameters
    ----------
    pixels : int
        How many there are.
    together : int
        How many stored places follow each other without a break; beyond the first and the last of
        them the line goes on.
    """
    offset, step = STEPS["offset"][0], STEPS["increment"][0]
    block, inside = np.divmod(np.arange(pixels), together * step)
    way = (inside - offset) / step
    before = np.clip(np.floor(way), 0, together - 2)
    return (block * together + before).astype(np.intp), way - before


def _at(
    places: NDArray[np.float64], where: tuple[NDArray[np.intp], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Interpolate along the first axis."""
    before, way = where
    found: NDArray[np.float64] = (
        places[before] * (1 - way)[:, None] + places[before + 1] * way[:, None]
    )
    return found


def _directions(swath: xr.Dataset) -> tuple[NDArray[np.float64], ...]:
    """Give directions from the Earth's middle, whose means are right across 180 degrees. [1]"""
    latitude, longitude = (
        np.asarray(swath[name], np.float64) for name in ("latitude", "longitude")
    )
    known = (np.abs(latitude) <= HIGHEST) & (np.abs(longitude) <= 2 * HIGHEST)
    lat, lon = (np.radians(np.where(known, place, np.nan)) for place in (latitude, longitude))
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)
