"""A bad item or file of a catalogue is a coded error, and costs a series one day."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from lstsr_core import LstsrError, SourceError, registry
from lstsr_data.acquisition.area import area_of_file, box_area
from lstsr_data.acquisition.days import span_of_days
from lstsr_data.acquisition.fetch import Order
from lstsr_data.acquisition.granule import read_granule
from lstsr_data.acquisition.series import fetch_series

SHAPE = (1200, 1200)
RING = [[2, 44], [3, 44], [3, 45], [2, 44]]


@pytest.fixture
def thermal(make_product, publish):
    """Publish a temperature of 300 K."""

    def make(day):
        layers = {
            "LST_Day_1km": np.full(SHAPE, 15_000, np.uint16),
            "QC_Day": np.zeros(SHAPE, np.uint8),
            "Day_view_angl": np.full(SHAPE, 75, np.uint8),
        }
        return publish(make_product("modis-11A1-061", "MOD11A1", day), layers)

    return make


@pytest.fixture
def order(at, catalogue):
    def make(items, days):
        return Order(
            sensor=at("modis", catalogue(items)),
            area=box_area(2.0, 44.0, 2.3, 44.2),
            days=span_of_days(days),
        )

    return make


@pytest.mark.fault(20)
def test_quality_of_another_date_is_refused(thermal, at):
    item, other = thermal("2023-08-11"), thermal("2023-08-10")
    source = at("modis", "http://127.0.0.1").sources[0]
    assert len(read_granule(item, source, ()).layers) == 3
    item["assets"]["QC_Day"]["href"] = other["assets"]["QC_Day"]["href"]
    with pytest.raises(SourceError, match=r"A2023222.*A2023223|A2023223.*A2023222") as refused:
        read_granule(item, source, ())
    assert refused.value.code == "ITEM_UNUSABLE"


@pytest.mark.fault(28)
@pytest.mark.parametrize("layer", ["LST_Day_1km", "Day_view_angl"])
def test_a_damaged_file_costs_a_series_its_day_and_no_other(
    thermal, order, files, access, tmp_path, layer
):
    items = [thermal(day) for day in ("2023-08-09", "2023-08-10", "2023-08-11")]
    path = items[1]["assets"][layer]["href"].removeprefix(files.address)
    files.bodies[path] = files.bodies[path][:600]
    wanted = order(items, "2023-08-09/2023-08-11")
    written = fetch_series(wanted, tmp_path / "s.zarr", access)
    series = xr.open_datatree(written, engine="zarr", consolidated=False)
    assert series["coarse"]["has_data"].to_numpy().tolist() == [True, False, True]
    assert np.isnan(series["coarse"]["lst"][1]).all()
    assert float(series["coarse"]["lst"][2].min()) == pytest.approx(300)
    assert list(series.attrs["gaps"]) == ["2023-08-10"]
    assert "MOD11A1.A2023222" in series.attrs["gaps"]["2023-08-10"]


@pytest.mark.fault(28)
def test_a_server_that_is_away_ends_a_series_and_makes_no_gap_of_it(
    thermal, order, files, access, tmp_path
):
    items = [thermal("2023-08-10"), thermal("2023-08-11")]
    path = items[1]["assets"]["LST_Day_1km"]["href"].removeprefix(files.address)
    files.misbehave(path, *[(503, {}, b"")] * 500)
    wanted = order(items, "2023-08-10/2023-08-11")
    with pytest.raises(SourceError, match="DOWNLOAD_FAILED"):
        fetch_series(wanted, tmp_path / "s.zarr", access)
    assert list(tmp_path.glob("*.zarr")) == []


def flipped(content, seed):
    random = np.random.default_rng(seed)
    damaged = bytearray(content)
    for at in random.integers(0, len(content), size=random.integers(1, 3)):
        damaged[at] ^= 1 << int(random.integers(8))
    return bytes(damaged) if seed % 4 else bytes(damaged[: random.integers(0, len(content))])


@pytest.mark.fault(28)
def test_geojson_with_flipped_bits_is_an_area_or_a_coded_error(tmp_path):
    document = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [RING]}}
    content, codes = json.dumps(document).encode(), set()
    for seed in range(400):
        path = tmp_path / "area.geojson"
        path.write_bytes(flipped(content, seed))
        try:
            assert area_of_file(path).boxes
        except LstsrError as error:
            codes.add(error.code)
    assert codes == {"FILE_UNREADABLE", "AREA_INVALID"}


@pytest.mark.fault(28)
def test_an_item_with_flipped_bits_is_a_granule_or_a_coded_error(shared_data):
    path = next((shared_data / "stac" / "pc-items").glob("modis-11A1-061__M*.json"))
    source = registry.sensors().get("modis").sources[0]
    content, codes = path.read_bytes(), set()
    for seed in range(50):
        try:
            item = json.loads(flipped(content, seed))
        except ValueError:
            continue
        try:
            assert read_granule(item, source, ()).layers
        except LstsrError as error:
            codes.add(error.code)
    assert codes
    assert codes <= {"ITEM_UNUSABLE", "HREF_REFUSED"}
