"""Reflectances of Sentinel-2 by processing baseline, where the scene classes show ground."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.testing import check_sensor
from lstsr_sentinel2 import reflectance
from lstsr_sentinel2.plugin import lstsr_sensors

(SENSOR,) = lstsr_sensors()
COUNTS = {"B02": 500, "B03": 800, "B04": 1000, "B08": 4000, "B11": 2500, "B12": 1500}
GROUND = {2, 4, 5, 6, 7, 11}
"""Dark area, vegetation, bare, water, unclassified, snow."""
CLASSES = np.arange(256, dtype=np.uint8).reshape(16, 16)


def tile(baseline="02.12", *, added=0, classes=4, counts=COUNTS):
    shape = np.broadcast_shapes((1, 1), np.shape(classes))
    bands = {name: np.uint16(count + added) for name, count in counts.items()}
    fields = {**bands, "SCL": np.asarray(classes, np.uint8)}
    return xr.Dataset(
        {k: (("y", "x"), np.broadcast_to(v, shape)) for k, v in fields.items()},
        attrs={"s2:processing_baseline": baseline},
    )


@pytest.mark.parametrize(
    ("baseline", "added"), [("02.12", 0), ("03.01", 0), ("04.00", 1000), ("05.11", 1000)]
)
def test_the_offset_is_taken_off_since_baseline_four(baseline, added):
    decoded = check_sensor(SENSOR, tile(baseline, added=added))
    wanted = {
        "blue": 0.05,
        "green": 0.08,
        "red": 0.1,
        "nir": 0.4,
        "swir1": 0.25,
        "swir2": 0.15,
        "ndvi": 0.6,
        "ndwi": -0.32 / 0.48,
        "ndbi": -0.15 / 0.65,
    }
    assert set(decoded) == wanted.keys()
    for name, value in wanted.items():
        assert decoded[name].item() == pytest.approx(value, rel=1e-5), name


@pytest.mark.parametrize("stated", [None, "", "N0511"])
def test_a_product_that_does_not_tell_its_baseline_is_refused(stated):
    raw = tile().drop_attrs() if stated is None else tile(stated)
    with pytest.raises(SceneError, match="baseline"):
        SENSOR.decode(raw)


def test_every_class_shows_or_hides_the_ground():
    decoded = SENSOR.decode(tile(classes=CLASSES))
    wanted = np.isin(CLASSES, [*GROUND])
    for name, values in decoded.data_vars.items():
        np.testing.assert_array_equal(np.isfinite(values), wanted, str(name))


def test_the_classes_are_those_of_the_recorded_catalogue(shared_data):
    folder = shared_data / "stac" / "stactools-sentinel2"
    path = next(folder.glob("S2A_T07HFE*.json"))
    item = json.loads(path.read_text(encoding="utf-8"))
    (band,) = item["assets"]["scl"]["raster:bands"]
    told = {c["value"]: c["name"] for c in band["classification:classes"]}
    assert sorted(told) == [*range(len(reflectance.SCENE_CLASSES))]
    hidden = {"no_data", "saturated_or_defective", "cloud_shadows", "thin_cirrus"}
    hidden |= {"cloud_medium_probability", "cloud_high_probability"}
    assert {value for value, name in told.items() if name not in hidden} == GROUND


@pytest.mark.parametrize("count", [0, 65535])
def test_fill_and_saturation_are_no_reflectance(count):
    decoded = SENSOR.decode(tile("05.11", counts={**COUNTS, "B04": count}))
    assert np.isnan(decoded["red"].item())
    assert np.isnan(decoded["ndvi"].item())


def test_a_count_below_the_offset_is_a_negative_reflectance_and_makes_no_index():
    decoded = SENSOR.decode(tile("05.11", counts={**COUNTS, "B04": 900, "B08": 3000}))
    assert decoded["red"].item() == pytest.approx(-0.01)
    assert np.isnan(decoded["ndvi"].item())


def test_one_band_without_classes_says_that_its_clouds_are_not_masked():
    decoded = check_sensor(SENSOR, tile()[["B11"]])
    assert set(decoded) == {"swir1"}
    assert "not masked" in decoded["swir1"].attrs["comment"]


def test_a_product_without_any_band_is_refused():
    with pytest.raises(SceneError, match="B08"):
        SENSOR.decode(tile()[["SCL"]])


def test_every_asset_stands_in_the_recorded_item(shared_data):
    source = SENSOR.sources[0]
    recorded = next((shared_data / "stac" / "pc-items").glob("sentinel-2-l2a__S2B*.json"))
    item = json.loads(recorded.read_text(encoding="utf-8"))
    assert set(source.assets.values()) <= item["assets"].keys()
    assert reflectance.BASELINE in item["properties"]


def test_a_lazy_tile_decodes_lazily_to_the_same():
    lazy = SENSOR.decode(tile(classes=CLASSES).chunk({"y": 5}))
    assert all(values.chunks is not None for values in lazy.data_vars.values())
    xr.testing.assert_identical(lazy.compute(), SENSOR.decode(tile(classes=CLASSES)))


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_sentinel2.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
