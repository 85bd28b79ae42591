"""Every quality word of MOD11 and MOD21 means what the user guides say."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.testing import check_sensor
from lstsr_modis.plugin import lstsr_sensors

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
EIGHT_BITS = np.arange(256, dtype=np.uint8).reshape(16, 16)
SIXTEEN_BITS = np.arange(65536, dtype=np.uint16).reshape(256, 256)
MOD11_ERROR = {"00": 1.0, "01": 2.0, "10": 3.0, "11": 4.0}
"""Bits 7 and 6: average LST error up to 1, 2, 3 K, more than 3 K. [K]"""
MOD21_ERROR = {"00": 2.5, "01": 2.0, "10": 1.5, "11": 1.0}
"""The two highest bits: more than 2 K, 1.5 to 2 K, 1 to 1.5 K, less than 1 K. [K]"""
PRODUCED = ("00", "01")
"""Bits 1 and 0: produced, good quality; produced, other quality."""

GRIDS = {
    "modis": ("LST_Day_1km", "QC_Day", "Day_view_time", "Day_view_angl"),
    "modis-night": ("LST_Night_1km", "QC_Night", "Night_view_time", "Night_view_angl"),
    "modis-8day": ("LST_Day_1km", "QC_Day", "Day_view_time", "Day_view_angl"),
    "modis-8day-night": ("LST_Night_1km", "QC_Night", "Night_view_time", "Night_view_angl"),
    "modis-8day-6km": ("LST_Day_6km", "QC_Day", "Day_view_time", "Day_view_angl"),
    "modis-8day-6km-night": ("LST_Night_6km", "QC_Night", "Night_view_time", "Night_view_angl"),
    "modis-swath": ("LST", "QC", "View_time", "View_angle"),
    "modis-21": ("LST_1KM", "QC", "View_Time", "View_Angle"),
    "modis-21-night": ("LST_1KM", "QC", "View_Time", "View_Angle"),
    "modis-21-8day": ("LST_Day_1KM", "QC_Day", "View_Time_Day", "View_Angle_Day"),
    "modis-21-8day-night": ("LST_Night_1KM", "QC_Night", "View_Time_Night", "View_Angle_Night"),
}
"""Layers of each product as files name them: temperature, quality, time, angle."""


def product(name, words, *, count=15000, hours=105, angle=75):
    """Make a product whose pixels are alike but for their quality words."""
    shape = words.shape
    lst, quality, time, view = GRIDS[name]
    fields = {
        lst: np.full(shape, count, np.uint16),
        quality: words,
        time: np.full(shape, hours, np.uint8),
        view: np.full(shape, angle, np.uint8),
    }
    if name == "modis-swath":
        fields["Error_LST"] = np.full(shape, 25, np.uint8)
    return xr.Dataset({key: (("y", "x"), values) for key, values in fields.items()})


def expected(words, width, errors, seen):
    """Read every word as the guides write it, the most significant bit first."""
    texts = [f"{word:0{width}b}" for word in words.ravel().tolist()]
    error = [errors[text[:2]] if seen(text) else np.nan for text in texts]
    return np.array(error, np.float32).reshape(words.shape)


def mandatory(text):
    return text[-2:] in PRODUCED


def not_cloudy(text):
    """Bits 5 and 4 of the daily MOD21: cloud-free, cirrus, near cloud; 11 is a cloudy pixel."""
    return mandatory(text) and text[-6:-4] != "11"


TABLES = {
    **{name: (EIGHT_BITS, 8, MOD11_ERROR, mandatory) for name in GRIDS if "21" not in name},
    **{name: (EIGHT_BITS, 8, MOD21_ERROR, mandatory) for name in GRIDS if "21-8day" in name},
    "modis-21": (SIXTEEN_BITS, 16, MOD21_ERROR, not_cloudy),
    "modis-21-night": (SIXTEEN_BITS, 16, MOD21_ERROR, not_cloudy),
}
del TABLES["modis-swath"]


@pytest.mark.fault(20)
@pytest.mark.parametrize("name", TABLES)
def test_every_quality_word_gives_the_error_and_the_gap_of_the_user_guide(name):
    words, *rest = TABLES[name]
    decoded = SENSORS[name].decode(product(name, words))
    wanted = expected(words, *rest)
    np.testing.assert_array_equal(decoded["lst_uncertainty"], wanted)
    np.testing.assert_array_equal(np.isfinite(decoded["lst"]), np.isfinite(wanted))
    np.testing.assert_array_equal(decoded["quality"], words)
    np.testing.assert_array_equal(np.isfinite(decoded["view_zenith"]), np.isfinite(wanted))


def test_the_swath_states_its_error_and_its_16_bits_say_whether_there_is_a_temperature():
    decoded = SENSORS["modis-swath"].decode(product("modis-swath", SIXTEEN_BITS))
    produced = np.array([f"{word:016b}"[-2:] in PRODUCED for word in range(65536)])
    wanted = np.where(produced, np.float32(25 * 0.04), np.nan).reshape(256, 256)
    np.testing.assert_array_equal(decoded["lst_uncertainty"], wanted.astype(np.float32))
    np.testing.assert_array_equal(np.isfinite(decoded["lst"]), np.isfinite(wanted))


@pytest.mark.parametrize("name", GRIDS)
def test_a_temperature_sensor_keeps_the_contract(name):
    decoded = check_sensor(SENSORS[name], product(name, EIGHT_BITS.astype(np.uint16)))
    assert decoded["lst"].attrs["units"] == "K"
    assert float(decoded["lst"][0, 0]) == pytest.approx(300.0)
    meanings = decoded["quality"].attrs["flag_meanings"].split()
    assert len(meanings) == len(decoded["quality"].attrs["flag_masks"])


@pytest.mark.parametrize(
    ("name", "angle", "zenith"),
    [("modis", 0, 65), ("modis", 65, 0), ("modis", 130, 65), ("modis-swath", 131, 65.5)],
)
def test_the_view_angle_is_a_zenith_angle_on_both_sides_of_the_track(name, angle, zenith):
    decoded = SENSORS[name].decode(product(name, EIGHT_BITS[:1, :1] * 0, angle=angle))
    assert float(decoded["view_zenith"].squeeze()) == zenith


@pytest.mark.parametrize("name", GRIDS)
def test_fill_wins_over_a_quality_word_that_speaks_of_good_quality(name):
    fill = product(name, EIGHT_BITS * 0, count=0, hours=255, angle=255)
    decoded = SENSORS[name].decode(fill)
    for layer in ("lst", "lst_uncertainty", "view_time", "view_zenith"):
        assert bool(decoded[layer].isnull().all()), layer


@pytest.mark.parametrize("name", GRIDS)
def test_time_and_angle_may_be_missing_but_the_quality_word_may_not(name):
    _, quality, time, view = GRIDS[name]
    raw = product(name, EIGHT_BITS)
    assert {"lst", "quality"} <= set(SENSORS[name].decode(raw.drop_vars([time, view])))
    with pytest.raises(SceneError, match=quality):
        SENSORS[name].decode(raw.drop_vars(quality))


@pytest.mark.parametrize("name", GRIDS)
def test_a_lazy_product_decodes_lazily_to_the_same(name):
    raw = product(name, EIGHT_BITS)
    lazy = SENSORS[name].decode(raw.chunk({"y": 5}))
    assert all(values.chunks is not None for values in lazy.data_vars.values())
    xr.testing.assert_identical(lazy.compute(), SENSORS[name].decode(raw))
