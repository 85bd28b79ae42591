"""Every quality word of Landsat means what the guide says, and counts become physics."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.testing import check_sensor
from lstsr_landsat import pixel_quality
from lstsr_landsat.plugin import lstsr_sensors

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
WORDS = np.arange(65536, dtype=np.uint16).reshape(256, 256)
BANDS = {"landsat": "ST_B10", "landsat-7": "ST_B6"}
REFLECTANCES = {
    "landsat-reflectance": ("SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B6", "SR_B7"),
    "landsat-7-reflectance": ("SR_B1", "SR_B2", "SR_B3", "SR_B4", "SR_B5", "SR_B7"),
}
"""Blue, green, red, near infrared and two shortwave infrared bands (LSDS-1619, LSDS-1618)."""
CLEAR = 0b0101010101000000
"""Clear land, every confidence low."""
HIDING = {0: "fill", 1: "dilated cloud", 2: "cirrus", 3: "cloud", 4: "cloud shadow"}
"""Bits under which the ground is not seen."""


def plane(fields, shape=(1, 1)):
    return xr.Dataset({name: (("y", "x"), np.broadcast_to(v, shape)) for name, v in fields.items()})


def thermal(name="landsat", words=CLEAR, count=44177, error=123):
    words = np.asarray(words, np.uint16)
    counts = {BANDS[name]: np.uint16(count), "ST_QA": np.int16(error), "QA_PIXEL": words}
    return plane(counts, words.shape or (1, 1))


def guide(name="landsat-reflectance", values=(8000, 9000, 9500, 18000, 15000, 12000), words=CLEAR):
    words = np.asarray(words, np.uint16)
    bands = dict(zip(REFLECTANCES[name], map(np.uint16, values), strict=True))
    return plane({**bands, "QA_PIXEL": words}, words.shape or (1, 1))


def seen_by_the_guide(word):
    bits = f"{word:016b}"[::-1]
    return all(bits[bit] == "0" for bit in HIDING)


@pytest.mark.fault(20)
@pytest.mark.parametrize("name", BANDS)
def test_every_word_shows_or_hides_the_ground_as_the_guide_says(name):
    decoded = check_sensor(SENSORS[name], thermal(name, WORDS))
    wanted = np.array([seen_by_the_guide(word) for word in range(65536)]).reshape(256, 256)
    assert wanted.sum() == 65536 // 2 ** len(HIDING)
    np.testing.assert_array_equal(np.isfinite(decoded["lst"]), wanted)
    np.testing.assert_array_equal(np.isfinite(decoded["lst_uncertainty"]), wanted)
    np.testing.assert_array_equal(decoded["quality"], WORDS)


def test_every_word_hides_the_guides_where_it_hides_the_temperature():
    seen = np.isfinite(SENSORS["landsat"].decode(thermal(words=WORDS))["lst"])
    guides = check_sensor(SENSORS["landsat-reflectance"], guide(words=WORDS))
    for name, values in guides.data_vars.items():
        np.testing.assert_array_equal(np.isfinite(values), seen, err_msg=str(name))


def test_every_field_has_in_every_word_the_value_that_its_bits_spell():
    words = xr.DataArray(WORDS, dims=("y", "x"))
    for field in pixel_quality.FIELDS:
        width = field.highest.bit_length()
        spelt = [
            int(f"{w:016b}"[16 - field.first - width : 16 - field.first], 2) for w in range(65536)
        ]
        np.testing.assert_array_equal(field.of(words), np.reshape(spelt, (256, 256)), field.name)


def test_the_fields_are_those_of_the_recorded_catalogue(shared_data):
    folder = shared_data / "stac" / "stactools-landsat"
    path = next(folder.glob("LC09*.json"))
    item = json.loads(path.read_text(encoding="utf-8"))
    told = item["assets"]["qa_pixel"]["classification:bitfields"]
    ours = [(f.name, f.first, len(f.classes)) for f in pixel_quality.FIELDS]
    assert ours == [(b["name"], b["offset"], 2 ** b["length"]) for b in told]
    for field, bits in zip(pixel_quality.FIELDS[8:], told[8:], strict=True):
        assert field.classes == tuple(c["name"] for c in bits["classes"])


@pytest.mark.parametrize("name", SENSORS)
def test_every_asset_stands_in_the_recorded_collection(name, shared_data):
    source = SENSORS[name].sources[0]
    folder = shared_data / "stac" / "pc-collections" / source.collection
    template = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    assert set(source.assets.values()) <= template["item_assets"].keys()
    assert set(SENSORS[name].sources[1].bands) == source.assets.keys()


@pytest.mark.parametrize("name", ["landsat", "landsat-reflectance"])
def test_each_band_is_the_asset_that_holds_its_file(name, shared_data):
    source = SENSORS[name].sources[0]
    recorded = next((shared_data / "stac" / "pc-items").glob("landsat-c2-l2__LC09*.json"))
    assets = json.loads(recorded.read_text(encoding="utf-8"))["assets"]
    for band, asset in source.assets.items():
        assert assets[asset]["href"].split("?")[0].endswith(f"_{band}.TIF")


@pytest.mark.parametrize("name", BANDS)
def test_counts_become_kelvin_and_their_uncertainty(name):
    decoded = SENSORS[name].decode(thermal(name))
    assert decoded["lst"].item() == pytest.approx(44177 * 0.00341802 + 149.0, abs=1e-4)
    assert decoded["lst"].item() == pytest.approx(300.0, abs=0.003)
    assert decoded["lst_uncertainty"].item() == pytest.approx(1.23)
    assert decoded["lst"].attrs == {"units": "K"}


@pytest.mark.parametrize(("count", "error"), [(0, 123), (292, 123), (44177, -9999)])
def test_fill_of_either_band_is_nothing(count, error):
    decoded = SENSORS["landsat"].decode(thermal(count=count, error=error))
    assert np.isnan(decoded["lst_uncertainty"].item())
    assert np.isnan(decoded["lst"].item()) == (count != 44177)


@pytest.mark.parametrize("name", REFLECTANCES)
def test_the_same_reflectances_are_found_in_the_bands_of_each_satellite(name):
    decoded = check_sensor(SENSORS[name], guide(name))
    blue, green, red, nir, swir1, swir2 = (
        value * 2.75e-5 - 0.2 for value in (8000, 9000, 9500, 18000, 15000, 12000)
    )
    wanted = {
        "blue": blue,
        "green": green,
        "red": red,
        "nir": nir,
        "swir1": swir1,
        "swir2": swir2,
        "ndvi": (nir - red) / (nir + red),
        "ndwi": (green - nir) / (green + nir),
        "ndbi": (swir1 - nir) / (swir1 + nir),
        "albedo": 0.356 * blue + 0.130 * red + 0.373 * nir + 0.085 * swir1 + 0.072 * swir2 - 0.0018,
    }
    assert set(decoded) == wanted.keys()
    for key, value in wanted.items():
        assert decoded[key].item() == pytest.approx(value, rel=1e-5), key


@pytest.mark.parametrize("count", [0, 7272, 43637])
def test_a_count_outside_of_the_valid_range_is_no_reflectance_and_makes_no_index(count):
    decoded = SENSORS["landsat-reflectance"].decode(guide(values=(8000, 9000, count, 18000, 1, 1)))
    assert np.isnan(decoded["red"].item())
    assert np.isnan(decoded["ndvi"].item())
    assert np.isfinite(decoded["ndwi"].item())


@pytest.mark.fault(21)
def test_snow_and_water_are_ground():
    for bit in (5, 7):
        assert np.isfinite(SENSORS["landsat"].decode(thermal(words=CLEAR | 1 << bit))["lst"].item())


def test_a_product_without_quality_words_says_that_its_clouds_are_not_masked():
    lst = SENSORS["landsat"].decode(thermal().drop_vars(["QA_PIXEL", "ST_QA"]))
    assert set(lst) == {"lst"}
    assert "clouds are not masked" in lst["lst"].attrs["comment"]
    guides = SENSORS["landsat-reflectance"].decode(guide().drop_vars(["QA_PIXEL", "SR_B2"]))
    assert "albedo" not in guides
    assert all("not masked" in values.attrs["comment"] for values in guides.data_vars.values())


@pytest.mark.parametrize("name", SENSORS)
def test_the_bands_of_another_satellite_are_refused(name):
    other = guide("landsat-7-reflectance").drop_vars(["SR_B4", "SR_B3"])
    with pytest.raises(SceneError, match="SCENE_INCOMPLETE"):
        SENSORS[name].decode(other)


@pytest.mark.parametrize("name", SENSORS)
def test_a_lazy_product_decodes_lazily_to_the_same(name):
    raw = thermal(name, WORDS) if name in BANDS else guide(name, words=WORDS)
    lazy = SENSORS[name].decode(raw.chunk({"y": 100}))
    assert all(values.chunks is not None for values in lazy.data_vars.values())
    xr.testing.assert_identical(lazy.compute(), SENSORS[name].decode(raw))


def test_listing_sensors_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_landsat.plugin import lstsr_sensors; assert [*lstsr_sensors()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
