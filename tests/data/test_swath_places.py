"""Every pixel of a swath gets its place from the stored ones of its own scan."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_data.swath_places import place_every_pixel

LINES, PIXELS = 30, 44
METRE = 180 / np.pi / 6_371_007.181
"""A metre along a great circle. [degree]"""


def truth(west=11.0, overlap=0.0):
    """Places of a level swath of 1 km, each scan moved back over the one before it. [degree]"""
    down, right = np.indices((LINES, PIXELS)).astype(float)
    km_down = down - overlap * (down // 10)
    latitude = 1.0 - 1000 * METRE * km_down
    longitude = west + 1000 * METRE * right
    return latitude, (longitude + 180) % 360 - 180


def stored(latitude, longitude, **changes):
    steps = {"offset": (2, 2), "increment": (5, 5), **changes}
    places = {
        name: (("y_place", "x_place"), values[2::5, 2::5].astype(np.float32), steps)
        for name, values in (("latitude", latitude), ("longitude", longitude))
    }
    lst = ("y", "x"), np.zeros((LINES, PIXELS), np.uint16)
    return xr.Dataset({"LST": lst}, places)


def distance(swath, latitude, longitude):
    """Give how far places lie from the truth. [m]"""
    away = (swath["longitude"] - longitude + 180) % 360 - 180
    return np.hypot(swath["latitude"] - latitude, away).to_numpy() / METRE


@pytest.mark.parametrize("overlap", [0.0, 3.0])
def test_places_are_those_of_the_truth_also_where_scans_overlap(overlap):
    where = truth(overlap=overlap)
    placed = place_every_pixel(stored(*where))
    assert placed["LST"].shape == placed["latitude"].shape == (LINES, PIXELS)
    assert distance(placed, *where).max() < 5.0


def test_places_are_right_over_the_antimeridian():
    where = truth(west=179.8)
    assert {*np.sign(where[1]).ravel()} == {-1.0, 1.0}
    assert distance(place_every_pixel(stored(*where)), *where).max() < 5.0


def test_what_needs_a_place_that_is_fill_has_none():
    latitude, longitude = truth()
    raw = stored(latitude, longitude)
    raw["latitude"][1, 3] = -999.0
    placed = place_every_pixel(raw)
    assert placed["latitude"][7, 17].isnull()
    assert placed["longitude"][7, 17].isnull()
    assert placed["latitude"][10:].notnull().all()
    assert placed["latitude"][:, :12].notnull().all()


@pytest.mark.parametrize(
    "change", [{"increment": (10, 10)}, {"offset": (0, 0)}, {"offset": (), "increment": ()}]
)
def test_places_that_are_stored_in_another_way_are_refused(change):
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        place_every_pixel(stored(*truth(), **change))


def test_half_a_scan_is_refused():
    raw = stored(*truth())
    half = raw.isel(y=slice(25), y_place=slice(5))
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        place_every_pixel(half)
