"""Landsat products are read out of folders, tars and single layers, on the grid that they state."""

from __future__ import annotations

import io
import tarfile

import numpy as np
import pytest

from lstsr_core import SceneError, SourceError
from lstsr_data.landsat_product import is_landsat, open_landsat
from lstsr_data.product import open_product

PRODUCT = "LC09_L2SP_090091_20250310_20250311_02_T1"
OTHER = "LC08_L2SP_196024_20230811_20230818_02_T1"
LAYERS = ("ST_B10", "ST_QA", "QA_PIXEL")
COUNTS = np.arange(7 * 5, dtype=np.uint16).reshape(7, 5) + 40000
MTL = """GROUP = LANDSAT_METADATA_FILE
    SPACECRAFT_ID = "LANDSAT_9"
    DATE_ACQUIRED = 2025-03-10
    SCENE_CENTER_TIME = "23:53:08.9352460Z"
    SUN_AZIMUTH = 50.04066196
    SUN_ELEVATION = 37.48534944
    UTM_ZONE = 31
    GRID_CELL_SIZE_THERMAL = 30.00
    THERMAL_LINES = 7
    THERMAL_SAMPLES = 5
    CORNER_UL_PROJECTION_X_PRODUCT = 600015.000
    CORNER_UL_PROJECTION_Y_PRODUCT = 4499985.000
    GROUP = LEVEL1
      DATE_ACQUIRED = 1999-01-01
"""
CORNER = (600_000.0, 4_500_000.0)


@pytest.fixture
def folder(write_raster, tmp_path):
    """A product folder of three layers, and files that are none."""
    for shift, layer in enumerate(LAYERS):
        counts = COUNTS + np.uint16(shift)
        write_raster(f"{PRODUCT}_{layer}.TIF", counts, corner=CORNER, pixel=30.0)
    (tmp_path / f"{PRODUCT}_MTL.txt").write_text(MTL, encoding="utf-8")
    (tmp_path / f"{PRODUCT}_thumb_small.jpeg").write_bytes(b"\xff\xd8")
    return tmp_path


def packed(folder, path):
    with tarfile.open(path, "w") as archive:
        for file in sorted(folder.glob(f"{PRODUCT}_*")):
            archive.add(file, file.name)
    return path


def test_a_folder_gives_its_layers_its_grid_its_time_and_its_sun(folder):
    raw = open_landsat(folder)
    assert set(raw) == set(LAYERS)
    for shift, layer in enumerate(LAYERS):
        assert raw[layer].dtype == np.uint16
        np.testing.assert_array_equal(raw[layer], COUNTS + shift)
    assert raw.odc.geobox.affine[:6] == (30.0, 0.0, CORNER[0], 0.0, -30.0, CORNER[1])
    assert raw.attrs == {
        "start_datetime": "2025-03-10T23:53:08Z",
        "view:sun_azimuth": 50.04066196,
        "view:sun_elevation": 37.48534944,
        "platform": "landsat-9",
    }


def test_a_tar_gives_the_same_as_its_folder_without_being_unpacked(folder, tmp_path):
    inside = tmp_path / "elsewhere"
    inside.mkdir()
    tar = packed(folder, inside / f"{PRODUCT}.tar")
    raw = open_landsat(tar, LAYERS)
    assert raw.identical(open_landsat(folder))
    assert [path.name for path in inside.iterdir()] == [tar.name]


@pytest.mark.parametrize("named", [f"{PRODUCT}_MTL.txt", f"{PRODUCT}_ST_QA.TIF"])
def test_any_file_of_a_product_stands_for_the_whole(folder, write_raster, named):
    write_raster(f"{OTHER}_ST_B10.TIF", COUNTS)
    assert set(open_product(folder / named, LAYERS)) == set(LAYERS)


def test_only_the_layers_that_are_asked_for_are_read(folder):
    assert set(open_landsat(folder, ("ST_B10", "ST_B6"))) == {"ST_B10"}


def test_the_layers_are_read_when_they_are_used(folder):
    raw = open_landsat(folder)
    assert all(values.chunks is not None for values in raw.data_vars.values())


def test_without_an_mtl_file_the_name_tells_the_day(folder):
    (folder / f"{PRODUCT}_MTL.txt").unlink()
    assert open_landsat(folder).attrs == {"start_datetime": "2025-03-10T00:00:00Z"}


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_layers_without_a_grid_lie_on_that_of_the_mtl_file(folder, write_raster):
    write_raster(f"{PRODUCT}_ST_B10.TIF", COUNTS, crs=None, transform=None)
    raw = open_landsat(folder, ("ST_B10",))
    assert raw.odc.geobox.affine[:6] == (30.0, 0.0, CORNER[0], 0.0, -30.0, CORNER[1])
    np.testing.assert_array_equal(raw["ST_B10"], COUNTS)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_layers_of_another_size_than_the_mtl_file_says_are_refused(folder, write_raster):
    write_raster(f"{PRODUCT}_ST_B10.TIF", COUNTS[:5], crs=None, transform=None)
    with pytest.raises(SceneError, match="GRID_UNSUPPORTED"):
        open_landsat(folder, ("ST_B10",))


@pytest.mark.fault(15)
def test_layers_that_lie_half_a_pixel_apart_are_refused(folder, write_raster):
    corner = (CORNER[0] + 15.0, CORNER[1])
    write_raster(f"{PRODUCT}_ST_QA.TIF", COUNTS, corner=corner, pixel=30.0)
    with pytest.raises(SceneError, match="GRID_NOT_NESTED"):
        open_landsat(folder)


def test_two_products_in_one_folder_are_refused_until_one_is_named(folder, write_raster):
    write_raster(f"{OTHER}_ST_B10.TIF", COUNTS)
    with pytest.raises(SourceError, match="2 products"):
        open_landsat(folder)
    assert set(open_landsat(folder / f"{OTHER}_ST_B10.TIF")) == {"ST_B10"}


def test_a_product_of_another_satellite_tells_its_layers(folder):
    with pytest.raises(SourceError, match="ST_B10") as caught:
        open_landsat(folder, ("ST_B6",))
    assert caught.value.code == "FILE_UNREADABLE"


@pytest.mark.fault(30)
def test_names_that_lead_out_of_a_tar_and_links_in_it_are_no_layers(folder, tmp_path):
    path = tmp_path / "LC09_evil.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(folder / f"{PRODUCT}_ST_B10.TIF", f"../../{PRODUCT}_ST_B10.TIF")
        link = tarfile.TarInfo(f"{PRODUCT}_ST_QA.TIF")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(SourceError, match="no layer"):
        open_landsat(path)


@pytest.mark.fault(30)
def test_an_mtl_file_that_never_ends_is_read_no_further_than_any_goes(folder, tmp_path):
    path = packed(folder, tmp_path / f"{PRODUCT}.tar")
    with tarfile.open(path, "a") as archive:
        bomb = tarfile.TarInfo(f"{PRODUCT}_MTL.txt")
        bomb.size = 3_000_000
        archive.addfile(bomb, io.BytesIO(b"A = B\n" * 500_000))
    assert open_landsat(path).attrs["start_datetime"] == "2025-03-10T00:00:00Z"


@pytest.mark.fault(28)
@pytest.mark.parametrize("kept", [0, 100, 700])
def test_a_tar_that_was_cut_is_an_error_with_a_code(folder, tmp_path, kept):
    path = packed(folder, tmp_path / f"{PRODUCT}.tar")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        open_landsat(path)


def test_what_is_no_product_is_not_taken_for_one(tmp_path, write_raster):
    assert not is_landsat(write_raster("LST.tif", COUNTS))
    assert not is_landsat(tmp_path)
    assert not is_landsat(tmp_path / f"{PRODUCT}.tar")
