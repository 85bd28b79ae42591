"""Every quality word of VNP21 and VNP09 means what the specifications say."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from lstsr_core import FileSource, SceneError
from lstsr_core.testing import check_sensor
from lstsr_viirs import vnp09
from lstsr_viirs.plugin import lstsr_sensors

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
WORDS = {8: np.arange(256, dtype=np.uint8), 16: np.arange(65536, dtype=np.uint16)}
LST_ERROR = {"00": 2.5, "01": 2.0, "10": 1.5, "11": 1.0}
"""More than 2 K (poor), 1.5 to 2 K, 1 to 1.5 K, less than 1 K (excellent). [K]"""
LAYERS = {
    "viirs": ("LST_1KM", "QC", "View_Time", "View_Angle"),
    "viirs-night": ("LST_1KM", "QC", "View_Time", "View_Angle"),
    "viirs-8day": ("LST_Day_1KM", "QC_Day", "View_Time_Day", "View_Angle_Day"),
    "viirs-8day-night": ("LST_Night_1KM", "QC_Night", "View_Time_Night", "View_Angle_Night"),
}
"""Layers of each product as files name them: temperature, quality, time, angle."""
BITS = {"viirs": 16, "viirs-night": 16, "viirs-8day": 8, "viirs-8day-night": 8}


def square(values):
    side = int(len(values) ** 0.5)
    return np.asarray(values).reshape(side, side)


def product(name, words, *, count=15000, hours=135, angle=75):
    fields = zip(
        LAYERS[name],
        (np.uint16(count), words, np.uint8(hours), np.uint8(angle)),
        strict=True,
    )
    return xr.Dataset({key: (("y", "x"), np.broadcast_to(v, words.shape)) for key, v in fields})


def error_of(word, width):
    """Read a word as the legend writes it, the most significant bit first."""
    bits = f"{word:0{width}b}"
    produced = bits[-2:] in ("00", "01")
    cloudy = width == 16 and bits[-6:-4] == "11"
    return LST_ERROR[bits[:2]] if produced and not cloudy else np.nan


@pytest.mark.fault(20)
@pytest.mark.parametrize("name", LAYERS)
def test_every_quality_word_gives_the_error_and_the_gap_of_its_legend(name):
    width = BITS[name]
    words = square(WORDS[width])
    decoded = check_sensor(SENSORS[name], product(name, words))
    wanted = square([error_of(word, width) for word in WORDS[width].tolist()]).astype(np.float32)
    np.testing.assert_array_equal(decoded["lst_uncertainty"], wanted)
    np.testing.assert_array_equal(np.isfinite(decoded["lst"]), np.isfinite(wanted))
    np.testing.assert_array_equal(decoded["quality"], words)


@pytest.mark.parametrize("name", LAYERS)
def test_counts_become_kelvin_hours_and_zenith_angles(name):
    decoded = SENSORS[name].decode(product(name, np.zeros((1, 1), np.uint16), angle=5))
    assert decoded["lst"].item() == pytest.approx(300.0)
    assert decoded["view_time"].item() == pytest.approx(13.5)
    assert decoded["view_zenith"].item() == 60.0


@pytest.mark.parametrize("name", LAYERS)
def test_fill_gives_nothing_at_all(name):
    raw = product(name, np.zeros((1, 1), np.uint16), count=0, hours=255, angle=255)
    decoded = SENSORS[name].decode(raw)
    for layer in ("lst", "lst_uncertainty", "view_time", "view_zenith"):
        assert np.isnan(decoded[layer].item()), layer


def reflectances(suffix, red=500, nir=3000, **words):
    bands = {f"SurfReflect_I{n}{suffix}": v for n, v in ((1, red), (2, nir), (3, 1500))}
    shape = np.broadcast_shapes((1, 1), *(np.shape(v) for v in words.values()))
    fields = {name: np.int16(v) for name, v in bands.items()} | words
    return xr.Dataset({k: (("y", "x"), np.broadcast_to(v, shape)) for k, v in fields.items()})


def test_all_pairs_of_flag_words_show_or_hide_the_ground_as_the_user_guide_says():
    qf1, qf2 = np.meshgrid(WORDS[8], WORDS[8], indexing="ij")
    raw = reflectances("_1", SurfReflect_QF1_1=qf1, SurfReflect_QF2_1=qf2)
    first = np.array([f"{w:08b}"[4] == "0" and f"{w:08b}"[3] == "0" for w in range(256)])
    clear = {3: "0", 4: "0", 6: "0", 7: "0"}
    second = [all(f"{w:08b}"[7 - bit] == v for bit, v in clear.items()) for w in range(256)]
    wanted = first[:, None] & np.array(second)[None, :]
    for guide in ("ndvi", "red", "nir", "swir1"):
        seen = np.isfinite(SENSORS["viirs-reflectance"].decode(raw)[guide])
        assert np.array_equal(seen, wanted), guide


def test_every_state_word_of_the_composite_shows_or_hides_the_ground_as_its_legend_says():
    def seen(word):
        bits = f"{word:016b}"
        cloud, aerosol, cirrus = bits[14:], bits[8:10], bits[6:8]
        shadow = bits[13] == "1"
        return cloud in ("00", "11") and not shadow and aerosol != "11" and cirrus in ("00", "01")

    raw = reflectances("", SurfReflect_State_500m=square(WORDS[16]))
    ndvi = SENSORS["viirs-reflectance-8day"].decode(raw)["ndvi"]
    assert np.array_equal(np.isfinite(ndvi), square([seen(word) for word in range(65536)]))


def test_the_state_bits_are_those_of_the_recorded_catalogue(shared_data):
    path = shared_data / "stac" / "stactools-viirs" / "VNP09H1__collection.json"
    assets = json.loads(path.read_text(encoding="utf-8"))["item_assets"]
    told = {b["name"]: b for b in assets["SurfReflect_State_500m"]["classification:bitfields"]}
    ours = {
        "cloud_state": vnp09.STATE_CLOUD,
        "cloud_shadow": vnp09.STATE_SHADOW,
        "aerosol_uncertainty": vnp09.STATE_AEROSOL,
        "cirrus_detected": vnp09.STATE_CIRRUS,
        "snow_ice": vnp09.STATE_SNOW,
    }
    for name, field in ours.items():
        assert (told[name]["offset"], 2 ** told[name]["length"]) == (
            field.first,
            len(field.classes),
        )


def test_snow_is_ground():
    raw = reflectances("", SurfReflect_State_500m=np.array([[1 << 12]], np.uint16))
    assert np.isfinite(SENSORS["viirs-reflectance-8day"].decode(raw)["ndvi"].item())


def test_ndvi_is_that_of_the_formula_and_none_over_dark_water():
    state = np.zeros((1, 1), np.uint16)
    decode = SENSORS["viirs-reflectance-8day"].decode
    good = check_sensor(
        SENSORS["viirs-reflectance-8day"], reflectances("", SurfReflect_State_500m=state)
    )
    assert good["ndvi"].item() == pytest.approx(2500 / 3500, rel=1e-6)
    dark = decode(reflectances("", red=-20, nir=30, SurfReflect_State_500m=state))
    assert np.isnan(dark["ndvi"].item())
    assert dark["red"].item() == pytest.approx(-0.002)


@pytest.mark.parametrize("name", SENSORS)
def test_a_product_without_its_quality_words_is_refused(name):
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        SENSORS[name].decode(xr.Dataset({"band_1": (("y", "x"), np.ones((2, 2), np.uint16))}))


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_viirs.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_sensor_names_files_and_their_bands():
    for sensor in SENSORS.values():
        files = [source for source in sensor.sources if isinstance(source, FileSource)]
        assert files[0].patterns[0].startswith("VNP")
        assert files[0].bands
