"""Slopes and sunlight of planes are known; land cover keeps its classes."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_core.grid import on_grid
from lstsr_core.testing import check_sensor
from lstsr_terrain import land_cover
from lstsr_terrain.plugin import lstsr_sensors

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
DEM, COVER = SENSORS["copernicus-dem"], SENSORS["worldcover"]
METRES = GeoBox((8, 9), Affine(30.0, 0, 500_000.0, 0, -30.0, 5_000_000.0), "EPSG:32631")
DEGREE = np.pi / 180 * 6_371_008.8
"""A degree of latitude. [m]"""
slopes = st.floats(-1.5, 1.5)


def plane(east, north, box=METRES, **sun):
    """Make heights that rise by so much for each metre to the east and to the north."""
    rows, columns = np.indices(box.shape)
    heights = 500 + 30 * (east * columns - north * rows)
    raw = xr.Dataset({"data": on_grid(heights.astype(np.float32), box)})
    return raw.assign_attrs({f"view:sun_{name}": value for name, value in sun.items()})


@given(east=slopes, north=slopes)
def test_a_plane_has_its_slope_everywhere_to_the_very_edge(east, north):
    decoded = DEM.decode(plane(east, north))
    wanted = np.degrees(np.arctan(np.hypot(east, north)))
    np.testing.assert_allclose(decoded["slope"], wanted, atol=0.01)


@given(east=slopes, north=slopes, azimuth=st.floats(0, 360), elevation=st.floats(1, 90))
def test_sunlight_on_a_plane_is_the_cosine_between_sun_and_normal(east, north, azimuth, elevation):
    decoded = DEM.decode(plane(east, north, azimuth=azimuth, elevation=elevation))
    a, h = np.radians([azimuth, elevation])
    sun = np.array([np.cos(h) * np.sin(a), np.cos(h) * np.cos(a), np.sin(h)])
    normal = np.array([-east, -north, 1.0]) / np.sqrt(east**2 + north**2 + 1)
    np.testing.assert_allclose(decoded["insolation"], max(sun @ normal, 0.0), atol=1e-3)


def test_the_slope_that_faces_the_sun_is_lit_and_the_one_behind_is_not():
    morning = {"azimuth": 90.0, "elevation": 30.0}
    assert DEM.decode(plane(-1.0, 0.0, **morning))["insolation"].min() > 0.9
    assert DEM.decode(plane(1.0, 0.0, **morning))["insolation"].max() == 0.0
    assert DEM.decode(plane(0.0, 0.0, **morning))["insolation"].mean() == pytest.approx(0.5)


def test_there_is_no_sunlight_at_night_nor_without_a_sun():
    night = DEM.decode(plane(0.5, 0.0, azimuth=90.0, elevation=-10.0))
    assert float(abs(night["insolation"]).max()) == 0.0
    assert set(check_sensor(DEM, plane(0.5, 0.0))) == {"elevation", "slope"}


def test_on_a_geographic_grid_a_degree_of_longitude_is_shorter_than_one_of_latitude():
    pixel = 30.0 / DEGREE
    box = GeoBox((5, 5), Affine(pixel, 0, 10.0, 0, -pixel, 60.0), "EPSG:4326")
    to_the_east = DEM.decode(plane(0.5, 0.0, box))["slope"]
    to_the_north = DEM.decode(plane(0.0, 0.5, box))["slope"]
    np.testing.assert_allclose(to_the_east, np.degrees(np.arctan(1.0)), atol=0.02)
    np.testing.assert_allclose(to_the_north, np.degrees(np.arctan(0.5)), atol=0.02)


def test_a_hole_in_the_heights_is_a_hole_of_three_by_three_slopes_and_no_more():
    raw = plane(0.1, 0.1)
    raw["data"][3, 4] = -9999.0
    decoded = DEM.decode(raw)
    assert int(np.isnan(decoded["elevation"]).sum()) == 1
    assert int(np.isnan(decoded["slope"]).sum()) <= 9
    assert bool(np.isfinite(decoded["slope"][0]).all())


def test_heights_without_a_place_have_no_slope():
    raw = plane(0.1, 0.1).drop_vars("spatial_ref")
    with pytest.raises(SceneError, match="NO_CRS"):
        DEM.decode(raw)


def test_one_row_of_heights_has_no_slope():
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        DEM.decode(plane(0.1, 0.1).isel(y=slice(0, 1)))


def test_lazy_heights_decode_lazily_to_the_same():
    raw = plane(0.3, -0.2, azimuth=140.0, elevation=40.0)
    lazy = DEM.decode(raw.chunk({"y": 3, "x": 4}))
    assert all(values.chunks is not None for values in lazy.data_vars.values())
    xr.testing.assert_allclose(lazy.compute(), DEM.decode(raw))


def test_every_code_is_a_class_or_nothing():
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16)
    decoded = check_sensor(COVER, xr.Dataset({"map": (("y", "x"), codes)}))["land_cover"]
    known = np.isin(codes, [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100])
    np.testing.assert_array_equal(np.isfinite(decoded), known)
    np.testing.assert_array_equal(decoded.to_numpy()[known], codes[known])


def test_the_classes_are_those_of_the_recorded_catalogue_with_a_meaning_each(shared_data):
    folder = shared_data / "stac" / "pc-collections" / "esa-worldcover"
    template = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    told = template["item_assets"]["map"]["classification:classes"]
    assert [c["value"] for c in told] == [*land_cover.CLASSES]
    attrs = COVER.decode(xr.Dataset({"map": (("y", "x"), np.full((1, 1), 10, np.uint8))}))[
        "land_cover"
    ].attrs
    assert attrs["flag_values"] == [*land_cover.CLASSES]
    assert len(attrs["flag_meanings"].split()) == len(told)


@pytest.mark.parametrize("name", SENSORS)
def test_every_asset_stands_in_a_recorded_item(name, shared_data):
    source = SENSORS[name].sources[0]
    recorded = sorted((shared_data / "stac" / "pc-items").glob(f"{source.collection}__[CE]*.json"))
    item = json.loads(recorded[0].read_text(encoding="utf-8"))
    assert set(source.assets.values()) <= item["assets"].keys()


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_terrain.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
