"""Counts become values, fill becomes NaN."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import SceneError
from lstsr_data.decode import FILLS, LST_FILLS, Decoding, to_kelvin


@pytest.mark.fault(16)
def test_scale_offset_and_nodata_are_applied_once():
    decode = Decoding(scale=0.02, offset=1.0, nodata=(0.0,))
    assert np.allclose(decode(np.array([0, 15000], np.uint16)), [np.nan, 301.0], equal_nan=True)


@pytest.mark.fault(17)
def test_the_nodata_value_itself_never_becomes_a_number():
    decode = Decoding(scale=2.0, nodata=(-9999.0,))
    assert np.isnan(decode(np.array([-9999], np.int16))).all()


def test_a_float32_nodata_matches_in_the_precision_of_the_file():
    lowest = float(np.finfo(np.float32).min)
    assert np.isnan(Decoding(nodata=(lowest,))(np.array([lowest], np.float32))).all()


@pytest.mark.fault(17)
@pytest.mark.parametrize("fill", LST_FILLS)
def test_usual_fill_of_a_temperature_is_masked_without_a_tag(fill):
    decode = Decoding(fills=LST_FILLS, valid=(150.0, 1310.7))
    assert np.isnan(decode(np.array([fill], np.float64))).all()


def test_zero_degrees_celsius_is_no_fill():
    scale, offset = to_kelvin(1.0, 0.0, "celsius")
    decode = Decoding(scale=scale, offset=offset, fills=LST_FILLS, valid=(150.0, 1310.7))
    assert decode(np.array([0.0], np.float32)) == np.float32(273.15)


def test_a_guide_may_be_zero_and_may_not_be_minus_3000_counts():
    decode = Decoding(scale=0.0001, fills=FILLS, valid=(-0.2, 1.0))
    counts = np.array([0, -3000, 8000], np.int16)
    assert np.allclose(decode(counts), [0.0, np.nan, 0.8], equal_nan=True)


@pytest.mark.parametrize(
    ("units", "value", "kelvin"),
    [("K", 300.0, 300.0), ("Kelvin", 300.0, 300.0), ("", 300.0, 300.0), ("degC", 26.85, 300.0),
     ("celsius", -40.0, 233.15), ("fahrenheit", -40.0, 233.15), ("degF", 212.0, 373.15)],
)  # fmt: skip
def test_units_end_in_kelvin(units, value, kelvin):
    scale, offset = to_kelvin(1.0, 0.0, units)
    assert scale * value + offset == pytest.approx(kelvin)


def test_scaled_fahrenheit_counts_end_in_kelvin():
    scale, offset = to_kelvin(0.1, 0.0, "fahrenheit")
    assert scale * 2120 + offset == pytest.approx(373.15)


def test_unknown_units_are_refused():
    with pytest.raises(SceneError) as caught:
        to_kelvin(1.0, 0.0, "furlong")
    assert caught.value.code == "UNITS_UNKNOWN"
