"""Fine thermal fields are found by their files, in kelvin, on one grid with their guides."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine

from lstsr_core import SourceError
from lstsr_core.grid import geobox_of
from lstsr_data.fine_field import pixel_edge
from lstsr_data.thermal_fine import open_fine_fields
from lstsr_data.thermal_fine_landsat import CLOUD_MARGIN, find_clouds, grid_of, read_mtl

MTL = """
GROUP = LANDSAT_METADATA_FILE
    DATE_ACQUIRED = 2020-09-27
    SCENE_CENTER_TIME = "11:10:50.3140030Z"
    UTM_ZONE = 30
    GRID_CELL_SIZE_THERMAL = 30.00
    THERMAL_LINES = 40
    THERMAL_SAMPLES = 50
    CORNER_UL_PROJECTION_X_PRODUCT = 487020.0
    CORNER_UL_PROJECTION_Y_PRODUCT = 5929980.0
    DATE_ACQUIRED = 1999-01-01
"""


def write(path, counts, transform=None, crs=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=counts.shape[0],
        width=counts.shape[1],
        count=1,
        dtype=counts.dtype,
        transform=transform,
        crs=crs,
    ) as file:
        file.write(counts, 1)


@pytest.fixture
def clip(tmp_path):
    """Write a clip as the sources have it: bands without a grid, which stands in the MTL file."""
    folder = tmp_path / "xlandsat_somewhere"
    folder.mkdir()
    (folder / "X_MTL.txt").write_text(MTL, encoding="utf-8")
    counts = {f"SR_B{band}": np.full((40, 50), 9000, np.uint16) for band in range(2, 8)}
    counts["ST_B10"] = np.full((40, 50), 44_000, np.uint16)
    counts["ST_B10"][0, 0] = 0
    counts["SR_B5"][:] = 20_000
    counts["SR_B2"][30, 40] = 40_000
    for band, values in counts.items():
        with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
            write(folder / f"X_{band}.TIF", values)
    return tmp_path


@pytest.mark.filterwarnings("error::rasterio.errors.NotGeoreferencedWarning")
def test_clip_of_landsat_is_decoded_and_laid_by_its_metadata(clip):
    field = open_fine_fields(clip)["landsat-somewhere"]()
    assert float(field["lst"][20, 10]) == pytest.approx(44_000 * 0.00341802 + 149.0)
    red, nir = 9000 * 2.75e-5 - 0.2, 20_000 * 2.75e-5 - 0.2
    assert float(field["ndvi"][20, 10]) == pytest.approx((nir - red) / (nir + red), abs=1e-5)
    assert float(field["red"][20, 10]) == pytest.approx(red, abs=1e-5)
    box = geobox_of(field)
    # Corners in the metadata are centres of pixels.
    assert (box.affine.c, box.affine.f) == (487_005.0, 5_929_995.0)
    assert box.crs == "EPSG:32630"
    assert field.attrs["time"] == "2020-09-27T11:10:50Z"
    assert field.attrs["pixel"] == pytest.approx(30.0)


def test_fill_and_clouds_with_their_margin_are_left_out(clip):
    lst = open_fine_fields(clip)["landsat-somewhere"]()["lst"].to_numpy()
    assert np.isnan(lst[0, 0])
    assert np.isnan(lst[30, 40])
    assert np.isnan(lst[30, 40 - CLOUD_MARGIN])
    assert np.isfinite(lst[30, 40 - CLOUD_MARGIN - 1])


def test_cold_pixels_are_clouds():
    lst = np.full((40, 40), 300.0)
    lst[10, 10] = 280.0
    assert find_clouds(lst, np.zeros((40, 40))).sum() == (2 * CLOUD_MARGIN + 1) ** 2


def test_metadata_without_a_corner_is_refused(tmp_path):
    path = tmp_path / "MTL.txt"
    path.write_text(MTL.replace("CORNER_UL_PROJECTION_X_PRODUCT", "ELSE"), encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        grid_of(read_mtl(path))
    assert caught.value.code == "FILE_UNREADABLE"


def test_granule_of_ecostress_takes_water_of_the_same_day(tmp_path):
    folder, place = tmp_path / "ecostress_x", Affine(70, 0, 6e5, 0, -70, 37e5)
    name = "ECOv002_L2T_LSTE_21485_013_11SPS_20220420T211350_0601_01_LST.tif"
    write(folder / name, np.full((30, 30), 310.0, np.float32), place, "EPSG:32611")
    for file, value in (
        ("EMIT_L2A_RFL_001_20220420T211353_1_002_x_cwc.tif", 0.1),
        ("EMIT_L2A_RFL_001_20220420T211353_1_002_x_cwc_merged.tif", 0.2),
        ("EMIT_L2A_RFL_001_20220421T211353_1_002_x_cwc.tif", 0.3),
    ):
        write(folder / file, np.full((30, 30), value, np.float32), place, "EPSG:32611")
    ((key, opened),) = open_fine_fields(tmp_path).items()
    field = opened()
    assert key == "ecostress-x-20220420"
    assert field["canopy_water"].to_numpy() == pytest.approx(0.2)
    assert (field.attrs["landscape"], field.attrs["place"]) == ("desert", "11sps")
    assert field.attrs["time"] == "2022-04-20T21:13:50Z"


def test_ndvi_of_the_oasis_is_laid_by_its_geotransform(tmp_path):
    folder = tmp_path / "tvdi_heihe"
    place, wider = Affine(30, 0, 6e5, 0, -30, 43e5), Affine(33, 0, 6e5, 0, -33, 43e5)
    write(folder / "lst.tif", np.full((80, 80), 305.0, np.float32), place, "EPSG:32647")
    ramp = (np.indices((80, 80))[1] / 100).astype(np.float32)
    write(folder / "ndvi.tif", ramp, wider, "EPSG:32647")
    ndvi = open_fine_fields(tmp_path)["heihe"]()["ndvi"].to_numpy()
    assert ndvi[40, 66] == pytest.approx(0.60, abs=0.01)


def test_pixel_of_a_geographic_grid_is_told_in_metres():
    from odc.geo.geobox import GeoBox

    box = GeoBox((10, 10), Affine(0.001, 0, 10, 0, -0.001, 60.005), "EPSG:4326")
    assert pixel_edge(box) == pytest.approx(111.195 * np.sqrt(0.5), abs=0.05)


def test_folder_without_fields_is_refused(tmp_path):
    for folder, code in ((tmp_path, "NO_SCENES"), (tmp_path / "none", "FILE_MISSING")):
        with pytest.raises(SourceError) as caught:
            open_fine_fields(folder)
        assert caught.value.code == code


def test_every_real_field_is_a_temperature_with_a_place(shared_data):
    if not (shared_data / "thermal-fine").is_dir():
        pytest.skip(f"no fine thermal scenes in {shared_data}")
    fields = open_fine_fields(shared_data)
    assert len(fields) == 30
    for name in list(fields)[::4]:
        field = fields[name]()
        assert 270 < float(field["lst"].median()) < 335, name
        assert 25 < field.attrs["pixel"] < 75
        assert {"landscape", "place", "sensor", "time"} <= set(field.attrs)
        for guide in set(field.data_vars) - {"lst"}:
            assert field[guide].shape == field["lst"].shape
