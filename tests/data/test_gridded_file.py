"""NetCDF and Zarr give variables as they are stored, and plain rasters become temperatures."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from odc.geo.xr import xr_coords

from lstsr_core import SceneError, SourceError
from lstsr_core.grid import geobox_of, with_grid_mapping
from lstsr_core.testing import make_scene
from lstsr_data.plain_sensor import plain_guide, plain_temperature
from lstsr_data.product import open_product
from lstsr_data.sensed import open_sensed

COUNTS = np.arange(14_000, 14_100, dtype=np.uint16).reshape(10, 10)


@pytest.fixture
def box():
    return geobox_of(make_scene(shape=(10, 10))["coarse"].to_dataset())


@pytest.fixture
def dataset(box):
    """Counts of a temperature, as AppEEARS has them but for the time."""
    packed = {"scale_factor": 0.02, "_FillValue": np.uint16(0), "units": "Kelvin"}
    fields = {
        "LST_Day_1km": (("y", "x"), COUNTS, packed),
        "QC_Day": (("y", "x"), (COUNTS % 4).astype(np.uint8)),
        "epochs": ("t", np.arange(3)),
    }
    return with_grid_mapping(xr.Dataset(fields, coords=xr_coords(box)))


def write(dataset, path):
    if path.suffix == ".zarr":
        dataset.to_zarr(path, consolidated=False)
    else:
        dataset.to_netcdf(path, engine="h5netcdf")
    return path


@pytest.mark.parametrize("name", ["a.nc", "a.zarr"])
def test_variables_come_as_they_are_stored_on_their_grid(name, dataset, box, tmp_path):
    raw = open_product(write(dataset, tmp_path / name))
    assert set(raw) == {"LST_Day_1km", "QC_Day"}
    np.testing.assert_array_equal(raw["LST_Day_1km"], COUNTS)
    assert raw["LST_Day_1km"].dtype == np.uint16
    assert raw["LST_Day_1km"].attrs["scale_factor"] == 0.02
    assert raw["LST_Day_1km"].attrs["_FillValue"] == 0
    assert geobox_of(raw).affine.almost_equals(box.affine, 1e-6)
    assert set(open_product(tmp_path / name, ("QC_Day", "QC_Night"))) == {"QC_Day"}


def test_the_only_time_is_told_and_several_are_refused(dataset, tmp_path):
    dated = dataset.expand_dims(time=np.array(["2021-08-15T10:30"], "M8[ns]"))
    raw = open_product(write(dated, tmp_path / "one.nc"))
    assert raw.attrs == {"start_datetime": "2021-08-15T10:30:00Z"}
    assert raw["QC_Day"].dims == ("y", "x")
    twice = xr.concat(
        [dated, dated], "time", data_vars="minimal", coords="minimal", compat="override"
    )
    with pytest.raises(SceneError, match="with 2 times"):
        open_product(write(twice, tmp_path / "two.nc"))


def test_a_file_without_the_variable_or_damaged_is_refused(dataset, tmp_path):
    path = write(dataset, tmp_path / "a.nc")
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        open_product(path, ("NDVI",))
    cut = tmp_path / "cut.nc"
    cut.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        open_product(cut)


def test_variables_without_a_system_are_refused(dataset, tmp_path):
    bare = dataset.drop_vars("spatial_ref")
    for values in bare.variables.values():
        values.encoding.pop("grid_mapping", None)
        values.attrs.pop("crs", None)
    with pytest.raises(SceneError, match="NO_CRS"):
        open_product(write(bare, tmp_path / "bare.nc"))


@pytest.mark.parametrize("name", ["a.nc", "a.zarr"])
def test_a_plain_temperature_is_decoded_by_what_its_file_says(name, dataset, tmp_path):
    counts = dataset[["LST_Day_1km"]].copy()
    counts["LST_Day_1km"][0, 0] = 0
    found = open_sensed(write(counts, tmp_path / name), plain_temperature())["lst"].to_numpy()
    assert np.isnan(found[0, 0])
    np.testing.assert_allclose(found[1], COUNTS[1] * 0.02, rtol=1e-6)


def test_a_plain_raster_keeps_scale_nodata_units_and_time(write_raster):
    tags = {
        "nodata": 0,
        "units": "celsius",
        "scale": 0.1,
        "TIFFTAG_DATETIME": "2021:08:15 10:30:00",
    }
    path = write_raster("lst.tif", np.array([[0, 250], [300, 310]], np.uint16), **tags)
    raw = open_product(path)
    assert raw["band_1"].attrs == {"scale_factor": 0.1, "_FillValue": 0.0, "units": "celsius"}
    found = open_sensed(path, plain_temperature())
    assert found.attrs["datetime"] == "2021-08-15T10:30:00Z"
    expected = [[np.nan, 298.15], [303.15, 304.15]]
    np.testing.assert_allclose(found["lst"], expected, rtol=1e-6)


def test_a_plain_guide_has_its_name_and_no_fill(write_raster):
    counts = np.array([[-3000, 5000], [8000, -200]], np.int16)
    found = open_sensed(write_raster("n.tif", counts, scale=0.0001), plain_guide("ndvi"))["ndvi"]
    np.testing.assert_allclose(found, [[np.nan, 0.5], [0.8, -0.02]], rtol=1e-5)
    assert plain_guide("land_cover").name == "land-cover"
