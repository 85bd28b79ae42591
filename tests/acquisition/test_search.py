"""Searching: order of catalogues, pages, versions, dates."""

from __future__ import annotations

import datetime as dt
import json
import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import EmptySearchError, SourceError, StacSource, registry
from lstsr_data.acquisition.area import box_area
from lstsr_data.acquisition.band_metadata import metadata_of
from lstsr_data.acquisition.choice import Overpass, best_overpass, best_versions, overpasses
from lstsr_data.acquisition.days import one_day
from lstsr_data.acquisition.granule import Granule, read_granule
from lstsr_data.acquisition.search import Wanted, search

AREA = box_area(2.0, 44.0, 2.6, 44.5)
DAY = "2023-08-11"


def granule(name, start="2023-08-11T00:00:00", hours=24, **about):
    moment = dt.datetime.fromisoformat(start).replace(tzinfo=dt.UTC)
    end = moment + dt.timedelta(hours=hours, seconds=-1)
    return Granule(name=name, collection="c", start=moment, end=end, bbox=(0, 40, 15, 50), **about)


@pytest.fixture
def item(make_product, publish):
    """Give a thermal item without pixels behind it."""

    def make(day=DAY, name="MOD11A1", **about):
        product = make_product("modis-11A1-061", name, day, **about)
        return publish(product, dict.fromkeys(("LST_Day_1km", "QC_Day"), b"no pixels"))

    return make


@pytest.fixture
def wanted(at):
    def make(*addresses, day=DAY, **about):
        sensor = at("modis", *addresses)
        return Wanted(sensor=sensor, area=AREA, days=one_day(day), **about)

    return make


def static_catalogue(files, pages):
    """Answer as a STAC API does, with prepared pages; a page is (items, number of the next)."""
    root = {
        "type": "Catalog",
        "id": "prepared",
        "description": "prepared",
        "stac_version": "1.0.0",
        "conformsTo": [
            "https://api.stacspec.org/v1.0.0/core",
            "https://api.stacspec.org/v1.0.0/item-search",
        ],
        "links": [
            {"rel": "self", "href": f"{files.address}/api"},
            {"rel": "root", "href": f"{files.address}/api"},
            {"rel": "search", "href": f"{files.address}/search/0", "type": "application/geo+json"},
        ],
    }
    files.put("/api", json.dumps(root).encode())
    for number, (items, following) in enumerate(pages):
        address = f"{files.address}/search/{following}"
        links = [{"rel": "next", "href": address}] if following is not None else []
        page = {"type": "FeatureCollection", "features": items, "links": links}
        files.put(f"/search/{number}", json.dumps(page).encode())
    return f"{files.address}/api"


def test_the_first_catalogue_that_has_it_is_taken_and_the_reasons_are_told(
    item, wanted, catalogue, access, serve, caplog
):
    broken = serve()
    broken.put("/", b"this is no catalogue")
    empty, full = catalogue([item("2020-01-01")]), catalogue([item()])
    found = search(wanted(f"{broken.address}/", empty, full), access)
    assert found.source.catalogue == full
    assert [reason.split(": ", 1)[1][:16] for reason in found.passed_over] == [
        "CATALOGUE_FAILED",
        "nothing on 2023-",
    ]
    assert caplog.text.count("passed over") == 2


@pytest.mark.fault(9)
def test_no_granule_on_the_date_is_an_error_that_names_the_nearest_and_never_takes_them(
    item, wanted, catalogue, access
):
    days = ("2023-08-08", "2023-08-13", "2023-08-20", "2023-09-30")
    address = catalogue([item(day) for day in days])
    with pytest.raises(EmptySearchError) as refused:
        search(wanted(address), access)
    assert refused.value.code == "NO_DATA_FOR_DATE"
    assert refused.value.exit_status == 3
    assert "2023-08-13, 2023-08-08, 2023-08-20" in refused.value.remedy


def test_a_search_outside_the_area_finds_nothing(item, wanted, catalogue, access):
    address = catalogue([item(tile=(30, 10))])
    with pytest.raises(EmptySearchError):
        search(wanted(address), access)


def test_all_pages_are_read_and_names_are_sorted(files, item, wanted, access):
    items = [item(name=name) for name in ("MYD11A1", "MOD11A1")]
    address = static_catalogue(files, [([items[0]], 1), ([items[1]], None)])
    names = [one.name[:7] for one in search(wanted(address), access).granules]
    assert names == ["MOD11A1", "MYD11A1"]


@pytest.mark.fault(7)
@pytest.mark.parametrize("following", [0, 1])
def test_pages_that_go_round_are_an_error(files, item, wanted, access, following):
    address = static_catalogue(files, [([item()], 1), ([item(name="MYD11A1")], following)])
    with pytest.raises(SourceError, match="repeats an earlier one") as refused:
        search(wanted(address), access)
    assert refused.value.code == "CATALOGUE_FAILED"
    assert len(files.asked) < 10


@pytest.mark.fault(7)
def test_pages_without_end_are_an_error(files, item, wanted, access, monkeypatch):
    monkeypatch.setattr("lstsr_data.acquisition.catalogue.MOST_PAGES", 5)
    pages = [([item(made=f"20232240000{number:02d}")], number + 1) for number in range(9)]
    with pytest.raises(SourceError, match="more than 5 pages"):
        search(wanted(static_catalogue(files, pages)), access)


def test_a_catalogue_that_is_away_is_answered_for_by_its_last_answer(
    files, item, wanted, access, caplog
):
    address = static_catalogue(files, [([item()], None)])
    first = search(wanted(address), access)
    files.misbehave("/api", *[(503, {}, b"")] * 100)
    assert search(wanted(address), access).granules == first.granules
    assert "its last answer is used" in caplog.text


def test_a_closed_catalogue_is_not_answered_for(files, item, wanted, access):
    address = static_catalogue(files, [([item()], None)])
    search(wanted(address), access)
    files.misbehave("/api", *[(401, {}, b"")] * 5)
    with pytest.raises(SourceError) as refused:
        search(wanted(address), access)
    assert refused.value.code == "AUTH_REQUIRED"


@pytest.mark.fault(8)
def test_of_versions_and_duplicates_the_newest_is_kept_and_it_is_logged(caplog):
    caplog.set_level(logging.INFO)
    seen = "MOD11A1.A2023223.h18v04"
    names = (f"{seen}.006.2023230000000", f"{seen}.061.2023224000000", f"{seen}.061.2023226000000")
    kept = best_versions([granule(name) for name in names])
    assert [one.name for one in kept] == [names[2]]
    assert caplog.text.count("is left out for") == 2


@pytest.mark.fault(8)
@given(st.permutations(range(6)))
def test_the_choice_does_not_depend_on_the_order_of_the_answer(order):
    names = [
        f"{letters}11A1.A2023223.h18v0{row}.061.202322{day}000000"
        for letters, row, day in (
            ("MOD", 3, 4),
            ("MOD", 3, 6),
            ("MOD", 4, 4),
            ("MYD", 3, 4),
            ("MYD", 4, 4),
            ("MYD", 4, 5),
        )
    ]
    kept = best_versions([granule(names[number]) for number in order])
    assert [one.name for one in kept] == [names[1], names[2], names[3], names[5]]
    assert [one.series for one in overpasses(kept)] == ["MOD11A1", "MYD11A1"]


def test_the_better_tier_of_a_landsat_scene_is_kept():
    names = [f"LC09_L2SP_090091_20250310_02_{tier}" for tier in ("RT", "T1", "T2")]
    kept = best_versions([granule(name, "2025-03-10T23:53:08", 0.01) for name in names])
    assert [one.name for one in kept] == [names[1]]


def test_an_overpass_is_chosen_by_coverage_then_nearness_then_name():
    def one(name, start):
        return Overpass(granules=(granule(name, start, 0.1),))

    early, late = one("LC08_a", "2023-08-11T10:00:00"), one("LC09_b", "2023-08-11T13:00:00")
    noon = dt.datetime(2023, 8, 11, 12, tzinfo=dt.UTC)
    assert best_overpass([early, late], lambda _: 1.0, noon) is late
    assert best_overpass([early, late], lambda one: 1.0 if one is early else 0.5, noon) is early
    assert best_overpass([late, early], lambda _: 1.0, None) is early


def test_granules_of_two_satellites_are_never_mixed():
    names = [f"{letters}11A1.A2023223.h18v04.061.1" for letters in ("MOD", "MYD")]
    assert [len(one.granules) for one in overpasses(map(granule, names))] == [1, 1]


def test_only_takes_the_granules_whose_names_begin_so(item, wanted, catalogue, access):
    address = catalogue([item(), item(name="MYD11A1")])
    found = search(wanted(address, only="MYD"), access)
    assert [one.series for one in found.granules] == ["MYD11A1"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_scale_offset_and_nodata_are_read_in_both_versions_of_stac(version):
    old = {"scale": 0.00341802, "offset": 149.0, "nodata": 0, "unit": "kelvin"}
    new = {"raster:scale": 0.00341802, "raster:offset": 149.0, "nodata": 0, "unit": "kelvin"}
    asset = {"raster:bands": [old]} if version == "1.0" else {"bands": [new]}
    known = metadata_of(asset)
    assert known.attributes == {
        "scale_factor": 0.00341802,
        "add_offset": 149.0,
        "_FillValue": 0.0,
        "units": "kelvin",
    }


def test_metadata_may_stand_on_the_asset_and_numbers_may_be_words():
    known = metadata_of({"raster:scale": 0.02, "nodata": "nan", "data_type": "uint16"})
    assert known.scale == 0.02
    assert known.nodata != known.nodata
    assert known.data_type == "uint16"


def test_every_recorded_item_is_read_by_the_sensors_of_its_collection(shared_data):
    folder = shared_data / "stac" / "pc-items"
    sources = [
        (sensor, source)
        for sensor in (offer.value for offer in registry.sensors().items)
        for source in sensor.sources
        if isinstance(source, StacSource) and source.assets
    ]
    read = 0
    for sensor, source in sources:
        for path in folder.glob(f"{source.collection}__[!f]*.json"):
            one = read_granule(json.loads(path.read_text()), source, ())
            boxes = [layer.box for layer in one.layers.values()]
            assert one.layers, sensor.name
            assert one.start <= one.end
            assert all(box is None or box.affine.a > 0 for box in boxes)
            read += 1
    assert read >= 8


@pytest.mark.parametrize("member", ["properties", "assets", "bbox", "id"])
def test_an_item_that_lacks_a_member_is_an_error_of_the_catalogue(item, at, member):
    source = at("modis", "http://127.0.0.1").sources[0]
    whole = item()
    del whole[member]
    with pytest.raises(SourceError) as refused:
        read_granule(whole, source, ())
    assert refused.value.code == "ITEM_UNUSABLE"


@pytest.mark.fault(31)
@pytest.mark.parametrize("href", ["file:///etc/passwd", "../../x", "/etc/passwd"])
def test_an_item_that_names_a_local_file_is_refused(item, at, href):
    source = at("modis", "http://127.0.0.1").sources[0]
    whole = item()
    whole["assets"]["LST_Day_1km"]["href"] = href
    with pytest.raises(SourceError) as refused:
        read_granule(whole, source, ())
    assert refused.value.code == "HREF_REFUSED"


@pytest.mark.fault(27)
@pytest.mark.parametrize(
    ("shape", "transform"),
    [([2**31, 2**31], [1, 0, 0, 0, -1, 0]), ([-1, 5], [1, 0, 0, 0, -1, 0]), ([5, 5], [1])],
)
def test_an_item_that_claims_an_impossible_grid_is_refused(item, at, shape, transform):
    source = at("modis", "http://127.0.0.1").sources[0]
    whole = item()
    whole["properties"] |= {"proj:shape": shape, "proj:transform": transform}
    with pytest.raises(SourceError) as refused:
        read_granule(whole, source, ())
    assert refused.value.code == "ITEM_UNUSABLE"


def test_what_has_no_date_is_found_on_any_day(item, at, catalogue, access):
    sensor = at("modis", catalogue([item("2011-01-01")]))
    lasting = replace(sensor, sources=(replace(sensor.sources[0], dated=False),))
    found = search(Wanted(sensor=lasting, area=AREA, days=one_day(DAY)), access)
    assert len(found.granules) == 1
