"""Layers that share a name are found beside each other; coarser ones are repeated."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import SourceError
from lstsr_data.product import open_product
from lstsr_data.sentinel2_safe import is_sentinel2, open_sentinel2
from lstsr_data.tile_product import is_tile, open_tile

TILE = "ECOv002_L2T_LSTE_34366_004_11SPS_20240728T204025_0712_01"
LATER = "ECOv002_L2T_LSTE_34372_002_11SPS_20240729T052210_0712_01"
ASTER = "AST_08_00407132021103541_20250401120000"
SAFE = "S2B_MSIL2A_20250312T014549_N0511_R074_T53NKG_20250312T041213.SAFE"
VALUES = np.linspace(290, 310, 12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def tile(write_raster):
    """Three layers of a tile, and one of a later overpass."""
    write_raster(f"{TILE}_LST.tif", VALUES, pixel=70.0)
    write_raster(f"{TILE}_LST_err.tif", VALUES / 200, pixel=70.0)
    write_raster(f"{TILE}_QC.tif", np.full((3, 4), 49152, np.uint16), pixel=70.0)
    return write_raster(f"{LATER}_LST.tif", VALUES + 1, pixel=70.0).parent


@pytest.mark.fault(20)
def test_the_layers_of_the_granule_that_is_named_are_found_beside_it(tile):
    raw = open_tile(tile / f"{TILE}_LST.tif")
    assert set(raw) == {"LST", "LST_err", "QC"}
    assert raw["QC"].dtype == np.uint16
    np.testing.assert_array_equal(raw["LST"], VALUES)
    assert raw.attrs == {"start_datetime": "2024-07-28T20:40:25Z"}


@pytest.mark.fault(20)
def test_a_folder_of_one_tile_is_that_tile_and_of_two_an_error(tile):
    with pytest.raises(SourceError, match="2 products"):
        open_tile(tile)
    (tile / f"{LATER}_LST.tif").unlink()
    assert set(open_product(tile, ("LST", "cloud"))) == {"LST"}


def test_a_clip_has_the_layers_of_the_same_clip_alone(tile, write_raster):
    clip = write_raster(f"{TILE}_LST_dangermond.tif", VALUES[:2], pixel=70.0)
    assert set(open_tile(clip)) == {"LST"}
    assert open_tile(clip)["LST"].shape == (2, 4)


def test_a_tile_without_the_layers_that_are_needed_is_refused(tile):
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        open_tile(tile / f"{LATER}_LST.tif", ("QC",))


def test_aster_tells_month_day_and_year(write_raster):
    path = write_raster(f"{ASTER}_SKT.tif", np.full((2, 2), 3000, np.uint16), pixel=90.0)
    write_raster(f"{ASTER}_SKT_QA_DataPlane.tif", np.zeros((2, 2), np.uint8), pixel=90.0)
    raw = open_product(path)
    assert set(raw) == {"SKT", "SKT_QA_DataPlane"}
    assert raw.attrs["start_datetime"] == "2021-07-13T10:35:41Z"


def test_a_raster_of_any_other_name_is_no_tile(write_raster, tmp_path):
    assert not is_tile(write_raster("LST.tif", VALUES))
    assert not is_tile(tmp_path / f"{TILE}_LST.tif")


@pytest.fixture
def safe(write_raster, tmp_path):
    """A SAFE folder with one band of 10 and 20 m, and classes of 20 m."""
    folder = tmp_path / SAFE
    fine = np.arange(36, dtype=np.uint16).reshape(6, 6) + 1000
    classes = np.array([[4, 5, 6], [8, 9, 10], [11, 4, 4]], np.uint8)
    for name, pixel, values in (
        ("B04_10m", 10, fine),
        ("B04_20m", 20, fine[::2, ::2]),
        ("SCL_20m", 20, classes),
    ):
        place = folder / "GRANULE" / "L2A_T53NKG" / "IMG_DATA" / f"R{pixel}m"
        place.mkdir(parents=True, exist_ok=True)
        path = write_raster(f"{name}.tif", values, pixel=float(pixel))
        path.rename(place / f"T53NKG_20250312T014549_{name}.tif")
    return folder


def test_a_safe_folder_gives_the_finest_image_of_each_band_and_its_baseline(safe):
    raw = open_sentinel2(safe, ("B04", "SCL", "B11"))
    assert set(raw) == {"B04", "SCL"}
    assert raw["B04"].shape == raw["SCL"].shape == (6, 6)
    assert raw["B04"].to_numpy()[5, 5] == 1035
    repeated = np.repeat(np.repeat([[4, 5, 6], [8, 9, 10], [11, 4, 4]], 2, axis=0), 2, axis=1)
    np.testing.assert_array_equal(raw["SCL"], repeated)
    assert raw.attrs == {
        "start_datetime": "2025-03-12T01:45:49Z",
        "s2:processing_baseline": "05.11",
    }


def test_a_window_of_repeated_pixels_is_the_window_of_the_whole(safe, monkeypatch):
    whole = open_sentinel2(safe)["SCL"].to_numpy()
    monkeypatch.setattr("lstsr_data.layers.CHUNK", 5)
    cut = open_sentinel2(safe)["SCL"]
    assert cut.chunks == ((5, 1), (5, 1))
    np.testing.assert_array_equal(cut, whole)


def test_a_safe_folder_without_images_is_refused(tmp_path):
    folder = tmp_path / SAFE
    folder.mkdir()
    assert is_sentinel2(folder)
    with pytest.raises(SourceError, match="FILE_UNREADABLE"):
        open_sentinel2(folder)
