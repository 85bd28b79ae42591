"""Values in the wrong unit or scale are refused, and the remedy names the likely one."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import SceneError
from lstsr_core.plausible import check_lst, check_ranges
from lstsr_core.vocabulary import GUIDES, LST_USUAL

KELVIN = np.linspace(285.0, 315.0, 24).reshape(4, 6)


def lst(values, units="K"):
    attributes = {"units": units} if units is not None else {}
    return xr.DataArray(np.asarray(values, np.float32), dims=("y", "x"), attrs=attributes)


def refused(values, units="K"):
    with pytest.raises(SceneError) as caught:
        check_lst(lst(values, units))
    return caught.value


@pytest.mark.parametrize("units", ["K", "kelvin", "Kelvin", "degree_Kelvin", None])
def test_kelvin_is_accepted_however_it_is_spelt(units):
    check_lst(lst(KELVIN, units))


@pytest.mark.fault(16)
@pytest.mark.parametrize("units", ["degC", "celsius", "degree_Fahrenheit", "1", ""])
def test_other_units_are_refused_and_never_converted(units):
    error = refused(KELVIN, units)
    assert error.code == "UNITS_UNKNOWN"
    assert repr(units) in error.found


@given(st.floats(*LST_USUAL), st.floats(0.0, 20.0))
def test_any_land_temperature_is_accepted(middle, spread):
    check_lst(lst(np.array([[middle - spread, middle, middle + spread]])))


@pytest.mark.fault(16)
@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        (KELVIN - 273.15, "--units celsius"),
        ((KELVIN - 273.15) * 1.8 + 32.0, "--units fahrenheit"),
        (KELVIN / 0.02, "--scale 0.02"),
        (KELVIN * 1e6, "--scale"),
        (np.where(KELVIN > 310, -9999.0, KELVIN), "--nodata"),
        (np.where(KELVIN > 310, 0.0, KELVIN), "--nodata"),
        (np.where(KELVIN > 310, 65535.0, KELVIN), "--nodata"),
    ],
    ids=["celsius", "fahrenheit", "counts", "odd", "fill -9999", "fill 0", "fill 65535"],
)
def test_what_is_not_kelvin_is_refused_with_the_likely_remedy(values, remedy):
    error = refused(values)
    assert error.code == "SCALE_SUSPECT"
    assert remedy in error.remedy
    assert error.exit_status == 2


def test_arctic_summer_in_fahrenheit_is_not_taken_for_kelvin():
    assert refused(KELVIN * 0 + 60.0).code == "SCALE_SUSPECT"


@pytest.mark.fault(19)
def test_a_temperature_without_a_measured_pixel_is_no_data():
    error = refused(KELVIN * np.nan)
    assert error.code == "NO_VALID_PIXELS"
    assert error.exit_status == 3


def test_missing_pixels_and_infinities_do_not_count():
    values = KELVIN.copy()
    values[0, :3] = np.nan, np.inf, -np.inf
    check_lst(lst(values))


def test_a_fire_is_not_a_fill_value():
    values = KELVIN.copy()
    values[0, 0] = 900.0
    check_lst(lst(values))


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_a_guide_is_accepted_to_the_ends_of_its_range_and_no_further(name):
    known = GUIDES[name]
    ends = xr.DataArray([[known.low, known.high, np.nan]], dims=("y", "x"))
    check_ranges(ends.to_dataset(name=name))
    for beyond in (known.low - 0.01, known.high + 0.01):
        with pytest.raises(SceneError) as caught:
            check_ranges(ends.fillna(beyond).to_dataset(name=name))
        assert caught.value.code == "SCALE_SUSPECT"
        assert f"--guide-scale {name}=" in caught.value.remedy


def test_an_unscaled_ndvi_is_refused_and_an_unknown_guide_taken_as_it_is():
    counts = xr.DataArray([[1200.0, 8000.0]], dims=("y", "x"))
    check_ranges(counts.to_dataset(name="night-lights"))
    with pytest.raises(SceneError, match="ndvi"):
        check_ranges(counts.to_dataset(name="ndvi"))


def test_a_guide_without_any_value_is_let_through():
    check_ranges(xr.DataArray([[np.nan, np.nan]], dims=("y", "x")).to_dataset(name="ndvi"))
