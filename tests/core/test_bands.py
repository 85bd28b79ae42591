"""Bands are found by any of their names, and only valid counts become values."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import SceneError
from lstsr_core.bands import Counts, band_of, normalised_difference

KELVIN = Counts(scale=0.02, valid=(7500, 65535))


def counts(*values, dtype=np.uint16):
    return xr.DataArray(np.array([values], dtype), dims=("y", "x"), attrs={"scale_factor": 0.02})


def test_a_band_is_found_by_the_first_of_its_names_that_is_there():
    raw = xr.Dataset({"b1": counts(1), "b1_1": counts(2)})
    assert band_of(raw, "other", "b1_1", "b1").item() == 2


def test_a_product_without_the_band_is_told_what_it_has_and_what_was_sought():
    with pytest.raises(SceneError) as caught:
        band_of(xr.Dataset({"band_1": counts(1)}), "LST", "lst")
    assert caught.value.code == "SCENE_INCOMPLETE"
    assert "band_1" in caught.value.found
    assert caught.value.expected == "LST or lst"


def test_valid_counts_become_values_and_fill_becomes_nan():
    values = KELVIN.decode(counts(0, 7499, 7500, 15000, 65535), units="K")
    assert values.dtype == np.float32
    assert values.attrs == {"units": "K"}
    wanted = [[np.nan, np.nan, 150.0, 300.0, 1310.7]]
    np.testing.assert_allclose(values, wanted, rtol=1e-7)


@given(count=st.integers(-32768, 32767))
def test_a_count_is_a_value_exactly_inside_its_closed_range(count):
    decode = Counts(scale=0.0001, offset=-1.0, valid=(-100, 16000)).decode
    value = decode(counts(count, dtype=np.int16)).item()
    if -100 <= count <= 16000:
        assert value == pytest.approx(count * 0.0001 - 1.0, abs=1e-6)
    else:
        assert np.isnan(value)


def test_decoding_stays_lazy():
    lazy = KELVIN.decode(counts(0, 15000).chunk(1))
    assert lazy.chunks is not None


@given(one=st.floats(-0.2, 1.6), other=st.floats(-0.2, 1.6))
def test_a_normalised_difference_is_an_index_of_real_reflectances_alone(one, other):
    index = normalised_difference(*(xr.DataArray(value) for value in (one, other))).item()
    if one < 0 or other < 0 or one + other == 0:
        assert np.isnan(index)
    else:
        assert index == pytest.approx((one - other) / (one + other))
        assert -1 <= index <= 1
