"""Every flag of SLSTR means what the product specification says."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.testing import check_sensor
from lstsr_slstr import flags
from lstsr_slstr.plugin import lstsr_sensors

(SENSOR,) = lstsr_sensors()
WORDS = np.arange(65536, dtype=np.uint16).reshape(256, 256)
PACKED = {"scale_factor": 0.002, "add_offset": 290.0, "_FillValue": np.int16(-32768)}
"""How LST is packed: 290 K are a count of 0."""
ERRORS = {"scale_factor": 0.002, "add_offset": 0.0, "_FillValue": np.int16(-32768)}
LAND = 1 << 3
BITS = {
    0: "coastline",
    1: "ocean",
    2: "tidal",
    3: "land",
    4: "inland_water",
    5: "unfilled",
    8: "cosmetic",
    9: "duplicate",
    10: "day",
    11: "twilight",
    12: "sun_glint",
    13: "snow",
    14: "summary_cloud",
    15: "summary_pointing",
}
"""Bits of the confidence word; 6 and 7 are spare."""
BARRED = (5, 8, 14, 15)
"""Those of which one means that no ground was seen at a known place."""


def swath(confidence=LAND, *, bayes=0, exception=0, count=5000):
    """Make a product; 5000 counts are 300 K."""
    shape = np.broadcast_shapes((1, 1), *map(np.shape, (confidence, bayes, exception, count)))
    fields = {
        "LST": (np.int16(count), PACKED),
        "LST_uncertainty": (np.int16(600), ERRORS),
        "exception": (np.asarray(exception, np.uint8), {}),
        "confidence_in": (np.asarray(confidence, np.uint16), {}),
        "bayes_in": (np.asarray(bayes, np.uint8), {}),
        "sat_zenith_tn": (np.float32(31.5), {}),
    }
    rows, columns = np.indices(shape)
    return xr.Dataset(
        {k: (("y", "x"), np.broadcast_to(v, shape), about) for k, (v, about) in fields.items()},
        {"latitude": (("y", "x"), 50 - 0.01 * rows), "longitude": (("y", "x"), 0.01 * columns)},
    )


@pytest.mark.fault(20)
def test_every_confidence_word_shows_or_hides_the_ground_as_its_bits_say():
    decoded = check_sensor(SENSOR, swath(WORDS))
    wanted = [all(f"{w:016b}"[15 - bit] == "0" for bit in BARRED) for w in range(65536)]
    wanted = np.reshape(wanted, (256, 256))
    assert wanted.sum() == 65536 // 2 ** len(BARRED)
    for layer in ("lst", "lst_uncertainty", "view_zenith"):
        np.testing.assert_array_equal(np.isfinite(decoded[layer]), wanted, layer)
    np.testing.assert_array_equal(decoded["quality"], WORDS)


def test_every_word_that_is_no_measurement_takes_the_place_from_its_pixel():
    decoded = SENSOR.decode(swath(WORDS))
    copies = [any(f"{w:016b}"[15 - bit] == "1" for bit in (5, 8, 15)) for w in range(65536)]
    for name in ("latitude", "longitude"):
        lost = np.isnan(decoded[name].to_numpy())
        np.testing.assert_array_equal(lost, np.reshape(copies, (256, 256)))


def test_every_field_stands_at_its_bit():
    assert {field.first: field.name for field in flags.CONFIDENCE} == BITS
    words = xr.DataArray(WORDS, dims=("y", "x"))
    for field in flags.CONFIDENCE:
        spelt = [int(f"{w:016b}"[15 - field.first]) for w in range(65536)]
        np.testing.assert_array_equal(field.of(words), np.reshape(spelt, (256, 256)), field.name)


def test_every_cloud_test_by_probability_is_read_and_the_one_of_the_nadir_view_hides():
    words = np.arange(256, dtype=np.uint8).reshape(16, 16)
    seen = np.isfinite(SENSOR.decode(swath(bayes=words))["lst"].to_numpy())
    wanted = [f"{w:08b}"[6] == "0" for w in range(256)]
    np.testing.assert_array_equal(seen, np.reshape(wanted, (16, 16)))
    assert [f.name for f in flags.BAYES] == [
        "single_low",
        "single_moderate",
        "dual_low",
        "dual_moderate",
    ]


def test_no_exception_at_all_comes_with_a_temperature():
    words = np.arange(256, dtype=np.uint8).reshape(16, 16)
    seen = np.isfinite(SENSOR.decode(swath(exception=words))["lst"].to_numpy())
    np.testing.assert_array_equal(seen, words == 0)


def test_values_are_unpacked_as_the_file_says():
    decoded = SENSOR.decode(swath())
    assert decoded["lst"].item() == pytest.approx(300.0)
    assert decoded["lst"].attrs == {"units": "K"}
    assert decoded["lst_uncertainty"].item() == pytest.approx(1.2)
    assert decoded["view_zenith"].item() == pytest.approx(31.5)
    other = swath().assign(LST=lambda raw: raw["LST"].assign_attrs(scale_factor=0.004))
    assert SENSOR.decode(other)["lst"].item() == pytest.approx(310.0)


def test_fill_is_nothing():
    decoded = SENSOR.decode(swath(count=-32768))
    assert np.isnan(decoded["lst"].item())
    assert np.isnan(decoded["lst_uncertainty"].item())


def test_a_raster_of_kelvin_is_decoded_and_says_that_its_clouds_are_not_masked():
    values = np.array([[290.5, -100.0, -32768.0, np.nan]], np.float32)
    decoded = check_sensor(SENSOR, xr.Dataset({"band_1": (("y", "x"), values)}))
    np.testing.assert_array_equal(np.isfinite(decoded["lst"])[0], [True, False, False, False])
    assert "not masked" in decoded["lst"].attrs["comment"]


def test_a_product_without_a_temperature_is_refused():
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        SENSOR.decode(swath().drop_vars("LST"))


def test_every_asset_stands_in_the_recorded_collection(shared_data):
    source = SENSOR.sources[0]
    folder = shared_data / "stac" / "pc-collections" / source.collection
    template = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    assert set(source.assets.values()) <= template["item_assets"].keys()


def test_a_lazy_swath_decodes_lazily_to_the_same():
    lazy = SENSOR.decode(swath(WORDS).chunk({"y": 100}))
    assert all(values.chunks is not None for values in lazy.data_vars.values())
    xr.testing.assert_identical(lazy.compute(), SENSOR.decode(swath(WORDS)))


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_slstr.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
