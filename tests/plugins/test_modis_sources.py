"""The sensors ask catalogues for layers that they have, and files for fields that they have."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from lstsr_core import FileSource, StacSource
from lstsr_modis.plugin import lstsr_sensors

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
LAYERED = [
    (name, source)
    for name, sensor in SENSORS.items()
    for source in sensor.sources
    if isinstance(source, StacSource) and source.assets
]


@pytest.mark.parametrize(("name", "source"), LAYERED, ids=[name for name, _ in LAYERED])
def test_every_asset_stands_in_a_recorded_item_of_its_collection(name, source, shared_data):
    recorded = sorted((shared_data / "stac" / "pc-items").glob(f"{source.collection}__M*.json"))
    assert recorded, source.collection
    item = json.loads(recorded[0].read_text(encoding="utf-8"))
    assert set(source.assets.values()) <= item["assets"].keys()


def test_most_products_are_found_layer_by_layer_and_the_rest_whole():
    layered = {name for name, _ in LAYERED}
    assert {"modis", "modis-night", "modis-8day", "modis-ndvi-8day", "modis-ndvi-16day"} <= layered
    for name, sensor in SENSORS.items():
        assert any(isinstance(source, FileSource) for source in sensor.sources), name
        whole = [s for s in sensor.sources if isinstance(s, StacSource) and not s.assets]
        assert len(whole) == 2, name


def test_catalogue_and_file_name_the_same_bands():
    for name, source in LAYERED:
        files = [s for s in SENSORS[name].sources if isinstance(s, FileSource)]
        assert set(files[0].bands) == set(source.assets), name


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_modis.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'pyhdf'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
