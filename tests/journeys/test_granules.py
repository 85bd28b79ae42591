"""Granules as NASA ships them decode to what is known of them, and are sharpened by name."""

from __future__ import annotations

import json

import numpy as np
import pytest
import rasterio

from lstsr_core import registry
from lstsr_core.testing import check_sensor
from lstsr_data import ReadOptions, open_scene
from lstsr_data.hdf4 import open_hdf
from lstsr_data.hdf4_swath import open_swath

pytest.importorskip("pyhdf", reason="no pyhdf: pip install 'lstsr-data[hdf4]'")

TILE = 1_111_950.519667
"""Edge of a tile of the sinusoidal grid (MODLAND grid). [m]"""
WEST, NORTH = -20_015_109.354, 10_007_554.677
"""Upper left corner of tile h00v00 (MODLAND grid). [m]"""
RADIUS = 6_371_007.181
"""Radius of its sphere (MODLAND grid). [m]"""

PROFILE = {"driver": "GTiff", "height": 80, "width": 100, "count": 1, "dtype": "float32"}
"""What a guide of 20 x 25 kilometres is written as."""

BRAZIL = "MOD11A1.A2019305.h14v09.006.2019306084028.hdf"
RUSSIA = "MOD11A1.A2020048.h20v03.006.2020050065448.hdf"
TENNESSEE = "MOD11A1.A2021227.h11v05.061.2021228105320.hdf"
NEWFOUNDLAND = "MOD11B2.A2017001.h14v04.006.2017013155631.hdf.zip"
BAHAMAS = "MOD13A2.A2021225.h11v06.061.2021320163717.hdf"
ANTARCTICA = "MOD09GA.A2008296.h14v17.006.2015181011753.hdf"
ITALY = "MOD09A1.A2017193.h18v04.006.2017202035302.hdf"
GERMANY = "MOD13A2.A2016145.h18v04.006.2016166145124.hdf"
SWATH = "MOD11_L2.A2020048.1915.006.2020050045344.hdf"

KNOWN = {
    # granule, sensor, layer: lowest, highest, how many, pixel, its value
    (BRAZIL, "modis", "lst"): (291.40, 325.72, 333829, (828, 171), 15448 * 0.02),
    (BRAZIL, "modis-night", "lst"): (282.38, 300.64, 224088, None, None),
    (RUSSIA, "modis", "lst"): (253.14, 279.46, 53441, (1008, 663), 13509 * 0.02),
    (RUSSIA, "modis-night", "lst"): (235.68, 276.32, 108291, (273, 312), 261.94),
    (TENNESSEE, "modis", "lst"): (283.22, 310.60, 63129, (85, 200), 14772 * 0.02),
    (TENNESSEE, "modis-night", "lst"): (282.98, 302.82, 60453, (796, 380), 15141 * 0.02),
    (TENNESSEE, "modis", "lst_uncertainty"): (1.0, 3.0, 63129, (85, 200), 1.0),
    (TENNESSEE, "modis", "view_zenith"): (3.0, 58.0, 63129, (85, 200), 26.0),
    (NEWFOUNDLAND, "modis-8day-6km", "lst"): (253.10, 275.18, 3119, (32, 47), 13213 * 0.02),
    (NEWFOUNDLAND, "modis-8day-6km-night", "lst"): (249.62, 276.52, 3326, (44, 5), 13826 * 0.02),
    (NEWFOUNDLAND, "modis-8day-6km", "lst_uncertainty"): (1.0, 4.0, 3119, (32, 47), 2.0),
    (BAHAMAS, "modis-ndvi-16day", "ndvi"): (-0.1972, 0.9890, 8455, (907, 193), 0.4136),
    (GERMANY, "modis-ndvi-16day", "ndvi"): (0.2772, 0.9390, 40109, (92, 35), 0.8880),
    (ITALY, "modis-reflectance-8day", "ndvi"): (0.1467, 0.9311, 4298, (37, 56), 2563 / 3319),
    (ITALY, "modis-reflectance-8day", "albedo"): (0.0528, 0.2300, 4079, (37, 56), 0.13844),
    (ANTARCTICA, "modis-reflectance", "ndvi"): (-0.1100, -0.0435, 3, (88, 2374), -820 / 14574),
    (ANTARCTICA, "modis-reflectance", "albedo"): (0.6737, 0.7510, 3, (88, 2374), 0.69323),
}
"""What the granules hold. Values of pixels follow from their counts; the last row is snow between
clouds."""
TILES = {
    BRAZIL: (14, 9),
    RUSSIA: (20, 3),
    TENNESSEE: (11, 5),
    NEWFOUNDLAND: (14, 4),
    BAHAMAS: (11, 6),
    ANTARCTICA: (14, 17),
}
"""Whole tiles: how many tiles east and south of h00v00 they lie."""


@pytest.fixture
def granule(shared_data):
    """Give the path of a granule by its name."""

    def path_of(name):
        path = shared_data / "modis" / "hdf" / name
        if not path.is_file():
            pytest.skip(f"no granule {path}")
        return path

    return path_of


@pytest.fixture
def read_granule(granule):
    """Read the bands of a sensor out of a granule."""
    return lambda name: open_hdf(granule(name))


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: " ".join(known)[8:])
def test_a_granule_decodes_to_what_is_known_of_it(known, read_granule):
    name, sensor, layer = known
    lowest, highest, count, pixel, value = KNOWN[known]
    decoded = check_sensor(registry.sensors().get(sensor), read_granule(name))[layer].to_numpy()
    assert np.isfinite(decoded).sum() == count
    assert (np.nanmin(decoded), np.nanmax(decoded)) == pytest.approx((lowest, highest), abs=1e-4)
    if pixel:
        assert decoded[pixel] == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize("name", TILES)
def test_the_corners_of_a_tile_lie_where_they_are_published(name, read_granule):
    box = read_granule(name).odc.geobox
    east, south = TILES[name]
    rows, columns = box.shape
    corners = np.array([box.affine * (0, 0), box.affine * (columns, rows)])
    left, top = WEST + east * TILE, NORTH - south * TILE
    published = np.array([[left, top], [left + TILE, top - TILE]])
    assert np.abs(corners - published).max() < 0.01


def test_an_excerpt_of_a_tile_keeps_to_its_pixels(read_granule):
    t = read_granule(ITALY).odc.geobox.affine
    away = np.array([t.c - (WEST + 18 * TILE), t.f - (NORTH - 4 * TILE)])
    pixels = away / (TILE / 2400)
    assert np.abs(pixels - pixels.round()).max() * TILE / 2400 < 0.01


def test_the_swath_that_fell_into_a_tile_lies_in_it_where_its_own_places_say(granule):
    night = registry.sensors().get("modis-night").decode(open_hdf(granule(RUSSIA)))
    swath = open_swath(granule(SWATH))
    placed = registry.sensors().get("modis-swath").decode(swath)["lst"].to_numpy()[2::5, 2::5]
    latitude, longitude = (np.radians(swath[name]) for name in ("latitude", "longitude"))
    x, y = RADIUS * longitude * np.cos(latitude), RADIUS * latitude
    t, grid = night.odc.geobox.affine, night["lst"].to_numpy()
    seconds = (night["view_time"] - np.datetime64("2020-02-17T19:17:30")).astype(float)

    def difference(right, down):
        column = np.floor((x - t.c) / t.a).astype(int).to_numpy() + right
        row = np.floor((y - t.f) / t.e).astype(int).to_numpy() + down
        inside = (row >= 0) & (row < 1200) & (column >= 0) & (column < 1200)
        together = np.abs(seconds.to_numpy()[row[inside], column[inside]]) < 420
        differences = np.abs(grid[row[inside], column[inside]] - placed[inside])[together]
        assert np.isfinite(differences).sum() > 1000
        return np.nanmedian(differences)

    here = difference(0, 0)
    assert here < 0.1
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        assert difference(right, down) > 2 * here


def test_the_hours_of_the_swath_are_local_solar_time(granule):
    swath = open_swath(granule(SWATH))
    hours = registry.sensors().get("modis-swath").decode(swath)["view_time"].to_numpy()[2::5, 2::5]
    utc = hours - swath["longitude"].to_numpy() / 15
    assert swath.attrs["start_datetime"] == "2020-02-17T19:15:00Z"
    assert np.nanmin(utc) > 19.25 - 0.06
    assert np.nanmax(utc) < 19 + 20 / 60 + 0.06


def test_times_of_a_tile_are_utc_of_its_day_while_terra_passed(read_granule):
    sensor = registry.sensors().get("modis")
    times = sensor.decode(read_granule(TENNESSEE))["view_time"].to_numpy().ravel()
    seen = np.sort(times[~np.isnat(times)])
    assert seen[0] == np.datetime64("2021-08-15T15:20:41")
    assert seen[-1] == np.datetime64("2021-08-15T17:06:04")


def test_a_granule_is_sharpened_by_the_name_of_its_sensor(lstsr, granule, tmp_path):
    scene = open_scene(
        granule(TENNESSEE), options=ReadOptions(sensor=registry.sensors().get("modis"))
    )
    box = scene["guide"].to_dataset().odc.geobox[0:80, 240:340]
    ndvi = np.linspace(0.1, 0.8, 8000, dtype=np.float32).reshape(80, 100)
    guide = tmp_path / "ndvi.tif"
    with rasterio.open(guide, "w", **PROFILE, crs=str(box.crs), transform=box.affine) as file:
        file.write(ndvi, 1)
    words = ("--sensor", "modis", "--guide", f"ndvi={guide}", "--model", "bicubic")
    done = lstsr("sharpen", granule(TENNESSEE), *words, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    item = json.loads((tmp_path / "out" / "item.json").read_text(encoding="utf-8"))
    assert item["properties"]["datetime"].startswith("2021-08-15T17:0")
    with rasterio.open(tmp_path / "out" / "lst.tif") as sharpened:
        assert sharpened.shape == (80, 100)
