"""Files become a scene, with what they do not say given as options."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import SceneError, Sensor, SourceError, factor_of, write_scene
from lstsr_core.testing import make_scene
from lstsr_data import ReadOptions, open_scene

KELVIN = np.full((6, 7), 300.0, np.float32)
NDVI = np.linspace(0, 1, 24 * 28, dtype=np.float32).reshape(24, 28)


@pytest.fixture
def pair(write_raster):
    lst = write_raster("lst.tif", KELVIN, pixel=1000.0)
    return lst, write_raster("ndvi.tif", NDVI, pixel=250.0)


def test_a_pair_of_rasters_is_a_scene(pair):
    scene = open_scene(pair[0], {"ndvi": pair[1]})
    assert factor_of(scene) == 4
    assert np.array_equal(scene["guide"]["ndvi"], NDVI)
    assert scene["coarse"]["lst"].attrs["units"] == "K"


def test_a_guide_that_starts_elsewhere_lands_where_it_lies(write_raster, pair):
    moved = write_raster("moved.tif", NDVI, pixel=250.0, corner=(500_500.0, 4_899_250.0))
    ndvi = open_scene(pair[0], {"ndvi": moved})["guide"]["ndvi"].to_numpy()
    assert np.isnan(ndvi[:3]).all()
    assert np.isnan(ndvi[:, :2]).all()
    assert np.array_equal(ndvi[3:, 2:], NDVI[:21, :26])


@pytest.mark.parametrize("factor", [7, 49, 98])
def test_without_a_guide_the_factor_is_four_or_what_is_asked_for(pair, factor):
    assert factor_of(open_scene(pair[0])) == 4
    assert factor_of(open_scene(pair[0], options=ReadOptions(factor=factor))) == factor


@pytest.mark.fault(16)
@pytest.mark.parametrize(
    ("values", "options"),
    [
        (KELVIN - 273.15, ReadOptions(units="celsius")),
        ((KELVIN * 50).astype(np.uint16), ReadOptions(scale=0.02)),
        ((KELVIN - 273.15) * 1.8 + 32, ReadOptions(units="fahrenheit")),
    ],
    ids=["celsius", "counts", "fahrenheit"],
)
def test_what_is_not_kelvin_is_refused_until_it_is_explained(write_raster, values, options):
    path = write_raster("lst.tif", values)
    with pytest.raises(SceneError) as caught:
        open_scene(path)
    assert caught.value.code == "SCALE_SUSPECT"
    assert np.allclose(open_scene(path, options=options)["coarse"]["lst"], 300.0, atol=0.01)


def test_units_that_the_file_states_are_believed(write_raster):
    path = write_raster("lst.tif", KELVIN - 273.15, units="degC")
    assert np.allclose(open_scene(path)["coarse"]["lst"], 300.0)


def test_an_unusual_fill_value_is_named_by_the_user(write_raster):
    values = KELVIN.copy()
    values[0, 0] = 7.0
    path = write_raster("lst.tif", values)
    with pytest.raises(SceneError) as caught:
        open_scene(path)
    assert "--nodata" in caught.value.remedy
    lst = open_scene(path, options=ReadOptions(nodata=7.0))["coarse"]["lst"]
    assert np.isnan(lst[0, 0])
    assert np.isfinite(lst).sum() == 41


def test_unscaled_ndvi_is_refused_until_its_scale_is_given(write_raster, pair):
    counts = write_raster("counts.tif", (NDVI * 10_000).astype(np.int16), pixel=250.0)
    with pytest.raises(SceneError) as caught:
        open_scene(pair[0], {"ndvi": counts})
    assert caught.value.code == "SCALE_SUSPECT"
    options = ReadOptions(guide_scales={"ndvi": 0.0001})
    ndvi = open_scene(pair[0], {"ndvi": counts}, options=options)["guide"]["ndvi"]
    assert np.allclose(ndvi, NDVI, atol=1e-4)


@pytest.mark.fault(24)
def test_a_temperature_larger_than_its_guide_is_cropped_and_said_so(write_raster, pair, caplog):
    wide = write_raster("wide.tif", np.full((20, 30), 300.0, np.float32), pixel=1000.0)
    with caplog.at_level("WARNING", logger="lstsr_data"):
        scene = open_scene(wide, {"ndvi": pair[1]})
    assert scene["coarse"]["lst"].shape == (6, 7)
    assert "cropped from 20 x 30 to the 6 x 7" in caplog.text


def test_no_measured_pixel_is_no_scene(write_raster):
    with pytest.raises(SceneError) as caught:
        open_scene(write_raster("lst.tif", KELVIN * np.nan))
    assert caught.value.code == "NO_VALID_PIXELS"


def test_a_sensor_decodes_the_bands_of_its_file(write_raster):
    sensor = Sensor(
        name="half",
        role="thermal",
        resolution=1000.0,
        decode=lambda raw: raw[["band_1"]].rename(band_1="lst").astype("float32") / 2,
    )
    path = write_raster("lst.tif", KELVIN * 2)
    scene = open_scene(path, options=ReadOptions(sensor=sensor))
    assert np.array_equal(scene["coarse"]["lst"], KELVIN)
    assert scene["coarse"].attrs["sensor"] == "half"


def test_a_stored_scene_opens_as_it_was(tmp_path):
    scene = make_scene(shape=(8, 9))
    path = write_scene(scene, tmp_path / "scene.nc")
    assert np.array_equal(open_scene(path)["guide"]["ndvi"], scene["guide"]["ndvi"])


def test_the_two_real_grids_of_a_scene_are_laid_by_their_geotransforms(shared_data):
    folder = shared_data / "modis-aster" / "001"
    scene = open_scene(folder / "lst_1km.tif", {"ndvi": folder / "ndvi_250m.tif"})
    missing = np.isnan(scene["guide"]["ndvi"].to_numpy())
    # The NDVI of scene 001 starts 3 fine pixels east and 1 south of its LST.
    assert missing[0].all()
    assert missing[:, :3].all()
    assert not missing[1:, 3:].any()


def test_a_geographic_pair_with_scaled_counts_is_a_scene(shared_data):
    folder = shared_data / "modis" / "phoenix_modis_pair"
    scene = open_scene(folder / "Sample_LST.tif", {"ndvi": folder / "Sample_NDVI.tif"})
    lst, ndvi = scene["coarse"]["lst"].to_numpy(), scene["guide"]["ndvi"].to_numpy()
    assert factor_of(scene) == 4
    assert (lst.min(), lst.max()) == pytest.approx((14874 * 0.02, 16095 * 0.02))
    assert np.nanmin(ndvi) > -0.2
    assert np.nanmax(ndvi) == pytest.approx(0.9483)


@pytest.mark.fault(17)
def test_fill_that_scaling_makes_look_valid_is_fill(write_raster, pair):
    counts = (NDVI * 10_000).astype(np.int16)
    counts[3, 4] = -3000
    path = write_raster("counts.tif", counts, pixel=250.0, scale=0.0001)
    ndvi = open_scene(pair[0], {"ndvi": path})["guide"]["ndvi"].to_numpy()
    assert np.isnan(ndvi[3, 4])
    assert np.isfinite(ndvi).sum() == ndvi.size - 1


def test_a_scene_with_guides_beside_it_is_refused(tmp_path, pair):
    path = write_scene(make_scene(shape=(8, 9)), tmp_path / "scene.zarr")
    with pytest.raises(SourceError) as caught:
        open_scene(path, {"ndvi": pair[1]})
    assert caught.value.code == "OPTION_INVALID"


def test_landsat_counts_are_explained_by_scale_and_offset(write_raster):
    path = write_raster("lst.tif", np.full((6, 7), 44177, np.uint16))
    with pytest.raises(SceneError) as caught:
        open_scene(path)
    assert "--offset 149" in caught.value.remedy
    options = ReadOptions(scale=0.00341802, offset=149.0)
    assert np.allclose(open_scene(path, options=options)["coarse"]["lst"], 300.0, atol=0.01)
