"""Real products of every sensor decode to what is known of them, and are sharpened by name."""

from __future__ import annotations

import json
import tarfile

import h5netcdf
import numpy as np
import pytest
import rasterio
import xarray as xr

from lstsr_core import SceneError, registry
from lstsr_core.grid import geobox_of
from lstsr_core.testing import check_sensor
from lstsr_data import ReadOptions, open_scene
from lstsr_data.decoded_field import lay_fields
from lstsr_data.hdf4 import open_hdf
from lstsr_data.hdf4_swath import open_swath
from lstsr_data.landsat_mtl import read_mtl
from lstsr_data.product import open_product
from lstsr_data.sensed import open_sensed
from lstsr_data.swath import lay_swath

MUENSTER = "thermal-fine/muenster/landsat_st/{}_02_T1_ST_B10.TIF"
LIVERPOOL, MOMOTOMBO = "thermal-fine/xlandsat_liverpool", "thermal-fine/xlandsat_momotombo"
COAST = "thermal-fine/ecostress_10SGD/ECOv002_L2T_LSTE_{}.tif"
DESERT = "thermal-fine/ecostress_11SPS/ECOv002_L2T_LSTE_{}.tif"
CLIP = "thermal-fine/ecostress_dangermond/ECOv002_L2T_LSTE_{}_01_LST_dangermond.tif"
AMAZON = "readers/landsat_l2sp_amazon_600m"
NOVGOROD = "readers/s3_slstr_lst_novgorod"
SAFE = "readers/sentinel3_slstr"
ISLAND = "readers/saotome_dem_lc"
STEP = 0.00341802
"""Kelvin of a count of Landsat's temperature (LSDS-1619). [K]"""

KNOWN = {
    # path, sensor, layer: lowest, highest, how many, pixel, its value
    (MUENSTER.format("LC08_L2SP_196024_20220418_20220427"), "landsat", "lst"): (
        *(288.5441, 310.4946, 323048),
        *((100, 200), 293.5412),
    ),
    (MUENSTER.format("LC08_L2SP_196024_20240813_20240822"), "landsat", "lst"): (
        *(302.4349, 328.9792, 323048),
        *((100, 200), 307.6679),
    ),
    (MUENSTER.format("LC09_L2SP_197024_20250612_20250613"), "landsat", "lst"): (
        *(294.4128, 315.7242, 323048),
        *((100, 200), 298.0222),
    ),
    (LIVERPOOL, "landsat", "lst"): (284.9552, 295.2366, 115611, (100, 100), 286.4864),
    (LIVERPOOL, "landsat-reflectance", "ndvi"): (-0.9968, 0.9277, 47768, None, None),
    (MOMOTOMBO, "landsat", "lst"): (234.3685, 372.4565, 155463, (100, 100), 298.5178),
    (MOMOTOMBO, "landsat-reflectance", "ndvi"): (-0.9965, 0.9953, 144203, (100, 100), 0.80286),
    (COAST.format("12653_004_10SGD_20200928T224329_0700_01_LST"), "ecostress", "lst"): (
        *(296.58, 323.12, 1484245),
        *((784, 784), 307.82),
    ),
    (COAST.format("26860_001_10SGD_20230401T203733_0710_01_LST"), "ecostress", "lst"): (
        *(277.86, 310.32, 2458624),
        *((784, 784), 295.46),
    ),
    (DESERT.format("21485_013_11SPS_20220420T211350_0601_01_LST"), "ecostress", "lst"): (
        *(295.26, 329.72, 2418003),
        *((784, 784), 310.68),
    ),
    (DESERT.format("33730_008_11SPS_20240617T205018_0712_01_LST"), "ecostress", "lst"): (
        *(302.42, 341.14, 2281732),
        *((784, 784), 312.74),
    ),
    (DESERT.format("34366_004_11SPS_20240728T204025_0712_01_LST"), "ecostress", "lst"): (
        *(303.64, 341.72, 2351322),
        *((784, 784), 327.24),
    ),
    (CLIP.format("26223_012_10SGD_20230219T202943_0710"), "ecostress", "lst"): (
        *(287.54, 318.72, 33108),
        *((121, 130), 295.30),
    ),
    (CLIP.format("26860_001_10SGD_20230401T203733_0710"), "ecostress", "lst"): (
        *(286.34, 301.60, 33612),
        *((122, 131), 294.10),
    ),
    (CLIP.format("26921_001_10SGD_20230405T190258_0710"), "ecostress", "lst"): (
        *(285.20, 301.22, 33612),
        *((122, 131), 293.50),
    ),
    (CLIP.format("28238_012_10SGD_20230629T170416_0710"), "ecostress", "lst"): (
        *(290.98, 305.06, 33612),
        *((122, 131), 298.04),
    ),
    (CLIP.format("29576_005_10SGD_20230923T232104_0710"), "ecostress", "lst"): (
        *(290.02, 305.84, 33612),
        *((122, 131), 297.30),
    ),
    (CLIP.format("29901_007_10SGD_20231014T223936_0711"), "ecostress", "lst"): (
        *(291.06, 310.98, 33612),
        *((122, 131), 301.46),
    ),
    (f"{NOVGOROD}/20190831T194258.tif", "slstr", "lst"): (280.598, 293.388, 6372, None, None),
    (f"{ISLAND}/cop_dem_glo30.tif", "copernicus-dem", "elevation"): (
        *(-8.3926, 1976.3579, 2332800),
        *((651, 510), 1976.3579),
    ),
    (f"{ISLAND}/cop_dem_glo30.tif", "copernicus-dem", "slope"): (
        *(0.0, 75.631, 2332800),
        *((651, 510), 8.0038),
    ),
    (f"{ISLAND}/worldcover_2021.tif", "worldcover", "land_cover"): (10, 95, 25920000, None, None),
    (f"{ISLAND}/worldcover_2020.tif", "worldcover", "land_cover"): (10, 95, 25920000, None, None),
}
"""What the products hold; the pixel of the relief is the summit of the island."""


@pytest.fixture
def product(shared_data):
    """Give the path of a product by its name."""

    def path_of(name):
        path = shared_data / name
        if not path.exists():
            pytest.skip(f"no product {path}")
        return path

    return path_of


def sensor(name):
    return registry.sensors().get(name)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: " ".join(known)[-90:])
def test_a_product_decodes_to_what_is_known_of_it(known, product):
    name, of, layer = known
    lowest, highest, count, pixel, value = KNOWN[known]
    decoded = open_sensed(product(name), sensor(of))[layer].to_numpy()
    assert np.isfinite(decoded).sum() == count
    assert (np.nanmin(decoded), np.nanmax(decoded)) == pytest.approx((lowest, highest), abs=1e-3)
    if pixel:
        assert decoded[pixel] == pytest.approx(value, abs=1e-3)


def test_all_dates_of_a_city_are_possible_land_on_one_grid(product):
    folder = product("thermal-fine/muenster/landsat_st")
    fields = [open_sensed(path, sensor("landsat")) for path in sorted(folder.glob("*_ST_B10.TIF"))]
    assert len(fields) == 16
    assert len({geobox_of(field) for field in fields}) == 1
    medians = {f.attrs["datetime"][:7]: np.nanmedian(f["lst"]) for f in fields}
    assert all(278 < value < 320 for value in medians.values())
    assert medians["2022-03"] < medians["2022-04"] < medians["2023-08"]


def test_a_pixel_of_landsat_is_its_count_times_the_step_of_the_metadata_file(product):
    about = read_mtl(next(product(MOMOTOMBO).glob("*_MTL.txt")))
    scale = float(about["TEMPERATURE_MULT_BAND_ST_B10"])
    offset = float(about["TEMPERATURE_ADD_BAND_ST_B10"])
    assert scale == STEP
    raw = open_product(product(MOMOTOMBO), ("ST_B10",))
    lst = check_sensor(sensor("landsat"), raw)["lst"].to_numpy()
    counts = raw["ST_B10"].to_numpy()
    seen = np.isfinite(lst)
    np.testing.assert_allclose(lst[seen], counts[seen] * scale + offset, atol=1e-4)


@pytest.mark.parametrize("name", [LIVERPOOL, MOMOTOMBO, AMAZON])
def test_the_corners_of_landsat_lie_where_its_metadata_file_says_to_the_metre(name, product):
    about = read_mtl(next(product(name).glob("*_MTL.txt")))
    box = geobox_of(open_product(product(name), ("ST_B10",)))
    rows, columns = box.shape
    half = float(about["GRID_CELL_SIZE_THERMAL"]) / 2
    for corner, pixel, (right, down) in (("UL", (0, 0), (1, -1)), ("LR", (columns, rows), (-1, 1))):
        x, y = (float(about[f"CORNER_{corner}_PROJECTION_{axis}_PRODUCT"]) for axis in "XY")
        outer = (x - right * half, y - down * half)
        assert np.hypot(*np.subtract(box.affine * pixel, outer)) < 1.0


def test_the_corner_of_landsat_lies_at_its_published_longitude_and_latitude_to_the_metre(product):
    about = read_mtl(next(product(AMAZON).glob("*_MTL.txt")))
    box = geobox_of(open_product(product(AMAZON), ("ST_B10",)))
    half = float(about["GRID_CELL_SIZE_THERMAL"]) / 2
    middle = box.affine.c + half, box.affine.f - half
    longitude, latitude = box.crs.transformer_to_crs("EPSG:4326", always_xy=True)(*middle)
    assert longitude == pytest.approx(float(about["CORNER_UL_LON_PRODUCT"]), abs=1e-5)
    assert latitude == pytest.approx(float(about["CORNER_UL_LAT_PRODUCT"]), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "corner"),
    [
        (COAST.format("26860_001_10SGD_20230401T203733_0710_01_LST"), (699_960, 3_900_000)),
        (DESERT.format("34366_004_11SPS_20240728T204025_0712_01_LST"), (600_000, 3_700_020)),
    ],
)
def test_the_corners_of_ecostress_are_those_of_the_tiling_grid_of_sentinel_2(name, corner, product):
    box = geobox_of(open_product(product(name)))
    assert box.affine * (0, 0) == corner
    assert (box.affine.a, box.affine.e) == (70.0, -70.0)


def test_a_scene_of_clouds_alone_has_no_pixel_and_leaves_no_output(lstsr, product, tmp_path):
    raw = open_product(product(AMAZON), ("ST_B10", "ST_QA", "QA_PIXEL"))
    assert raw.attrs["start_datetime"] == "2020-10-31T14:31:47Z"
    unmasked = sensor("landsat").decode(raw.drop_vars("QA_PIXEL"))
    assert int(unmasked["lst"].notnull().sum()) == 74678
    assert unmasked["lst"].to_numpy()[200, 200] == pytest.approx(25915 * STEP + 149.0, abs=1e-4)
    assert unmasked["lst_uncertainty"].to_numpy()[200, 200] == pytest.approx(11.95, abs=1e-4)
    with pytest.raises(SceneError, match="NO_VALID_PIXELS"):
        check_sensor(sensor("landsat"), raw)
    words = ("--sensor", "landsat", "--model", "bicubic", "--factor", "2")
    done = lstsr("sharpen", product(AMAZON), *words, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "NO_VALID_PIXELS" in done.stderr
    assert not (tmp_path / "out").exists()


def test_all_layers_of_a_summer_over_a_lake_are_possible_and_keep_their_gaps(product):
    raw = open_product(product(f"{NOVGOROD}/slstr_lst_stack_201907-09.tif"))
    assert len(raw) == 52
    seen = 0
    for date in raw:
        lst = check_sensor(sensor("slstr"), raw[[date]].rename({date: "LST"}))["lst"].to_numpy()
        assert 260 < np.nanmin(lst) < np.nanmax(lst) < 315, date
        np.testing.assert_array_equal(np.isfinite(lst), np.isfinite(raw[date]))
        seen += np.isfinite(lst).sum()
    assert seen == 291796


def test_an_empty_safe_folder_is_an_error_that_says_what_is_missing(product):
    (folder,) = product(SAFE).iterdir()
    with pytest.raises(SceneError, match="latitude_in"):
        open_sensed(folder, sensor("slstr"))


def test_the_summit_of_the_island_lies_where_the_map_has_it(product):
    decoded = open_sensed(product(f"{ISLAND}/cop_dem_glo30.tif"), sensor("copernicus-dem"))
    heights = decoded["elevation"].to_numpy()
    row, column = np.unravel_index(np.nanargmax(heights), heights.shape)
    longitude, latitude = geobox_of(decoded).affine * (column + 0.5, row + 0.5)
    # Pico de Sao Tome, 2024 m of rock: 0 degrees 16 minutes north, 6 degrees 33 minutes east.
    assert longitude == pytest.approx(6 + 33 / 60, abs=0.5 / 60 + 1e-3)
    assert latitude == pytest.approx(16 / 60, abs=0.5 / 60)


def test_land_cover_on_a_coarser_grid_has_the_classes_and_the_shares_of_the_map(product):
    cover = open_sensed(product(f"{ISLAND}/worldcover_2021.tif"), sensor("worldcover"))
    box = geobox_of(cover)
    coarse = lay_fields(cover, box.zoom_out(25))["land_cover"]
    fine, laid = cover["land_cover"].to_numpy(), coarse.to_numpy()
    assert set(np.unique(laid)) <= set(np.unique(fine))
    for code in (10, 80):
        assert np.mean(laid == code) == pytest.approx(np.mean(fine == code), abs=0.01)
    assert coarse.attrs["flag_meanings"].split()[0] == "tree_cover"


def test_every_temperature_of_aster_beside_modis_is_possible_land(shared_data):
    paths = sorted(shared_data.glob("modis-aster/*/aster_lst_250m.tif"))
    assert paths
    for path in paths:
        lst = check_sensor(sensor("aster"), open_product(path))["lst"].to_numpy()
        assert 290 < np.nanmedian(lst) < 325, path


def test_a_band_of_sentinel_2_without_its_offset_is_a_reflectance(product):
    raw = open_product(product("thermal-fine/muenster/sentinel2/B11_20m.tif"))
    raw = raw.rename(band_1="B11").assign_attrs({"s2:processing_baseline": "05.00"})
    swir = check_sensor(sensor("sentinel2"), raw)["swir1"].to_numpy()
    assert (np.nanmin(swir), np.nanmax(swir)) == pytest.approx((0.0075, 1.5243), abs=1e-4)
    assert 0.1 < np.nanmedian(swir) < 0.3


def test_a_real_swath_lies_on_the_grid_where_the_tile_of_the_same_pass_has_it(product):
    pytest.importorskip("pyhdf", reason="no pyhdf: pip install 'lstsr-data[hdf4]'")
    tile = open_hdf(product("modis/hdf/MOD11A1.A2020048.h20v03.006.2020050065448.hdf"))
    night = sensor("modis-night").decode(tile)
    swath = open_swath(product("modis/hdf/MOD11_L2.A2020048.1915.006.2020050045344.hdf"))
    scanned = sensor("modis-swath").decode(swath)["lst"].to_numpy()[2::5, 2::5]
    places = {name: (("y", "x"), swath[name].to_numpy()) for name in ("latitude", "longitude")}
    every_fifth = xr.Dataset({"lst": (("y", "x"), scanned)}, places)
    laid = lay_swath(every_fifth, geobox_of(tile), reach=0.6)
    seconds = (night["view_time"] - np.datetime64("2020-02-17T19:17:30")).astype(float)
    same_pass = (np.abs(seconds) < 420).to_numpy()
    difference = np.abs(laid["lst"].to_numpy() - night["lst"].to_numpy())[same_pass]
    assert np.isfinite(difference).sum() > 1000
    assert np.nanmedian(difference) < 0.1


def test_a_landsat_tar_is_sharpened_by_the_name_of_its_sensor(lstsr, product, tmp_path):
    archive = tmp_path / "LC08_L2SP_204023_20200927_20201006_02_T1.tar"
    with tarfile.open(archive, "w") as tar:
        for file in sorted(product(LIVERPOOL).iterdir()):
            tar.add(file, file.name)
    words = ("--sensor", "landsat", "--model", "bicubic", "--factor", "2")
    done = lstsr("sharpen", archive, *words, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "clouds are not masked" in done.stderr
    item = json.loads((tmp_path / "out" / "item.json").read_text(encoding="utf-8"))
    assert item["properties"]["datetime"].startswith("2020-09-27T11:10:50")
    with rasterio.open(tmp_path / "out" / "lst.tif") as sharpened:
        assert sharpened.shape == (2 * 267, 2 * 433)
        assert sharpened.transform * (0, 0) == (487_005.0, 5_929_995.0)


@pytest.fixture
def safe(tmp_path):
    """A SAFE folder of 80 x 90 pixels over Bavaria, warmer to the south, a cloud in the middle."""
    folder = tmp_path / "S3A_SL_2_LST____20210510T002955.SEN3"
    folder.mkdir()
    down, right = np.indices((80, 90))
    latitude = 48.5 - 0.009 * down - 0.002 * right
    longitude = 11.0 + 0.0135 * right - 0.003 * down
    lst = np.round((290 + 10 * (48.5 - latitude) - 290) / 0.002).astype(np.int16)
    word = np.where((abs(down - 40) < 8) & (abs(right - 45) < 8), 8 | 1 << 14, 8).astype(np.uint16)
    packed = {"scale_factor": 0.002, "add_offset": 290.0, "_FillValue": np.int16(-32768)}
    error = np.full(lst.shape, 500, np.int16), {"scale_factor": 0.002}
    degrees = {"scale_factor": 1e-6}
    stored = [np.round(place / 1e-6).astype(np.int32) for place in (latitude, longitude)]
    files = {
        "LST_in.nc": {"LST": (lst, packed), "LST_uncertainty": error},
        "flags_in.nc": {"confidence_in": (word, {})},
        "geodetic_in.nc": {
            "latitude_in": (stored[0], degrees),
            "longitude_in": (stored[1], degrees),
        },
    }
    for name, variables in files.items():
        with h5netcdf.File(folder / name, "w") as file:
            file.dimensions = {"rows": 80, "columns": 90}
            file.attrs["start_time"] = "2021-05-10T00:29:54.681744Z"
            for key, (values, attributes) in variables.items():
                written = file.create_variable(key, ("rows", "columns"), values.dtype, data=values)
                written.attrs.update(attributes)
    return folder


def test_a_swath_of_slstr_becomes_a_scene_with_its_gradient_its_cloud_and_its_time(safe):
    coarse = open_scene(safe, options=ReadOptions(sensor=sensor("slstr")))["coarse"].to_dataset()
    box = geobox_of(coarse)
    down, right = np.indices(box.shape)
    x, y = box.affine * (right + 0.5, down + 0.5)
    _, latitude = box.crs.transformer_to_crs("EPSG:4326", always_xy=True)(x, y)
    lst = coarse["lst"].to_numpy()
    assert np.nanmax(np.abs(lst - (290 + 10 * (48.5 - latitude)))) < 0.15
    assert np.nanmedian(np.abs(lst - (290 + 10 * (48.5 - latitude)))) < 0.02
    middle = np.isnan(lst[40:-40, 40:-40])
    assert 100 < middle.sum() < 400
    error = coarse["lst_uncertainty"].to_numpy()[np.isfinite(lst)]
    np.testing.assert_allclose(error, 1.0, atol=1e-5)
    assert coarse.attrs["datetime"] == "2021-05-10T00:29:54Z"


def test_a_swath_of_slstr_is_sharpened_by_the_name_of_its_sensor(lstsr, safe, tmp_path):
    words = ("--sensor", "slstr", "--model", "bicubic")
    done = lstsr("sharpen", safe, *words, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    with rasterio.open(tmp_path / "out" / "lst.tif") as sharpened:
        assert sharpened.crs is not None
        assert np.isfinite(sharpened.read(1)).sum() > 16 * 6000
