"""Classes are laid by majority: no code appears that the map does not have."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
import xarray as xr
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_core.grid import on_grid
from lstsr_data import open_scene
from lstsr_data.decoded_field import lay_fields
from lstsr_data.lay import lay
from lstsr_data.rasters import open_bands

CORNER = (500_000.0, 4_900_000.0)
CODES = (10, 20, 80)
COLOURS = {10: (0, 100, 0), 20: (255, 187, 34), 80: (0, 100, 200)}


def box(shape, pixel, *, shift=0.0, crs="EPSG:32631"):
    return GeoBox(shape, Affine(pixel, 0, CORNER[0] + shift, 0, -pixel, CORNER[1] - shift), crs)


@pytest.fixture
def write_map(write_raster):
    """Write a map of classes that says so by a palette or by CF attributes."""

    def write(codes, how="palette"):
        path = write_raster("cover.tif", np.asarray(codes, np.uint8), nodata=0)
        with rasterio.open(path, "r+") as file:
            if how == "palette":
                file.write_colormap(1, COLOURS)
            elif how == "flags":
                file.update_tags(1, flag_values="10, 20, 80")
        return path

    return write


@pytest.mark.parametrize("how", ["palette", "flags"])
def test_each_pixel_gets_the_class_that_covers_most_of_it(write_map, how):
    codes = np.kron([[10, 80], [20, 10]], np.ones((4, 4), int))
    codes[0, 0] = codes[3, 3] = codes[1, 2] = 80
    codes[4:, :4] = 0
    codes[5, 1] = 20
    laid = lay(open_bands(write_map(codes, how))[0], box((2, 2), 400.0))
    np.testing.assert_array_equal(laid, [[10, 80], [20, 10]])
    assert laid.attrs == {"laid": "majority", "flag_values": [10.0, 20.0, 80.0]}


def test_the_same_counts_without_a_word_about_classes_are_averaged(write_map):
    codes = np.kron([[10, 80]], np.ones((4, 4), int))
    codes[:, 0] = 20
    laid = lay(open_bands(write_map(codes, "nothing"))[0], box((1, 2), 400.0))
    np.testing.assert_allclose(laid, [[12.5, 80]])
    assert laid.attrs == {"laid": "averaged"}


def test_a_ramp_of_colours_shows_numbers_and_names_no_classes(write_map):
    path = write_map(np.full((4, 4), 10), "nothing")
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {code: (code, code, code) for code in range(256)})
    assert open_bands(path)[0].classes == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(seed=st.integers(0, 1000), pixel=st.floats(150, 700), shift=st.floats(-300, 300))
def test_no_class_appears_that_the_map_does_not_have(write_map, seed, pixel, shift):
    codes = np.random.default_rng(seed).choice([0, *CODES], (30, 30))
    laid = lay(open_bands(write_map(codes))[0], box((5, 5), pixel, shift=shift)).to_numpy()
    assert set(laid[np.isfinite(laid)].tolist()) <= set(map(float, CODES))


def test_a_whole_shift_copies_classes(write_map):
    codes = np.random.default_rng(1).choice(CODES, (6, 6))
    laid = lay(open_bands(write_map(codes))[0], box((6, 6), 100.0))
    np.testing.assert_array_equal(laid, codes)
    assert laid.attrs["laid"] == "shifted"
    assert laid.attrs["flag_values"] == [10.0, 20.0, 80.0]


def test_a_map_is_a_guide_of_a_scene_with_its_classes(write_map, write_raster):
    lst = write_raster("lst.tif", 300 + np.eye(3, dtype=np.float32), pixel=300.0)
    codes = np.random.default_rng(1).choice(CODES, (9, 9))
    cover = open_scene(lst, {"land_cover": write_map(codes)})["guide"]["land_cover"]
    assert list(cover.attrs["flag_values"]) == [10.0, 20.0, 80.0]
    assert set(np.unique(cover)) <= set(map(float, CODES))


def decoded(native):
    values = np.arange(native.shape[0] * native.shape[1], dtype=np.float32).reshape(native.shape)
    values[0, 0] = np.nan
    codes = np.random.default_rng(2).choice(CODES, native.shape).astype(np.float32)
    return xr.Dataset(
        {
            "ndvi": on_grid(values / values.size, native).assign_attrs(units="1"),
            "land_cover": on_grid(codes, native).assign_attrs(
                flag_values=[*CODES], flag_meanings="tree bush water"
            ),
        },
        attrs={"start_datetime": "2024-07-01T00:00:00Z"},
    )


@pytest.mark.parametrize("lazy", [True, False])
def test_decoded_fields_are_laid_numbers_by_mean_and_classes_by_majority(lazy):
    fields = decoded(box((12, 12), 100.0))
    laid = lay_fields(fields.chunk({"y": 5}) if lazy else fields, box((4, 4), 300.0))
    blocks = fields["ndvi"].to_numpy().reshape(4, 3, 4, 3)
    np.testing.assert_allclose(laid["ndvi"], np.nanmean(blocks, axis=(1, 3)), rtol=1e-5)
    assert laid["ndvi"].attrs == {"units": "1", "laid": "averaged"}
    assert set(np.unique(laid["land_cover"])) <= set(map(float, CODES))
    assert laid["land_cover"].attrs["flag_values"] == [*CODES]
    assert laid["land_cover"].attrs["flag_meanings"] == "tree bush water"
    assert laid.attrs == fields.attrs


def test_decoded_fields_of_a_geographic_grid_are_laid_too():
    native = GeoBox((40, 60), Affine(0.001, 0, 2.99, 0, -0.001, 44.26), "EPSG:4326")
    fields = decoded(native)
    target = GeoBox((5, 5), Affine(300.0, 0, 500_000.0, 0, -300.0, 4_899_000.0), "EPSG:32631")
    laid = lay_fields(fields, target)
    assert bool(np.isfinite(laid["ndvi"]).any())
    assert laid.odc.geobox == target


def test_decoded_fields_of_another_place_are_refused():
    with pytest.raises(SceneError, match="NO_OVERLAP"):
        lay_fields(decoded(box((12, 12), 100.0)), box((4, 4), 300.0, shift=90_000.0))
