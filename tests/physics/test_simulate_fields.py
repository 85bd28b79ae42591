"""Random fields have the spectrum, the roughness and the unevenness that were asked for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_physics.simulate.bands import Bands, with_spectrum
from lstsr_physics.simulate.fields import parcels, random_field

SHAPE = (256, 192)
SHAPES = st.tuples(st.integers(1, 33), st.integers(1, 33))


def spectral_slope(field, longest=40.0, shortest=2.5):
    """Fit the power spectrum over wavenumber, between two wavelengths [pixel]."""
    power = np.abs(np.fft.fft2(field)) ** 2
    rows, columns = (np.fft.fftfreq(size) for size in field.shape)
    number = np.hypot(rows[:, None], columns[None, :])
    edges = np.geomspace(1 / longest, 1 / shortest, 8)
    inside = [(number >= low) & (number < high) for low, high in pairwise(edges)]
    middle = [np.log(number[ring]).mean() for ring in inside]
    return np.polyfit(middle, [np.log(power[ring].mean()) for ring in inside], 1)[0]


def increments(field, lag):
    return np.stack([field - np.roll(field, lag, axis) for axis in (0, 1)])


def exponent(lags, moments):
    return np.polyfit(np.log(lags), np.log(moments), 1)[0]


@pytest.mark.parametrize("slope", [0.0, -1.8, -3.4])
@pytest.mark.parametrize("intermittency", [0.0, 0.05])
def test_spectral_slope_is_the_one_asked_for(slope, intermittency):
    random = np.random.default_rng(3)
    field = random_field((512, 384), slope, random, intermittency=intermittency)
    assert spectral_slope(field) == pytest.approx(slope, abs=0.1)


@pytest.mark.parametrize("hurst", [0.3, 0.5, 0.7])
def test_fractional_brownian_surface_has_its_hurst_exponent(hurst):
    field = random_field((1024, 1024), -2 * hurst - 2, np.random.default_rng(0))
    lags = (8, 11, 16, 23, 32)
    grown = [np.abs(increments(field, lag)).mean() for lag in lags]
    assert exponent(lags, grown) == pytest.approx(hurst, abs=0.08)


@pytest.mark.parametrize("intermittency", [0.0, 0.04])
def test_flatness_grows_towards_small_scales_by_four_times_the_intermittency(intermittency):
    lags = (2, 4, 8, 16, 32)
    flatness = np.zeros(len(lags))
    for seed in range(8):
        field = random_field(
            (512, 512), -2.6, np.random.default_rng(seed), intermittency=intermittency
        )
        second = np.array([(increments(field, lag) ** 2).mean() for lag in lags])
        flatness += [(increments(field, lag) ** 4).mean() for lag in lags] / second**2
    assert exponent(lags, flatness) == pytest.approx(-4 * intermittency, abs=0.03)
    assert flatness[-1] / 8 >= 2.8


def test_beyond_its_reach_a_spectrum_is_flat():
    field = random_field((1024, 1024), -3.0, np.random.default_rng(1), reach=20.0)
    assert spectral_slope(field, longest=400.0, shortest=60.0) == pytest.approx(-0.1, abs=0.3)
    assert spectral_slope(field, longest=6.0, shortest=2.0) == pytest.approx(-3.0, abs=0.3)


@given(shape=SHAPES, slope=st.floats(-4, 0), seed=st.integers(0, 99))
def test_field_of_any_shape_is_finite_and_standard(shape, slope, seed):
    field = random_field(shape, slope, np.random.default_rng(seed), intermittency=0.03)
    assert field.shape == shape
    assert field.dtype == np.float32
    assert field.mean() == pytest.approx(0, abs=1e-3)
    assert field.std() == pytest.approx(1.0 if field.size > 1 else 0.0, rel=1e-3)


def test_every_parcel_has_one_value_and_about_the_width_asked_for():
    mosaic = parcels((120, 160), 10.0, np.random.default_rng(2))
    values, sizes = np.unique(mosaic, return_counts=True)
    assert values.size == 12 * 16
    assert sizes.mean() == pytest.approx(10.0**2)
    border = (mosaic != np.roll(mosaic, 1, 1)).mean()
    assert 0.08 < border < 0.16


def test_pixels_belong_to_the_nearest_seed():
    random, cells = np.random.default_rng(5), 4
    mosaic = parcels((40, 40), 10.0, random)
    seeds = np.random.default_rng(5).random((2, cells, cells), dtype=np.float32)
    seeds += np.indices((cells, cells))
    y, x = ((np.indices((40, 40)) + 0.5) / 10)[:, :, :, None]
    apart = [np.abs(place - seed.ravel()) for place, seed in ((y, seeds[0]), (x, seeds[1]))]
    around = [np.minimum(distance, cells - distance) for distance in apart]
    owner = np.hypot(*around).argmin(-1)
    for number in range(cells**2):
        assert np.unique(mosaic[owner == number]).size == 1


@given(shape=SHAPES, seed=st.integers(0, 99))
def test_sums_over_bands_hold_all_the_power(shape, seed):
    field = np.random.default_rng(seed).standard_normal(shape)
    power = np.abs(np.fft.rfft2(field)) ** 2
    assert Bands(shape).sum(power).sum() == pytest.approx(field.size * (field**2).sum())


def test_changed_spectrum_keeps_mean_spread_and_shapes():
    mosaic = 0.5 + 0.1 * parcels(SHAPE, 12.0, np.random.default_rng(0))
    changed = with_spectrum(mosaic, -1.5)
    assert spectral_slope(changed) == pytest.approx(-1.5, abs=0.1)
    assert changed.mean() == pytest.approx(mosaic.mean(), abs=1e-6)
    assert changed.std() == pytest.approx(mosaic.std(), rel=1e-5)
    assert np.corrcoef(changed.ravel(), mosaic.ravel())[0, 1] > 0.7
