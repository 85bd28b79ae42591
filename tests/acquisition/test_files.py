"""Files on disk make the scene that a search makes, and say what they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import h5py
import numpy as np
import pytest
import rasterio
import xarray as xr
from affine import Affine

from lstsr_core import EmptySearchError, SourceError, registry
from lstsr_core.cli import run
from lstsr_core.grid import geobox_of
from lstsr_data import open_scene
from lstsr_data.acquisition.area import box_area
from lstsr_data.acquisition.cost import Cost, rate_of_network
from lstsr_data.acquisition.days import one_day
from lstsr_data.acquisition.disk import read_held
from lstsr_data.acquisition.fetch import Order, fetch
from lstsr_data.acquisition.from_files import day_of, hold
from lstsr_data.acquisition.options import spread

TENNESSEE = "MOD11A1.A2021227.h11v05.061.2021228105320.hdf"
INSIDE = ("-89.95", "39.68", "-89.5", "39.88")
DAY = "2021-08-15"
STRUCTURE = """GROUP=GridStructure
\tGROUP=GRID_1
\t\tGridName="{grid}"
\t\tXDim={size}
\t\tYDim={size}
\t\tUpperLeftPointMtrs=({left:.6f},{top:.6f})
\t\tLowerRightMtrs=({right:.6f},{bottom:.6f})
\t\tProjection=HE5_GCTP_SNSOID
\t\tProjParams=(6371007.181000,0,0,0,0,0,0,0,0,0,0,0,0)
\t\tSphereCode=-1
\t\tGridOrigin=HE5_HDFE_GD_UL
{fields}
\tEND_GROUP=GRID_1
END_GROUP=GridStructure
"""
FIELD = '\t\t\tOBJECT=DataField_{number}\n\t\t\t\tDataFieldName="{name}"\n'
TILE = 1_111_950.519667
"""Edge of a tile of the sinusoidal grid (MODLAND grid). [m]"""
CORNER = -20_015_109.354, 10_007_554.677
"""Upper left corner of tile h00v00 (MODLAND grid). [m]"""


@pytest.fixture
def granule(shared_data):
    return shared_data / "modis" / "hdf" / TENNESSEE


@pytest.fixture
def write_viirs(tmp_path):
    """Write granules of VIIRS in the layout of the product."""

    def make(product, grid, fields, tile=(18, 4), day="2023223"):
        h, v = tile
        size = max(counts.shape[0] for counts in fields.values())
        left, top = CORNER[0] + h * TILE, CORNER[1] - v * TILE
        names = "".join(FIELD.format(number=n, name=name) for n, name in enumerate(fields, 1))
        about = {"left": left, "top": top, "right": left + TILE, "bottom": top - TILE}
        path = tmp_path / f"{product}.A{day}.h{h:02d}v{v:02d}.002.2023300000000.h5"
        with h5py.File(path, "w") as file:
            told = STRUCTURE.format(grid=grid, size=size, fields=names, **about)
            file["HDFEOS INFORMATION/StructMetadata.0"] = np.bytes_(told)
            for name, counts in fields.items():
                where = f"HDFEOS/GRIDS/{grid}/Data Fields/{name}"
                stored = file.create_dataset(where, data=counts, compression="gzip")
                stored.attrs["_FillValue"] = np.zeros(1, counts.dtype)
        return path

    return make


@pytest.fixture
def viirs(write_viirs):
    """A tile of VNP21A1D whose temperature tells its own column: 0.02 K a pixel."""

    def make(tile=(18, 4), day="2023223", shift=0):
        columns = np.arange(1200, dtype=np.uint16) + np.uint16(14_000 + shift)
        fields = {
            "LST_1KM": np.broadcast_to(columns, (1200, 1200)).copy(),
            "QC": np.full((1200, 1200), 0b11_00_00_00_00_00_00_00, np.uint16),
            "View_Time": np.full((1200, 1200), 130, np.uint8),
            "View_Angle": np.full((1200, 1200), 75, np.uint8),
        }
        return write_viirs("VNP21A1D", "VIIRS_Grid_Daily_1km_LST21", fields, tile, day)

    return make


def coarse_of(path):
    tree = xr.open_datatree(path, engine="zarr", consolidated=False, decode_coords="all")
    return tree["coarse"].to_dataset(), tree["guide"].to_dataset()


def test_a_file_and_the_same_file_in_a_catalogue_make_the_same_scene(
    granule, files, at, catalogue, access, publish, make_product, tmp_path
):
    item = publish(make_product("modis-11A1-061", "MOD11A1", DAY, tile=(11, 5)), {})
    item["assets"] = {"data": {"href": files.put(f"/{TENNESSEE}", granule.read_bytes())}}
    sensor = at("modis", catalogue([item]))
    sensor = replace(sensor, sources=(replace(sensor.sources[0], assets={}),))
    area = box_area(*map(float, INSIDE))
    searched = fetch(Order(sensor=sensor, area=area, days=one_day(DAY)), access)
    words = ("fetch", "modis", "--files", granule, "--bbox", *INSIDE, "-o", tmp_path / "s.zarr")
    assert run(list(map(str, words))) == 0
    coarse, _ = coarse_of(tmp_path / "s.zarr")
    expected = searched["coarse"].to_dataset()
    assert geobox_of(coarse) == geobox_of(expected)
    assert coarse.attrs["datetime"] == expected.attrs["datetime"]
    for name in ("lst", "lst_uncertainty", "view_time", "view_zenith", "quality"):
        np.testing.assert_array_equal(coarse[name], expected[name])


def test_tiles_of_viirs_beside_each_other_are_one_scene_at_the_published_corner(viirs, access):
    sensor = registry.sensors().get("viirs")
    guides, held = hold((sensor,), [viirs(), viirs((19, 4), shift=1200)], [], None)
    order = Order(sensor=sensor, area=None, days=day_of(held["viirs"]), guides=guides, held=held)
    coarse = fetch(order, access)["coarse"].to_dataset()
    box = geobox_of(coarse)
    assert box.shape == (1200, 2400)
    assert box.affine * (0, 0) == pytest.approx(
        (CORNER[0] + 18 * TILE, CORNER[1] - 4 * TILE), abs=1
    )
    expected = 280 + 0.02 * np.arange(2400, dtype=np.float32)
    np.testing.assert_allclose(coarse["lst"].to_numpy()[600], expected, rtol=1e-6)
    assert np.unique(coarse["lst_uncertainty"]) == pytest.approx(1.0)
    assert np.unique(coarse["view_zenith"]) == pytest.approx(10.0)
    assert coarse.attrs["datetime"] == "2023-08-11T11:59:59Z"
    assert coarse.attrs["source"] == "files on disk"


def test_guide_files_go_to_the_guide_whose_product_they_are(viirs, write_viirs, tmp_path):
    bands = {f"SurfReflect_I{n}_1": np.full((2400, 2400), 1000 * n, np.int16) for n in (1, 2, 3)}
    flags = {f"SurfReflect_QF{n}_1": np.zeros((2400, 2400), np.uint8) for n in (1, 2)}
    guide = write_viirs("VNP09GA", "VIIRS_Grid_500m_2D", bands | flags)
    scene = tmp_path / "s.zarr"
    words = ["fetch", "viirs", "--files", viirs(), "--guide", "viirs-reflectance"]
    words += ["--guide-files", guide, "--bbox", 2, 44, 2.2, 44.2, "-o", scene]
    assert run(list(map(str, words))) == 0
    coarse, fine = coarse_of(scene)
    assert fine.sizes["y"] == 2 * coarse.sizes["y"]
    assert fine["ndvi"].to_numpy() == pytest.approx(1 / 3, abs=1e-6)


@pytest.fixture
def plain(tmp_path):
    """A temperature of 1 km and its NDVI of 250 m, as plain rasters."""
    paths = []
    for name, pixel, values in (
        ("lst.tif", 1000, np.linspace(290, 310, 400, dtype=np.float32).reshape(20, 20)),
        ("ndvi.tif", 250, np.linspace(0.1, 0.8, 6400, dtype=np.float32).reshape(80, 80)),
    ):
        about = {"height": values.shape[0], "width": values.shape[1], "dtype": values.dtype}
        where = Affine(pixel, 0, 500_000, 0, -pixel, 4_900_000)
        paths.append(tmp_path / name)
        profile = {"driver": "GTiff", "count": 1, "crs": "EPSG:32631", "transform": where}
        with rasterio.open(paths[-1], "w", **profile, **about) as file:
            file.write(values, 1)
    return paths


def test_plain_rasters_make_the_scene_that_they_make_for_sharpen(plain, tmp_path):
    lst, ndvi = plain
    words = ["fetch", "--files", lst, "--guide-files", f"ndvi={ndvi}", "--date", DAY]
    assert run(list(map(str, [*words, "-o", tmp_path / "s.zarr"]))) == 0
    coarse, fine = coarse_of(tmp_path / "s.zarr")
    expected = open_scene(lst, {"ndvi": ndvi})
    np.testing.assert_array_equal(coarse["lst"], expected["coarse"]["lst"])
    np.testing.assert_array_equal(fine["ndvi"], expected["guide"]["ndvi"])
    assert coarse.attrs["datetime"] == f"{DAY}T12:00:00Z"


def test_a_plain_raster_without_a_time_needs_a_date(plain, capsys):
    assert run(["fetch", "--files", str(plain[0]), "--plan"]) == 2
    assert "DATE_INVALID" in capsys.readouterr().err


def test_files_of_a_span_of_days_are_a_series_with_its_gap(viirs, tmp_path):
    paths = [viirs(day=day) for day in ("2023221", "2023223")]
    words = ["fetch", "viirs", "--files", *paths, "--bbox", 2, 44, 2.2, 44.2]
    words += ["--dates", "2023-08-09/2023-08-11", "-o", tmp_path / "s.zarr"]
    assert run(list(map(str, words))) == 0
    coarse, _ = coarse_of(tmp_path / "s.zarr")
    assert coarse["has_data"].to_numpy().tolist() == [True, False, True]


def test_files_of_several_days_without_a_date_are_refused(viirs, capsys):
    paths = [str(viirs(day=day)) for day in ("2023221", "2023223")]
    assert run(["fetch", "viirs", "--files", *paths, "--plan"]) == 2
    told = capsys.readouterr().err
    assert "2023-08-09 11:59, 2023-08-11 11:59" in told
    assert run(["fetch", "viirs", "--files", *paths, "--date", "2023-08-11", "--plan"]) == 0
    told = capsys.readouterr().out
    assert "VNP21A1D.A2023223" in told
    assert "VNP21A1D.A2023221" not in told
    assert "nothing from the network" in told


def test_a_day_that_no_file_is_of_is_an_empty_search(viirs, access):
    sensor = registry.sensors().get("viirs")
    held = {"viirs": read_held([viirs()], sensor)}
    area = box_area(2, 44, 2.2, 44.2)
    order = Order(sensor=sensor, area=area, days=one_day("2023-08-12"), held=held)
    with pytest.raises(EmptySearchError, match="of 2023-08-11"):
        fetch(order, access)


def test_an_area_beyond_the_files_is_refused(viirs, access):
    sensor = registry.sensors().get("viirs")
    held = {"viirs": read_held([viirs()], sensor)}
    order = Order(
        sensor=sensor, area=box_area(-1, 44, 1, 45), days=day_of(held["viirs"]), held=held
    )
    with pytest.raises(SourceError, match="COVERAGE_PARTIAL"):
        fetch(order, access)


def test_other_files_are_another_order(viirs):
    sensor = registry.sensors().get("viirs")
    one, other = (read_held([viirs(tile)], sensor) for tile in ((18, 4), (19, 4)))
    days = day_of(one)
    prints = {
        Order(sensor=sensor, area=None, days=days, held={"viirs": held}).fingerprint
        for held in (one, other, one)
    }
    assert len(prints) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("fetch", "modis", "--files", "none.hdf", "--plan"), "FILE_MISSING"),
        (("fetch", "--plan"), "Missing argument 'SENSOR'"),
        (("fetch", "--files", "a.tif", "--guide", "modis-ndvi", "--plan"), "FILE_MISSING"),
    ],
)
def test_files_that_cannot_be_are_refused(words, why, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(list(words)) == 2
    assert why in capsys.readouterr().err


def test_a_guide_file_of_no_guide_is_refused(plain, capsys):
    words = ["fetch", "--files", str(plain[0]), "--guide-files", str(plain[1]), "--date", DAY]
    assert run([*words, "--plan"]) == 2
    assert "OPTION_INVALID" in capsys.readouterr().err


def test_a_file_says_its_time_and_its_bounds(granule):
    (held,) = read_held([granule], registry.sensors().get("modis"))
    assert held.start == dt.datetime(2021, 8, 15, tzinfo=dt.UTC)
    assert held.name == TENNESSEE.removesuffix(".hdf")
    west, south, east, north = held.bbox
    assert (south, north) == pytest.approx((30, 40), abs=1e-6)
    assert (west, east) == pytest.approx((-91.378, -69.282), abs=1e-3)


def test_options_take_words_up_to_the_next_option():
    words = ["fetch", "modis", "--files", "a", "b", "--date", "D", "--guide-files", "c", "-o", "s"]
    assert list(spread(words)) == [
        *("fetch", "modis", "--files", "a", "--files", "b", "--date", "D"),
        *("--guide-files", "c", "-o", "s"),
    ]
    assert list(spread(["--files", "a", "--files", "b"])) == ["--files", "a", "--files", "b"]


def test_what_a_plan_costs_is_told_with_what_the_time_assumes(monkeypatch):
    monkeypatch.delenv("LSTSR_MB_PER_S", raising=False)
    assert str(Cost(megabytes=100.0)).startswith("at most 100.0 MB, 20 s at 5 MB/s (assumed")
    monkeypatch.setenv("LSTSR_MB_PER_S", "0.5")
    told = str(Cost(megabytes=100.0) + Cost(megabytes=20.0, unknown=2))
    assert told.startswith("at most 120.0 MB, 4 min at 0.5 MB/s (stated by LSTSR_MB_PER_S), and 2")
    assert str(Cost(unknown=3)) == "3 files whose size the catalogue does not state"
    for text in ("fast", "0", "nan"):
        monkeypatch.setenv("LSTSR_MB_PER_S", text)
        with pytest.raises(SourceError, match="OPTION_INVALID"):
            rate_of_network()
