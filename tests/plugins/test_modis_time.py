"""Local solar hours of MOD11A1 become UTC where day and longitude are known."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from affine import Affine
from odc.geo.geobox import GeoBox
from odc.geo.xr import xr_coords

from lstsr_modis.solar_time import longitude_of, view_time

MODIS = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs"


def on(box, hours, day="2021-08-15T00:00:00Z"):
    """Make an empty product on a grid and the hours at which it was seen."""
    raw = xr.Dataset(coords=xr_coords(box, dims=("y", "x")), attrs={"start_datetime": day})
    return xr.DataArray(np.full(box.shape, hours), dims=("y", "x")), raw


def degrees(west, north):
    """Give a grid of one pixel of 1 degree."""
    return GeoBox((1, 1), Affine(1.0, 0.0, west, 0.0, -1.0, north), "EPSG:4326")


@pytest.mark.parametrize(
    ("longitude", "hours", "utc"),
    [
        (-0.5, 10.5, "2021-08-15T10:32:00"),
        (-90.5, 10.5, "2021-08-15T16:32:00"),
        (120.0, 10.5, "2021-08-15T02:30:00"),
        (150.0, 1.0, "2021-08-15T15:00:00"),
        (-150.0, 22.5, "2021-08-15T08:30:00"),
    ],
)
def test_hours_minus_a_fifteenth_of_the_longitude_are_utc_of_the_day(longitude, hours, utc):
    raw = on(degrees(longitude - 0.5, 40.5), hours)
    assert view_time(*raw).to_numpy().ravel() == np.datetime64(utc)


def test_longitude_on_the_sinusoidal_grid_is_that_of_the_projection():
    box = GeoBox.from_bbox((-7783653.6, 3335851.5, -6671703.1, 4447802.0), MODIS, shape=(5, 5))
    _, raw = on(box, 10.0)
    x, y = np.meshgrid(raw["x"], raw["y"])
    wanted, _ = box.crs.transformer_to_crs("EPSG:4326")(x, y)
    np.testing.assert_allclose(longitude_of(raw), wanted, atol=1e-6)


def test_what_was_not_seen_has_no_time():
    hours, raw = on(degrees(0, 1), np.nan)
    assert bool(view_time(hours, raw).isnull().all())


@pytest.mark.parametrize("lost", ["the day", "the grid", "a known projection"])
def test_without_day_or_longitude_the_hours_stay_hours_and_say_so(lost):
    crs = "EPSG:32631" if lost == "a known projection" else "EPSG:4326"
    hours, raw = on(GeoBox.from_bbox((0, 0, 1, 1), crs, shape=(1, 1)), 10.5)
    if lost == "the day":
        raw = raw.drop_attrs()
    if lost == "the grid":
        raw = raw.drop_vars(["longitude", "latitude", "x", "y"], errors="ignore")
    time = view_time(hours, raw)
    assert time.item() == 10.5
    assert time.attrs == {"units": "h", "long_name": "local solar time of the view"}
