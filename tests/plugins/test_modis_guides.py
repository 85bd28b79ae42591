"""The bit fields of MOD09 and the ranks of MOD13 decide where a guide is given."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from lstsr_core import SceneError
from lstsr_core.testing import check_sensor
from lstsr_modis import mod09
from lstsr_modis.plugin import lstsr_sensors

SENSORS = {sensor.name: sensor for sensor in lstsr_sensors()}
STATES = np.arange(65536, dtype=np.uint16).reshape(256, 256)
CLEAR_LAND = 0b0000000001001000
"""State word of clear land with low aerosol."""
LIANG = (0.160, 0.291, 0.243, 0.116, 0.112, 0.0, 0.081)
"""Weights of bands 1 to 7 (Liang 2001, table 2, MODIS shortwave)."""


def plane(fields, shape=(1, 1)):
    return xr.Dataset(
        {name: (("y", "x"), np.broadcast_to(values, shape)) for name, values in fields.items()}
    )


def daily(reflectances=(500, 3000, 250, 450, 3100, 1500, 700), state=CLEAR_LAND, quality=0):
    state = np.asarray(state, np.uint16)
    bands = {f"sur_refl_b{n}_1": np.int16(count) for n, count in _numbered(reflectances)}
    words = {"QC_500m_1": np.asarray(quality, np.uint32), "state_1km_1": state}
    return plane(bands | words, np.broadcast_shapes((1, 1), state.shape, np.shape(quality)))


def _numbered(values):
    return ((f"{number:02d}", value) for number, value in enumerate(values, start=1))


def composite_250m(red=500, nir=3000, quality=0, state=CLEAR_LAND):
    fields = {
        "sur_refl_b01": np.int16(red),
        "sur_refl_b02": np.int16(nir),
        "sur_refl_qc_250m": np.asarray(quality, np.uint16),
        "sur_refl_state_250m": np.asarray(state, np.uint16),
    }
    return plane(fields, np.broadcast_shapes((1, 1), np.shape(quality), np.shape(state)))


def index_of_16_days(ndvi, rank, dtype=np.int8, pixel="250m"):
    fields = {"NDVI": ndvi, "red reflectance": 500, "NIR reflectance": 3000}
    named = {f"{pixel} 16 days {name}": np.int16(value) for name, value in fields.items()}
    ranks = np.array([rank]).astype(dtype)
    return plane(named | {f"{pixel} 16 days pixel reliability": ranks}, (1, len(rank)))


def seen_by_the_guide(word):
    """Read a state word as the MOD09 user guide writes it, bit 15 first."""
    bits = f"{word:016b}"[::-1]
    cloud, aerosol, cirrus = bits[1::-1], bits[7:5:-1], bits[9:7:-1]
    return (
        cloud in ("00", "11")
        and bits[2] == "0"
        and bits[10] == "0"
        and cirrus in ("00", "01")
        and aerosol != "11"
    )


@pytest.mark.fault(20, 21)
def test_every_state_word_shows_or_hides_the_ground_as_the_user_guide_says():
    wanted = np.array([seen_by_the_guide(word) for word in range(65536)]).reshape(256, 256)
    assert np.array_equal(mod09.is_clear(xr.DataArray(STATES)), wanted)
    assert np.array_equal(
        np.isfinite(SENSORS["modis-reflectance"].decode(daily(state=STATES))["ndvi"]), wanted
    )


@pytest.mark.parametrize(
    ("field", "bit"),
    [
        (mod09.SHADOW, 2),
        (mod09.INTERNAL_CLOUD, 10),
        (mod09.FIRE, 11),
        (mod09.SNOW, 12),
        (mod09.BESIDE_CLOUD, 13),
        (mod09.INTERNAL_SNOW, 15),
    ],
)
def test_a_flag_of_the_state_word_is_one_bit(field, bit):
    wanted = [[f"{word:016b}"[15 - bit] == "1" for word in row] for row in STATES.tolist()]
    assert np.array_equal(field.of(xr.DataArray(STATES)) == 1, wanted)


def test_snow_is_ground_and_fill_is_not():
    state = xr.DataArray(np.array([CLEAR_LAND | 1 << 12 | 1 << 15, 65535], np.uint16))
    assert mod09.is_clear(state).values.tolist() == [True, False]


BAND_QUALITY = {
    0b0000: True,
    0b0111: True,
    0b1000: False,
    0b1001: False,
    0b1010: True,
    0b1011: False,
    0b1100: True,
    0b1101: False,
    0b1110: False,
    0b1111: False,
}
"""Highest quality; noisy detector; dead detector; sun below 4 degree; below 5 degree; missing
input; constant for the atmosphere; out of bounds; faulty radiance; not processed."""


@pytest.mark.parametrize("code", BAND_QUALITY)
@pytest.mark.parametrize("band", range(1, 8))
def test_the_four_bits_of_each_500_m_band_say_whether_it_was_measured(band, code):
    words = xr.DataArray(np.array([code << (2 + 4 * (band - 1))], np.uint32))
    first = mod09.FIRST_BIT_500M
    assert mod09.is_measured(words, band, first).item() is BAND_QUALITY[code]
    assert all(mod09.is_measured(words, other, first).item() for other in {*range(1, 8)} - {band})


@pytest.mark.parametrize("code", BAND_QUALITY)
@pytest.mark.parametrize(("band", "bit"), [("red", 4), ("nir", 8)])
def test_the_four_bits_of_each_250_m_band_say_whether_it_was_measured(code, band, bit):
    decoded = SENSORS["modis-ndvi-8day"].decode(composite_250m(quality=code << bit))
    assert np.isfinite(decoded[band].item()) == BAND_QUALITY[code]
    assert np.isfinite(decoded["ndvi"].item()) == BAND_QUALITY[code]


def test_ndvi_and_albedo_of_a_pixel_are_those_of_the_formulas():
    counts = (500, 3000, 250, 450, 3100, 1500, 700)
    decoded = check_sensor(SENSORS["modis-reflectance"], daily(counts))
    albedo = sum(w * c * 0.0001 for w, c in zip(LIANG, counts, strict=True)) - 0.0015
    assert decoded["ndvi"].item() == pytest.approx(2500 / 3500, rel=1e-6)
    assert decoded["albedo"].item() == pytest.approx(albedo, rel=1e-5)


def test_band_6_which_is_broken_on_aqua_is_not_needed():
    raw = daily((500, 3000, 250, 450, 3100, -28672, 700))
    assert np.isfinite(SENSORS["modis-reflectance"].decode(raw)["albedo"].item())


@pytest.mark.parametrize(
    ("red", "nir", "ndvi"),
    [
        (500, 3000, 2500 / 3500),
        (0, 1, 1.0),
        (0, 0, np.nan),
        (-50, 30, np.nan),
        (-28672, 3000, np.nan),
        (500, 16001, np.nan),
        (8000, 7000, -1 / 15),
    ],
)
def test_ndvi_is_given_where_both_reflectances_are_real(red, nir, ndvi):
    decoded = SENSORS["modis-ndvi-8day"].decode(composite_250m(red, nir))
    np.testing.assert_allclose(decoded["ndvi"].item(), ndvi, rtol=1e-5)


def test_a_day_at_250_m_has_no_clouds_until_state_words_are_laid_beside_it():
    fields = {"sur_refl_b01_1": np.int16(500), "sur_refl_b02_1": np.int16(3000)}
    raw = plane(fields | {"QC_250m_1": np.uint16(0)}, (1, 2))
    decoded = check_sensor(SENSORS["modis-ndvi"], raw)
    assert bool(decoded["ndvi"].notnull().all())
    states = np.array([[CLEAR_LAND, CLEAR_LAND | 1]], np.uint16)
    masked = SENSORS["modis-ndvi"].decode(raw.assign(state_1km_1=(("y", "x"), states)))
    assert masked["ndvi"].notnull().values.tolist() == [[True, False]]


@pytest.mark.parametrize("lost", ["state_1km_1", "QC_500m_1", "sur_refl_b05_1"])
def test_reflectances_without_a_needed_layer_are_refused_by_its_name(lost):
    with pytest.raises(SceneError, match=lost):
        SENSORS["modis-reflectance"].decode(daily().drop_vars(lost))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
@pytest.mark.parametrize("pixel", ["250m", "500m", "1 km"])
def test_ranks_of_reliability_keep_good_marginal_and_snow_and_drop_cloud_and_fill(pixel, dtype):
    raw = index_of_16_days(7500, [0, 1, 2, 3, -1], dtype, pixel)
    decoded = check_sensor(SENSORS["modis-ndvi-16day"], raw)
    np.testing.assert_allclose(decoded["ndvi"], [[0.75, 0.75, 0.75, np.nan, np.nan]], rtol=1e-6)
    np.testing.assert_allclose(decoded["red"], [[0.05, 0.05, 0.05, np.nan, np.nan]], rtol=1e-6)


def test_the_fill_of_ndvi_is_no_ndvi_of_minus_three_tenths():
    raw = index_of_16_days(-3000, [0])
    assert np.isnan(SENSORS["modis-ndvi-16day"].decode(raw)["ndvi"].item())


def test_an_excerpt_with_ndvi_alone_gives_ndvi_alone():
    raw = index_of_16_days(7500, [0], pixel="1 km")
    excerpt = raw[["1 km 16 days NDVI", "1 km 16 days pixel reliability"]]
    assert list(SENSORS["modis-ndvi-16day"].decode(excerpt)) == ["ndvi"]
