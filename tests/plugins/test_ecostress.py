"""Every quality word of ECOSTRESS means what the user guide says."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.testing import check_sensor
from lstsr_ecostress import lste
from lstsr_ecostress.plugin import lstsr_sensors

(SENSOR,) = lstsr_sensors()
WORDS = np.arange(65536, dtype=np.uint16).reshape(256, 256)
BOUNDS = {"00": 2.5, "01": 2.0, "10": 1.5, "11": 1.0}
"""More than 2 K (poor), 1.5 to 2 K, 1 to 1.5 K, less than 1 K (excellent). [K]"""
GOOD = 0b1100000000000000


def tile(words=GOOD, **layers):
    words = np.asarray(words, np.uint16)
    fields = {
        "LST": np.float32(300.5),
        "LST_err": np.float32(1.25),
        "QC": words,
        "cloud": np.uint8(0),
        "water": np.uint8(0),
        "view_zenith": np.float32(-12.5),
        **layers,
    }
    shape = words.shape or (1, 1)
    return xr.Dataset({k: (("y", "x"), np.broadcast_to(v, shape)) for k, v in fields.items()})


def error_of(word):
    """Read a word as the guide writes it, the most significant bit first."""
    bits = f"{word:016b}"
    produced = bits[14:] in ("00", "01") and bits[12:14] != "11"
    return BOUNDS[bits[:2]] if produced else np.nan


@pytest.mark.fault(20)
def test_every_word_gives_the_error_and_the_gap_of_the_user_guide():
    decoded = check_sensor(SENSOR, tile(WORDS).drop_vars("LST_err"))
    wanted = np.array([error_of(word) for word in range(65536)], np.float32).reshape(256, 256)
    np.testing.assert_array_equal(decoded["lst_uncertainty"], wanted)
    np.testing.assert_array_equal(np.isfinite(decoded["lst"]), np.isfinite(wanted))
    np.testing.assert_array_equal(decoded["quality"], WORDS)


def test_every_field_has_in_every_word_the_value_that_its_two_bits_spell():
    words = xr.DataArray(WORDS, dims=("y", "x"))
    assert [field.first for field in lste.FIELDS] == [*range(0, 16, 2)]
    for field in lste.FIELDS:
        spelt = [int(f"{w:016b}"[14 - field.first : 16 - field.first], 2) for w in range(65536)]
        np.testing.assert_array_equal(field.of(words), np.reshape(spelt, (256, 256)), field.name)


def test_the_error_of_the_pixel_wins_over_that_of_its_class():
    decoded = check_sensor(SENSOR, tile())
    assert decoded["lst"].item() == 300.5
    assert decoded["lst_uncertainty"].item() == 1.25
    assert decoded["view_zenith"].item() == 12.5
    assert decoded["water"].item() == 0.0


@pytest.mark.parametrize(("cloud", "seen"), [(0, True), (1, False), (255, False)])
def test_the_layer_of_clouds_decides_and_its_fill_is_not_clear(cloud, seen):
    decoded = SENSOR.decode(tile(cloud=np.uint8(cloud)))
    assert np.isfinite(decoded["lst"].item()) == seen
    assert np.isfinite(decoded["lst_uncertainty"].item()) == seen
    assert "comment" not in decoded["lst"].attrs


@pytest.mark.parametrize("value", [np.nan, 0.0, -9999.0, 65535.0])
def test_fill_is_no_temperature(value):
    decoded = SENSOR.decode(tile(LST=np.float32(value)))
    for layer in ("lst", "lst_uncertainty", "view_zenith"):
        assert np.isnan(decoded[layer].item()), layer


def test_a_temperature_alone_is_decoded_and_says_that_its_clouds_are_not_masked():
    decoded = check_sensor(SENSOR, tile()[["LST"]])
    assert set(decoded) == {"lst"}
    assert "clouds are not masked" in decoded["lst"].attrs["comment"]


def test_a_tile_without_a_temperature_is_refused():
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        SENSOR.decode(tile().drop_vars("LST"))


def test_a_lazy_tile_decodes_lazily_to_the_same():
    lazy = SENSOR.decode(tile(WORDS).chunk({"y": 100}))
    assert all(values.chunks is not None for values in lazy.data_vars.values())
    xr.testing.assert_identical(lazy.compute(), SENSOR.decode(tile(WORDS)))


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_ecostress.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
