"""Every real file is known: what it holds is possible land, and lies where it is published."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import partial

import numpy as np
import pytest

from lstsr_core import registry
from lstsr_core.grid import geobox_of
from lstsr_data.hdf4_file import read_hdf4
from lstsr_data.landsat_mtl import read_mtl
from lstsr_data.plain_sensor import plain_guide, plain_temperature
from lstsr_data.product import open_product
from lstsr_data.sensed import open_sensed

FOLDERS = ("modis/hdf", "readers", "thermal-fine")
"""Folders of which every file is known here."""
TILE = 1_111_950.519667
"""Edge of a tile of the sinusoidal grid (MODLAND grid). [m]"""
WEST, NORTH = -20_015_109.354, 10_007_554.677
"""Upper left corner of tile h00v00 (MODLAND grid). [m]"""
DEGREE = 111_320.0
"""A degree on the equator. [m]"""
MGRS = {"10SGD": (699_960, 3_900_000), "11SPS": (600_000, 3_700_020)}
"""Upper left corners of tiles of the grid of Sentinel-2. [m]"""


def modland(path, box):
    """Give how far the corner lies from that of its tile; of an excerpt, from that of a pixel."""
    h, v = map(int, re.search(r"\.h(\d\d)v(\d\d)\.", path.name).groups())
    east, south = box.affine.c - (WEST + h * TILE), NORTH - v * TILE - box.affine.f
    pixel = TILE / round(TILE / box.affine.a)
    if box.shape[0] == round(TILE / pixel):
        return np.hypot(east, south)
    return np.hypot(*(away - pixel * round(away / pixel) for away in (east, south)))


def of_mtl(path, box):
    """Give how far the corner lies from that of the metadata file, half a pixel outside."""
    about = read_mtl(next(path.glob("*_MTL.txt")))
    x, y = (float(about[f"CORNER_UL_PROJECTION_{axis}_PRODUCT"]) for axis in "XY")
    half = float(about["GRID_CELL_SIZE_THERMAL"]) / 2
    return np.hypot(box.affine.c - (x - half), box.affine.f - (y + half))


def of_mgrs(path, box):
    """Give how far the corner lies from that of the tile of its name."""
    x, y = MGRS[path.name.split("_")[5]]
    return np.hypot(box.affine.c - x, box.affine.f - y)


def of_metadata(path, box):
    """Give how far the corner lies from that of the extent that was published with the file."""
    about = json.loads((path.parent / "20190831T194258_metadata.json").read_text())["utm_extent"]
    return np.hypot(box.affine.c - about["minX"], box.affine.f - about["maxY"])


def lattice(path, box, step, offset, metres):
    """Give how far the corner lies from the published lines of its grid."""
    t = box.affine
    places = (np.array([t.c, t.f]) - offset) / step
    return np.hypot(*(places - places.round())) * step * metres


USGS = partial(lattice, step=30.0, offset=15.0, metres=1.0)
"""Landsat Collection 2: centres of pixels at whole multiples of 30 m (USGS LSDS-1619)."""
GLO30 = partial(lattice, step=1 / 3600, offset=1 / 7200, metres=DEGREE)
"""Copernicus DEM: centres at whole seconds (product handbook GEO1988, 3.2)."""
WORLDCOVER = partial(lattice, step=1 / 12000, offset=0.0, metres=DEGREE)
"""ESA WorldCover: edges at 12000 to a degree (product user manual 2.0, 3.1)."""

PRODUCTS = {
    # path: a band of it, where its corner is published
    "modis/hdf/MOD11A1.*": ("QC_Day", modland),
    "modis/hdf/MOD11B2.*": ("QC_Day", modland),
    "modis/hdf/MOD13A2.A2021*": ("1 km 16 days NDVI", modland),
    "modis/hdf/MOD09GA.*": ("QC_500m_1", modland),
    "modis/hdf/MOD09A1.*": ("sur_refl_b01", modland),
    "readers/landsat_l2sp_amazon_600m": ("ST_B10", of_mtl),
    "readers/s3_slstr_lst_novgorod/20190831T194258.tif": ("", of_metadata),
    "readers/s3_slstr_lst_novgorod/slstr_lst_*.tif": ("", of_metadata),
    "readers/saotome_dem_lc/cop_dem_glo30.tif": ("", GLO30),
    "readers/saotome_dem_lc/worldcover_*.tif": ("", WORLDCOVER),
    "thermal-fine/muenster/landsat_st/*.TIF": ("ST_B10", USGS),
    "thermal-fine/xlandsat_liverpool": ("ST_B10", of_mtl),
    "thermal-fine/xlandsat_momotombo": ("ST_B10", of_mtl),
    "thermal-fine/ecostress_1*/*_LST.tif": ("LST", of_mgrs),
}
"""Products on a grid that is published; test_granules and test_products look at what they hold."""
CUT = {
    "thermal-fine/tvdi_heihe/lst.tif": ("raster", "lst", (285, 335)),
    "thermal-fine/tvdi_heihe/ndvi.tif": ("ndvi", "ndvi", (-0.4, 1)),
}
"""Rasters that others have cut, their sensor, layer, and what can be."""
OTHERS = {
    "modis/hdf/MOD11_L2.*": "a swath, see below",
    "modis/hdf/MOD13A2.A2016*": "put together by others, off the lines of its tile by 168 m",
    "thermal-fine/ecostress_dangermond/ECO*": "warped by others, see test_products",
    "readers/sentinel3_slstr/*": "variables are empty, see test_products",
    "readers/s3_slstr_lst_novgorod/*_biomes.tif": "classes of another product",
    "readers/s3_slstr_lst_novgorod/*.json": "metadata",
    "thermal-fine/*/*_EmisWB.tif": "emissivity beside a temperature",
    "thermal-fine/*/EMIT_*.tif": "water of the canopy, see tests/data/test_thermal_fine",
    "thermal-fine/muenster/sentinel2/*": "a band and classes, see test_products",
}
"""Files that are no temperature or guide by themselves, and why."""


@pytest.fixture
def sensor():
    """Give a sensor by its name, or one of plain rasters."""
    plain = {"raster": plain_temperature(), "ndvi": plain_guide("ndvi")}
    return lambda name: plain[name] if name in plain else registry.sensors().get(name)


@pytest.fixture
def paths(shared_data):
    """Give the products that a pattern means."""
    pytest.importorskip("pyhdf", reason="no pyhdf: pip install 'lstsr-data[hdf4]'")

    def find(pattern):
        found = sorted(shared_data.glob(pattern))
        if not found:
            pytest.skip(f"no {shared_data / pattern}")
        return found

    return find


def test_there_is_no_file_that_nobody_knows(shared_data):
    known = (*PRODUCTS, *CUT, *OTHERS)
    files = [path for folder in FOLDERS for path in (shared_data / folder).rglob("*.*")]
    names = [path.relative_to(shared_data).as_posix() for path in files if path.is_file()]
    assert names
    unknown = [
        name
        for name in names
        if not any(fnmatchcase(name, one) or name.startswith(f"{one}/") for one in known)
    ]
    assert unknown == []


@pytest.mark.parametrize("pattern", CUT)
def test_every_value_of_a_raster_is_possible(pattern, paths, sensor):
    name, layer, (lowest, highest) = CUT[pattern]
    for path in paths(pattern):
        values = open_sensed(path, sensor(name))[layer].to_numpy()
        assert lowest <= np.nanmin(values) < np.nanmax(values) <= highest


@pytest.mark.parametrize("pattern", PRODUCTS)
def test_the_corner_of_a_product_lies_where_it_is_published_to_the_metre(pattern, paths):
    band, away = PRODUCTS[pattern]
    for path in paths(pattern):
        assert away(path, geobox_of(open_product(path, (band,)))) < 1.0, path


def test_the_pixels_of_a_swath_end_where_its_metadata_say_and_are_possible_land(paths):
    (path,) = paths("modis/hdf/MOD11_L2.*")
    swath = open_product(path, ("QC", "LST", "Error_LST"))
    texts = read_hdf4(path, ("QC",)).texts
    core = "".join(text for name, text in texts.items() if "Metadata" in name)
    stated = {
        side: float(re.search(rf"{side}BOUNDINGCOORDINATE.*?VALUE\s*=\s*(\S+)", core, re.DOTALL)[1])
        for side in ("NORTH", "SOUTH", "WEST", "EAST")
    }
    latitude, longitude = swath["latitude"], swath["longitude"]
    cosine = np.cos(np.radians(latitude.to_numpy().flat[longitude.to_numpy().argmax()]))
    # The northernmost pixel lies between stored places; the others are corners, five pixels on.
    assert float(latitude.max()) == pytest.approx(stated["NORTH"], abs=1.0 / DEGREE)
    assert float(latitude.min()) == pytest.approx(stated["SOUTH"], abs=100 / DEGREE)
    assert float(longitude.min()) == pytest.approx(stated["WEST"], abs=100 / DEGREE)
    assert float(longitude.max()) == pytest.approx(stated["EAST"], abs=300 / DEGREE / cosine)
    lst = registry.sensors().get("modis-swath").decode(swath)["lst"].to_numpy()
    assert np.isfinite(lst).sum() == 443846
    assert (np.nanmin(lst), np.nanmax(lst)) == pytest.approx((215.18, 278.62), abs=1e-3)
    assert np.nanpercentile(lst, 1) > 255
