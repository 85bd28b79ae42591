"""Headers are read with care: grid, scale, units, and files that are no rasters."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine

from lstsr_core import SceneError, SourceError
from lstsr_data.rasters import open_bands

ONES = np.ones((4, 5), np.float32)


def test_scale_and_nodata_of_the_file_are_taken(write_raster):
    path = write_raster("a.tif", np.array([[0, 15000]], np.uint16), scale=0.02, nodata=0)
    band = open_bands(path)[0]
    assert np.allclose(band.read(slice(0, 1), slice(0, 2)), [[np.nan, 300.0]], equal_nan=True)


def test_scale_is_taken_from_cf_attributes_where_gdal_has_none(write_raster):
    path = write_raster("a.tif", np.array([[3000]], np.int16), scale_factor="0.1", add_offset="1")
    assert open_bands(path)[0].read(slice(0, 1), slice(0, 1)) == np.float32(301.0)


@pytest.mark.fault(17)
def test_nan_as_nodata_of_integers_masks_nothing(write_raster):
    band = open_bands(write_raster("a.tif", np.array([[0, 7]], np.int16)))[0]
    assert band.decoding.nodata == ()
    assert band.read(slice(0, 1), slice(0, 2)).tolist() == [[0.0, 7.0]]


def test_units_and_time_of_the_file_are_known(write_raster):
    path = write_raster("a.tif", ONES, units="Celsius", TIFFTAG_DATETIME="2023:08:11 10:30:00")
    band = open_bands(path)[0]
    assert (band.units, band.datetime) == ("Celsius", "2023:08:11 10:30:00")


@pytest.mark.fault(29)
def test_no_crs_is_refused(write_raster):
    with pytest.raises(SceneError) as caught:
        open_bands(write_raster("a.tif", ONES, crs=None))
    assert caught.value.code == "NO_CRS"


@pytest.mark.fault(29)
@pytest.mark.parametrize(
    "transform",
    [Affine(100, 10, 5e5, 10, -100, 4.9e6), Affine(100, 0, 5e5, 0, 100, 4.9e6), Affine.identity()],
    ids=["rotated", "south-up", "without"],
)
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_grid_that_is_not_north_up_is_refused(write_raster, transform):
    with pytest.raises(SceneError) as caught:
        open_bands(write_raster("a.tif", ONES, transform=transform))
    assert caught.value.code == "GRID_UNSUPPORTED"


@pytest.mark.fault(29)
def test_ground_control_points_only_are_named(tmp_path):
    points = [rasterio.control.GroundControlPoint(r, c, c, r) for r in (0, 4) for c in (0, 5)]
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", height=4, width=5, count=1, dtype="float32",
        gcps=points, crs="EPSG:4326",
    ) as file:  # fmt: skip
        file.write(ONES, 1)
    with pytest.raises(SceneError) as caught:
        open_bands(tmp_path / "a.tif")
    assert caught.value.code in {"NO_CRS", "GRID_UNSUPPORTED"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError) as caught:
        open_bands(tmp_path / "nothing.tif")
    assert caught.value.code == "FILE_MISSING"


@pytest.mark.parametrize("content", [b"", b"<html>log in</html>", b"II*\x00\x08\x00\x00\x00"])
def test_a_file_that_is_no_raster_is_unreadable(tmp_path, content):
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(SourceError) as caught:
        open_bands(tmp_path / "a.tif")
    assert caught.value.code == "FILE_UNREADABLE"


@pytest.mark.fault(28)
def test_pixels_cut_off_are_unreadable(write_raster):
    path = write_raster("a.tif", np.random.default_rng(0).random((200, 200)).astype(np.float32))
    path.write_bytes(path.read_bytes()[:40_000])
    with pytest.raises(SourceError) as caught:
        open_bands(path)[0].read(slice(0, 200), slice(0, 200))
    assert caught.value.code == "FILE_UNREADABLE"


def test_a_file_that_points_at_other_files_is_refused(write_raster, tmp_path):
    target = write_raster("a.tif", ONES)
    (tmp_path / "a.vrt").write_text(
        f'<VRTDataset rasterXSize="5" rasterYSize="4"><VRTRasterBand dataType="Float32" band="1">'
        f"<SimpleSource><SourceFilename>{target}</SourceFilename><SourceBand>1</SourceBand>"
        f"</SimpleSource></VRTRasterBand></VRTDataset>",
        encoding="utf-8",
    )
    with pytest.raises(SourceError) as caught:
        open_bands(tmp_path / "a.vrt")
    assert caught.value.code == "FILE_UNREADABLE"
