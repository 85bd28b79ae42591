from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_physics.scaling.octaves import octave_statistics
from lstsr_physics.scaling.pyramid import levels, repeat_twice, sum_of_four

OCTAVES = 5
GAPS = 0.3
SEEDS = st.integers(0, 2**32 - 1)


def rough(hurst, seed, size=512):
    """Give half of a fractional Brownian surface, so that it is not periodic; std 1."""
    generator = np.random.default_rng(seed)
    k = np.hypot(np.fft.fftfreq(2 * size)[:, None], np.fft.rfftfreq(2 * size)[None])
    k[0, 0] = np.inf
    white = np.fft.rfft2(generator.standard_normal((2 * size, 2 * size)))
    field = np.fft.irfft2(white * k ** -(hurst + 1))[:size, :size]
    return (field - field.mean()) / field.std()


def clouds(seed, share=GAPS, size=512):
    """Tell where a cloud field covers a share of the ground."""
    cover = rough(0.7, seed, size)
    return cover < np.quantile(cover, share)


def linear_pair(seed, slopes):
    """Give a temperature whose slope on its guide is another in every octave, and the guide."""
    guide = 0.5 + 0.1 * rough(0.4, seed)
    lst = np.full(guide.shape, 300.0)
    mean = guide
    for octave, slope in enumerate(slopes):
        coarse = sum_of_four(mean) / 4
        detail = mean - repeat_twice(coarse, mean.shape)
        lst += slope * detail.repeat(2**octave, 0).repeat(2**octave, 1)
        mean = coarse
    return lst, guide


def test_octaves_are_block_means_less_the_means_of_the_blocks_that_hold_them():
    lst = np.random.default_rng(2).standard_normal((64, 64))
    found = octave_statistics(lst, lst, pixel=10.0, octaves=3)
    mean = lst
    for octave in range(3):
        coarse = sum_of_four(mean) / 4
        detail = mean - repeat_twice(coarse, mean.shape)
        variance = found["lst_variance"].to_numpy()[octave]
        assert variance == pytest.approx((detail**2).mean(), rel=1e-5)
        assert found["count"].to_numpy()[octave] == pytest.approx(mean.size)
        mean = coarse
    assert found["block"].to_numpy().tolist() == [10.0, 20.0, 40.0]


@pytest.mark.parametrize("gaps", ["none", "scattered", "clouds"])
def test_slope_of_every_octave_is_recovered_to_a_tenth_of_a_kelvin_whatever_the_gaps(gaps):
    slopes = (-8.0, -12.0, -18.0, -22.0, -24.0)
    lst, guide = linear_pair(3, slopes)
    if gaps == "scattered":
        lst[np.random.default_rng(4).random(lst.shape) < GAPS] = np.nan
    elif gaps == "clouds":
        lst[clouds(5)] = np.nan
    found = octave_statistics(lst, guide, pixel=250.0, octaves=OCTAVES)
    tolerance = 0.001 if gaps == "none" else 0.6
    np.testing.assert_allclose(found["slope"], slopes, atol=tolerance)
    np.testing.assert_allclose(found["gain"], np.abs(slopes), atol=tolerance)
    np.testing.assert_allclose(found["coherence"], 1.0, atol=0.05)


@pytest.mark.parametrize("hurst", [0.3, 0.5, 0.8])
def test_gaps_of_thirty_percent_bias_the_variance_of_no_octave(hurst):
    ratios = []
    for seed in range(6):
        field = rough(hurst, seed, size=256)
        holed = np.where(np.random.default_rng(seed).random(field.shape) < GAPS, np.nan, field)
        whole, less = (
            octave_statistics(one, one, pixel=1.0, octaves=OCTAVES)["lst_variance"].to_numpy()
            for one in (field, holed)
        )
        ratios.append(less / whole)
    np.testing.assert_allclose(np.mean(ratios, axis=0), 1.0, atol=0.03)


def test_white_noise_has_a_quarter_of_its_variance_left_in_every_next_octave():
    noise = np.random.default_rng(1).standard_normal((512, 512))
    found = octave_statistics(noise, noise, pixel=1.0, octaves=OCTAVES)["lst_variance"]
    expected = 0.75 * 0.25 ** np.arange(OCTAVES)
    np.testing.assert_allclose(found, expected, rtol=0.1)


def test_independent_fields_have_no_slope_within_the_interval():
    held = 0
    for seed in range(20):
        lst, guide = rough(0.5, seed, 256), rough(0.5, 1000 + seed, 256)
        found = octave_statistics(lst, guide, pixel=1.0, octaves=3)
        low, high = found["slope_interval"].to_numpy().T
        held += int(((low < 0) & (high > 0)).sum())
    assert 45 <= held <= 60, "90 % intervals hold about 54 of 60"


def test_weights_choose_a_class():
    lst, guide = rough(0.5, 1), rough(0.5, 2)
    field = rough(0.6, 3) > 0
    lst = np.where(field, -10 * guide, 5 * guide) + 300
    for inside, slope in ((field, -10.0), (~field, 5.0)):
        found = octave_statistics(lst, guide, pixel=1.0, octaves=2, weights=inside)
        np.testing.assert_allclose(found["slope"], slope, atol=1e-3)


def test_octaves_that_hold_nothing_are_nan():
    empty = np.full((8, 8), np.nan)
    found = octave_statistics(empty, empty, pixel=1.0, octaves=2)
    assert found["slope"].isnull().all()
    assert (found["count"] == 0).all()


@given(seed=SEEDS, rows=st.integers(1, 40), columns=st.integers(1, 40), share=st.floats(0, 1))
def test_weight_is_lost_on_no_level_whatever_the_shape(seed, rows, columns, share):
    generator = np.random.default_rng(seed)
    fields = generator.standard_normal((2, rows, columns)).astype(np.float32)
    weights = (generator.random((rows, columns)) < share).astype(np.float32)
    for level in levels(fields, weights, 4):
        assert np.isfinite(level.products).all()
        assert (level.products[0] >= -1e-4).all()
        assert (level.freedom >= -1e-3).all()
        assert level.freedom.sum() <= weights.sum() + 1e-3
        assert (level.leakage >= -1e-3).all()


def test_real_sized_field_keeps_single_precision():
    lst = 300 + 1e-2 * rough(0.5, 8, 256)
    found = octave_statistics(lst, lst, pixel=1.0, octaves=4)
    np.testing.assert_allclose(found["slope"], 1.0, atol=1e-6)
