"""Swaths are laid on a grid by the places of their pixels: known fields come back, clouds stay."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_core.grid import geobox_of
from lstsr_data.swath import REACH, grid_around, lay_swath

KILOMETRE = 1000.0
NEAR = 0.009
"""A kilometre. [degree of latitude]"""


def simulate(rows=60, columns=70, *, heading=0.2, centre=(48.0, 11.0)):
    """Make a swath that crosses the meridians, whose scan lines bend and widen to the edges."""
    down, right = np.indices((rows, columns), dtype=float)
    across = (right - columns / 2) * (1 + 0.3 * ((right - columns / 2) / columns) ** 2)
    along = down - rows / 2 + 1.5 * np.sin(right / columns * np.pi)
    north = -along * np.cos(heading) - across * np.sin(heading)
    east = across * np.cos(heading) - along * np.sin(heading)
    latitude = centre[0] + NEAR * north
    longitude = centre[1] + NEAR * east / np.cos(np.radians(latitude))
    return xr.Dataset(
        coords={
            "latitude": (("y", "x"), latitude),
            "longitude": (("y", "x"), (longitude + 180) % 360 - 180),
        }
    )


def with_field(swath, function):
    """Add a field that is known everywhere on Earth."""
    values = function(swath["longitude"].to_numpy(), swath["latitude"].to_numpy())
    return swath.assign(lst=(("y", "x"), values.astype(np.float32)))


def gradient(longitude, latitude):
    """Give 1 K for each 10 km, more or less."""
    return 300 + 10 * (latitude - 48) - 7 * (longitude - 11)


def places_of(box):
    """Give longitude and latitude of the pixels of a grid."""
    down, right = np.indices(box.shape)
    x, y = box.affine * (right + 0.5, down + 0.5)
    return box.crs.transformer_to_crs("EPSG:4326", always_xy=True)(x, y)


def pixel_of(box, swath):
    """Give row and column of the pixel of a grid that each pixel of a swath falls into."""
    to_box = CRS("EPSG:4326").transformer_to_crs(box.crs, always_xy=True)
    x, y = to_box(swath["longitude"].to_numpy(), swath["latitude"].to_numpy())
    column, row = ~box.affine * (x, y)
    return np.floor(row).astype(int), np.floor(column).astype(int)


@settings(max_examples=15)
@given(heading=st.floats(-np.pi, np.pi), centre=st.tuples(st.floats(-75, 75), st.floats(-180, 180)))
def test_a_field_of_places_comes_back_at_its_places_anywhere_on_earth(heading, centre):
    swath = simulate(heading=heading, centre=centre)
    swath = with_field(swath, lambda lon, lat: 300 + 100 * (lat - centre[0]))
    laid = lay_swath(swath, grid_around(swath, KILOMETRE))["lst"]
    _, latitude = places_of(geobox_of(laid))
    wrong = np.abs(laid.to_numpy() - (300 + 100 * (latitude - centre[0])))
    assert np.isfinite(wrong).sum() > 0.8 * swath["lst"].size
    assert np.nanmedian(wrong) < 0.15 * 100 * NEAR
    assert np.nanmax(wrong) < 1.05 * REACH * 100 * NEAR


def test_weights_come_closer_to_the_truth_than_the_nearest_pixel():
    swath = with_field(simulate(), gradient)
    box = grid_around(swath, KILOMETRE)
    laid = lay_swath(swath.assign(nearest=(swath["lst"] * 100).astype(np.int32)), box)
    truth = gradient(*places_of(box))
    inside = laid["lst"].notnull().to_numpy()
    weighted = np.abs(laid["lst"].to_numpy() - truth)[inside]
    nearest = np.abs(laid["nearest"].to_numpy() / 100 - truth)[inside]
    assert weighted.mean() < 0.6 * nearest.mean()


def test_every_pixel_inside_the_swath_has_a_value_and_none_far_outside():
    swath = with_field(simulate(), gradient)
    box = grid_around(swath, KILOMETRE)
    laid = lay_swath(swath, box)["lst"].notnull().to_numpy()
    assert laid[laid.shape[0] // 2 - 15 : laid.shape[0] // 2 + 15, 40:45].all()
    assert not laid[0, 0]
    assert laid.sum() < 1.35 * swath["lst"].size


def test_a_cloud_is_not_filled_from_its_neighbours():
    swath = with_field(simulate(), gradient)
    swath["lst"][25:35, 30:40] = np.nan
    box = grid_around(swath, KILOMETRE)
    seen = lay_swath(swath, box)["lst"].notnull().to_numpy()
    cloud = swath.isel(y=slice(27, 33), x=slice(32, 38))
    row, column = pixel_of(box, cloud)
    assert not seen[row, column].any()


def test_a_pixel_without_a_place_takes_no_part_and_its_neighbours_close_the_hole():
    swath = with_field(simulate(), gradient)
    swath["lst"][30, 35] = 999.0
    lost = {name: swath[name].copy() for name in ("latitude", "longitude")}
    for place in lost.values():
        place[30, 35] = np.nan
    swath = swath.assign_coords(lost)
    laid = lay_swath(swath, grid_around(swath, KILOMETRE))["lst"]
    assert float(laid.max()) < 320
    whole = lay_swath(with_field(simulate(), gradient), geobox_of(laid))["lst"]
    np.testing.assert_array_equal(laid.notnull(), whole.notnull())


def test_an_orphan_pixel_is_laid_where_it_was_seen():
    swath = with_field(simulate(), gradient)
    orphan = swath.isel(y=[30], x=[35])
    without = swath.copy(deep=True)
    without["latitude"][30, 35] = np.nan
    beside = xr.full_like(swath.isel(x=[0]), np.nan)
    beside["latitude"] = ("y", "x"), np.full((60, 1), np.nan)
    beside["latitude"][9], beside["longitude"][9] = orphan["latitude"][0], orphan["longitude"][0]
    beside["lst"][9] = orphan["lst"][0] + 5
    box = grid_around(swath, KILOMETRE)
    place = pixel_of(box, orphan)
    together = xr.concat([without, beside], dim="x")
    found, gap = (lay_swath(one, box)["lst"].to_numpy()[place] for one in (together, without))
    assert found.item() > gap.item() + 2


def test_words_and_times_are_those_of_one_pixel_and_say_the_worst_where_there_is_none():
    swath = simulate()
    words = np.where(np.indices((60, 70)).sum(axis=0) % 2, 8, 16384).astype(np.uint16)
    moment = np.datetime64("2021-05-10T00:30:00", "s")
    times = np.full((60, 70), moment)
    swath = swath.assign(quality=(("y", "x"), words), view_time=(("y", "x"), times))
    laid = lay_swath(swath, grid_around(swath, KILOMETRE))
    assert laid["quality"].dtype == np.uint16
    assert set(np.unique(laid["quality"])) == {8, 16384, 65535}
    seen = laid["quality"].to_numpy() != 65535
    assert (laid["view_time"].to_numpy()[seen] == moment).all()
    assert np.isnat(laid["view_time"].to_numpy()[~seen]).all()


def test_strips_of_the_grid_leave_no_seam(monkeypatch):
    swath = with_field(simulate(), gradient)
    box = grid_around(swath, KILOMETRE)
    whole = lay_swath(swath, box)
    monkeypatch.setattr("lstsr_data.swath.STRIP", 7)
    xr.testing.assert_identical(lay_swath(swath, box), whole)


def test_the_grid_covers_a_swath_over_the_antimeridian_and_no_more():
    swath = with_field(simulate(centre=(-17.0, 179.95)), lambda lon, lat: 300 + lat)
    box = grid_around(swath, KILOMETRE)
    assert max(box.shape) < 110
    assert lay_swath(swath, box)["lst"].notnull().sum() > 0.8 * swath["lst"].size


def test_a_swath_is_laid_on_the_grid_that_is_given_to_the_pixel():
    x, y = np.meshgrid(500_500.0 + 1000 * np.arange(20), 5_319_500.0 - 1000 * np.arange(15))
    box = GeoBox((15, 20), Affine(1000.0, 0, 500_000.0, 0, -1000.0, 5_320_000.0), "EPSG:32632")
    longitude, latitude = box.crs.transformer_to_crs("EPSG:4326", always_xy=True)(x, y)
    values = np.random.default_rng(3).normal(300, 5, x.shape).astype(np.float32)
    order = np.random.default_rng(4).permutation(x.size)
    swath = xr.Dataset(
        {"lst": (("y", "x"), values.ravel()[order].reshape(x.shape))},
        {
            "latitude": (("y", "x"), latitude.ravel()[order].reshape(x.shape)),
            "longitude": (("y", "x"), longitude.ravel()[order].reshape(x.shape)),
        },
    )
    np.testing.assert_allclose(lay_swath(swath, box, reach=0.5)["lst"], values, atol=1e-3)


def test_a_grid_elsewhere_is_refused():
    box = GeoBox((5, 5), Affine(1000.0, 0, 500_000.0, 0, -1000.0, 1_000_000.0), "EPSG:32601")
    with pytest.raises(SceneError, match="NO_OVERLAP"):
        lay_swath(with_field(simulate(), gradient), box)


@pytest.mark.parametrize("lost", ["the coordinates", "every place"])
def test_a_swath_without_places_is_refused(lost):
    swath = with_field(simulate(), gradient)
    if lost == "the coordinates":
        swath = swath.drop_vars("latitude")
    else:
        swath["latitude"][:] = np.nan
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        grid_around(swath, KILOMETRE)
