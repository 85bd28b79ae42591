"""Scenes of several granules, days and guides: nothing is made up, gaps stay gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from lstsr_core import (
    EmptySearchError,
    ResourceError,
    SceneError,
    SourceError,
    StacSource,
    registry,
)
from lstsr_core.cli import run
from lstsr_core.grid import geobox_of
from lstsr_data.acquisition.area import box_area
from lstsr_data.acquisition.composite import compose
from lstsr_data.acquisition.days import one_day, span_of_days
from lstsr_data.acquisition.fetch import GUIDE_AGE, Order, fetch
from lstsr_data.acquisition.plan import plan
from lstsr_data.acquisition.series import fetch_series, scene_of

INSIDE = box_area(2.0, 44.0, 2.3, 44.2)
OVER_GREENWICH = box_area(-0.3, 44.0, 0.3, 44.2)
DAY = "2023-08-11"


@pytest.fixture
def thermal(make_product, publish):
    """Publish a temperature; counts may be an array or one number."""

    def make(counts=15_000, day=DAY, **about):
        product = make_product("modis-11A1-061", about.pop("name", "MOD11A1"), day, **about)
        whole = np.broadcast_to(np.asarray(counts, np.uint16), (1200, 1200))
        layers = {
            "LST_Day_1km": whole,
            "QC_Day": np.where(whole == 0, 2, 0).astype(np.uint8),
            "Day_view_time": np.full(whole.shape, 108, np.uint8),
            "Day_view_angl": np.full(whole.shape, 75, np.uint8),
        }
        return publish(product, layers)

    return make


@pytest.fixture
def guide(make_product, publish):
    """Publish reflectances of 8 days."""

    def make(nir=4000, day="2023-08-05", last_day="2023-08-12", state=0, **about):
        product = make_product(
            "modis-09Q1-061", "MOD09Q1", day, last_day=last_day, size=4800, **about
        )
        shape = (4800, 4800)
        layers = {
            "sur_refl_b01": np.full(shape, 1000, np.int16),
            "sur_refl_b02": np.broadcast_to(np.asarray(nir, np.int16), shape),
            "sur_refl_qc_250m": np.zeros(shape, np.uint16),
            "sur_refl_state_250m": np.broadcast_to(np.asarray(state, np.uint16), shape),
        }
        return publish(product, layers)

    return make


@pytest.fixture
def order(at, catalogue):
    def make(items, area=INSIDE, days=DAY, **about):
        address = catalogue(items)
        return Order(
            sensor=at("modis", address),
            guides=(at("modis-ndvi-8day", address),) if about.pop("guided", True) else (),
            area=area,
            days=span_of_days(days),
            **about,
        )

    return make


def test_two_tiles_make_one_scene_without_a_seam(order, thermal, access):
    columns = np.arange(1200) + 14_000
    west, east = thermal(columns - 1200, tile=(17, 4)), thermal(columns)
    scene = fetch(order([west, east], OVER_GREENWICH, guided=False), access)
    lst = scene["coarse"]["lst"].to_numpy()
    np.testing.assert_allclose(np.diff(lst, axis=1), 0.02, atol=1e-4)
    assert scene["coarse"].attrs["coverage"] == 1


@pytest.mark.fault(10)
def test_a_missing_neighbour_is_an_error_unless_a_part_is_asked_for(order, thermal, access):
    half = order([thermal()], OVER_GREENWICH, guided=False)
    with pytest.raises(SourceError) as refused:
        fetch(half, access)
    assert refused.value.code == "COVERAGE_PARTIAL"
    assert "--partial" in refused.value.remedy
    scene = fetch(replace(half, partial=True), access)
    share = scene["coarse"]["lst"].notnull().mean()
    assert scene["coarse"].attrs["coverage"] == pytest.approx(float(share))
    assert 0.4 < share < 0.6


def test_beside_a_granule_the_guide_is_empty_and_not_what_fill_decodes_to(
    order, thermal, guide, access
):
    items = [thermal(tile=(17, 4)), thermal(), guide()]
    scene = fetch(order(items, OVER_GREENWICH, partial=True), access)
    x = scene["guide"]["x"].to_numpy()
    for name in ("red", "nir", "ndvi"):
        empty = np.isnan(scene["guide"][name].to_numpy())
        assert empty[:, x < 0].all()
        assert not empty[:, x > 0].any()


@pytest.mark.fault(19)
def test_an_all_cloudy_day_is_an_error_and_writes_nothing(order, thermal, access):
    with pytest.raises(SceneError) as refused:
        fetch(order([thermal(0)], guided=False), access)
    assert refused.value.code == "NO_VALID_PIXELS"
    assert refused.value.exit_status == 3


def test_the_scene_lies_within_a_pixel_of_what_was_asked(order, thermal, access):
    scene = fetch(order([thermal()], guided=False), access)
    west, south, east, north = geobox_of(scene["coarse"].to_dataset()).geographic_extent.boundingbox
    assert west <= 2.0
    assert south == pytest.approx(44.0, abs=0.01)
    assert east >= 2.3
    assert north == pytest.approx(44.2, abs=0.01)


def test_terra_and_aqua_are_not_mixed_and_terra_comes_first_unless_asked(order, thermal, access):
    both = order([thermal(15_000), thermal(14_000, name="MYD11A1")], guided=False)
    assert float(fetch(both, access)["coarse"]["lst"].max()) == pytest.approx(300)
    aqua = fetch(replace(both, only="MYD"), access)
    assert float(aqua["coarse"]["lst"].max()) == pytest.approx(280)


@pytest.mark.fault(22)
def test_a_cloudy_guide_is_composed_of_the_clear_days_around_it_with_their_age(
    order, thermal, guide, access
):
    left_cloudy = np.zeros((4800, 4800), np.uint16)
    left_cloudy[:, :720] = 1
    items = [
        thermal(),
        guide(4000, "2023-08-05", "2023-08-12", state=left_cloudy),
        guide(3000, "2023-07-28", "2023-08-04"),
    ]
    scene = fetch(order(items, guide_days=8), access)
    ndvi = scene["guide"]["ndvi"].to_numpy()
    ages = scene[GUIDE_AGE]["modis_ndvi_8day"].to_numpy()
    assert ndvi[:, :4] == pytest.approx(0.5, abs=1e-6)
    assert ndvi[:, -4:] == pytest.approx((0.5 + 0.6) / 2, abs=1e-6)
    assert ages[:, :4] == pytest.approx(11)
    assert ages[:, -4:] == pytest.approx((3 + 11) / 2)


def test_the_median_of_clear_days_leaves_clouds_out_and_classes_are_not_averaged():
    layers = [[1.0, np.nan], [5.0, np.nan], [2.0, np.nan], [4.0, 7.0]]
    stack = [
        xr.Dataset(
            {
                "ndvi": ("x", np.array(values, np.float32)),
                "cover": ("x", np.array(values, np.float32), {"flag_values": [1, 2, 4, 5, 7]}),
            }
        )
        for values in layers
    ]
    composed = compose(stack, [3, 1, 2, 5])
    assert composed["ndvi"].to_numpy() == pytest.approx([3.0, 7.0])
    assert composed["cover"].to_numpy() == pytest.approx([5.0, 7.0])
    assert composed["age"].to_numpy() == pytest.approx([2.5, 5.0])
    empty = compose([one.where(False) for one in stack], [3, 1, 2, 5])
    assert np.isnan(empty["ndvi"]).all()


def test_a_span_of_days_is_one_zarr_and_gaps_stay_gaps(order, thermal, guide, access, tmp_path):
    items = [thermal(15_000, "2023-08-08"), thermal(0, "2023-08-10"), thermal(15_100, DAY), guide()]
    path = fetch_series(order(items, days="2023-08-07/2023-08-12"), tmp_path / "s.zarr", access)
    series = xr.open_datatree(path, engine="zarr", consolidated=False, decode_coords="all")
    assert series["coarse"].sizes["time"] == 6
    assert series["coarse"]["has_data"].to_numpy().tolist() == [
        False,
        True,
        False,
        False,
        True,
        False,
    ]
    middle = series["coarse"]["lst"].to_numpy()[:, 5, 5]
    assert middle == pytest.approx([np.nan, 300, np.nan, np.nan, 302, np.nan], nan_ok=True)
    assert "spatial_ref" in series["coarse"].coords
    assert series.attrs["granules"][DAY].startswith("MOD11A1.A2023223")
    day = scene_of(path, DAY)
    assert day["guide"]["ndvi"].to_numpy() == pytest.approx(0.6, abs=1e-6)
    with pytest.raises(SceneError, match="NO_VALID_PIXELS"):
        scene_of(path, "2023-08-10")


def test_a_span_without_anything_writes_nothing(order, thermal, access, tmp_path):
    nothing = order([thermal(day="2020-01-01")], days="2023-08-07/2023-08-08", guided=False)
    with pytest.raises(EmptySearchError):
        fetch_series(nothing, tmp_path / "s.zarr", access)
    assert list(tmp_path.glob("*.zarr")) == []
    (tmp_path / "t.zarr").mkdir()
    with pytest.raises(ResourceError, match="OUTPUT_NOT_EMPTY"):
        fetch_series(nothing, tmp_path / "t.zarr", access)


def test_a_plan_tells_granules_megabytes_and_holes_and_opens_no_file(
    order, thermal, guide, files, access
):
    told = plan(order([thermal(), guide()], OVER_GREENWICH), access)
    text = "\n".join(line for _, line in told)
    assert "MOD11A1.A2023223.h18v04" in text
    assert "MOD09Q1.A2023217.h18v04" in text
    assert text.count("HOLE: 5") + text.count("HOLE: 4") == 2
    assert text.count("MB, ") == 2
    assert files.asked == []


def test_a_plan_of_a_span_names_its_gaps(order, thermal, access):
    told = dict(plan(order([thermal()], days="2023-08-10/2023-08-11", guided=False), access))
    assert told["2023-08-10"].startswith("gap")
    assert told["2023-08-11"].startswith("MOD11A1")


@pytest.mark.fault(12)
def test_without_a_network_what_is_kept_is_enough(
    order, thermal, guide, files, access, stop_catalogues
):
    wanted = order([thermal(), guide()])
    first = fetch(wanted, access).map_over_datasets(lambda node: node.compute())
    files.bodies.clear()
    stop_catalogues()
    again = fetch(wanted, access)
    xr.testing.assert_equal(first["guide"].to_dataset(), again["guide"].to_dataset().compute())


@pytest.fixture
def command(monkeypatch, tmp_path, order):
    """Run a line of `lstsr` against a catalogue of the world."""

    def call(items, *words):
        address = order(items).sensor.sources[0].catalogue
        monkeypatch.setenv("LSTSR_CACHE_DIR", str(tmp_path / "kept"))
        layered = registry.sensors().get("modis").sources
        assert isinstance(layered[0], StacSource)
        return run([*words, "--catalogue", address])

    return call


BOX = ("--bbox", "2", "44", "2.3", "44.2", "--date", DAY)


def test_the_command_writes_a_scene(command, thermal, guide, tmp_path):
    path = tmp_path / "scène à l'été.zarr"
    words = ("fetch", "modis", "--guide", "modis-ndvi-8day", *BOX, "-o", str(path))
    assert command([thermal(), guide()], *words) == 0
    tree = xr.open_datatree(path, engine="zarr", consolidated=False)
    assert float(tree["coarse"]["lst"].max()) == pytest.approx(300)


def test_the_command_runs_from_a_name_to_a_run_folder(command, thermal, guide, tmp_path):
    words = ("run", "--sensor", "modis", "--guide", "modis-ndvi-8day", *BOX, "--model", "tsharp")
    assert command([thermal(), guide()], *words, "-o", str(tmp_path / "out")) == 0
    assert (tmp_path / "out" / "lst.tif").is_file()
    assert (tmp_path / "out-scene.zarr").is_dir()


def test_the_command_plans(command, thermal, files, capsys):
    assert command([thermal()], "fetch", "modis", *BOX, "--plan") == 0
    assert "MOD11A1.A2023223" in capsys.readouterr().out
    assert files.asked == []


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (("fetch", "modis", *BOX), 2, "--output"),
        (("fetch", "modis-ndvi", *BOX, "--plan"), 2, "OPTION_INVALID"),
        (("fetch", "modi", *BOX, "--plan"), 2, "did you mean modis"),
        (("fetch", "modis", "--date", DAY, "--plan"), 2, "--bbox, --area"),
        (("fetch", "modis", "--point", "2", "44", "--date", DAY, "--plan"), 2, "--radius"),
        (("fetch", "modis", "--bbox", "44", "2", "45", "99", "--date", DAY, "--plan"), 2, "AREA_"),
        (("fetch", "modis", "--bbox", "2", "44", "3", "45", "--plan"), 2, "--dates"),
        (("fetch", "modis", *BOX, "--dates", "2023-08-01/2023-08-02", "--plan"), 2, "--dates"),
        (("run", "--sensor", "modis", *BOX), 2, "--output"),
    ],
)
def test_a_line_that_cannot_be_is_refused_before_anything_is_asked(words, status, why, capsys):
    assert run(words) == status
    assert why in capsys.readouterr().err


def test_the_cache_command_shows_and_clears(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LSTSR_CACHE_DIR", str(tmp_path))
    (tmp_path / "ranges").mkdir()
    (tmp_path / "ranges" / "a").write_bytes(bytes(5_000_000))
    assert run(["data", "cache"]) == 0
    assert "0.005 of 10 GB" in capsys.readouterr().out
    assert run(["data", "cache", "--clear"]) == 0
    assert not (tmp_path / "ranges").exists()
    monkeypatch.setenv("LSTSR_CACHE_GB", "plenty")
    assert run(["data", "cache"]) == 2


def test_the_check_names_what_does_not_answer(at, files, monkeypatch, capsys):
    good = files.put("/api", b"{}")
    bad = f"{files.address}/gone"
    sources = [("good", good), ("bad", bad)]
    monkeypatch.setattr("lstsr_data.acquisition.check._catalogues", lambda: dict(sources).values())
    monkeypatch.setenv("EARTHDATA_TOKEN", "secret-token")
    assert run(["data", "check"]) == 2
    told = capsys.readouterr().out
    assert f"ok   {good}: answers" in told
    assert f"MEND {bad}" in told
    assert "secret" not in told


def test_a_granule_that_is_one_file_is_fetched_with_the_users_token_and_cut(
    files, serve, shared_data, at, access, monkeypatch, catalogue, thermal
):
    source = next((shared_data / "modis" / "hdf").glob("MOD11A1.A2021227.h11v05.061*"))
    files.put(f"/{source.name}", source.read_bytes())
    item = thermal(day="2021-08-15", tile=(11, 5), made="2021228105320")
    item["assets"] = {"data": {"href": f"{files.address}/{source.name}", "roles": ["data"]}}
    monkeypatch.setenv("LSTSR_BEARER_127_0_0_1", "mine")
    sensor = at("modis", catalogue([item]))
    whole = replace(sensor, sources=(replace(sensor.sources[0], assets={}),))
    area = box_area(-89.95, 39.68, -89.5, 39.88)
    scene = fetch(Order(sensor=whole, area=area, days=one_day("2021-08-15")), access)
    lst = scene["coarse"]["lst"]
    assert 285 < float(lst.median()) < 320
    assert files.asked[0][2]["Authorization"] == "Bearer mine"
    kept = [path.name for path in access.cache.files()]
    assert any(name.endswith(source.name) for name in kept)
