"""A footprint gives back uniform fields, has the width that its MTF says, and skips gaps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import Footprint, SceneError, geobox_of
from lstsr_core.footprint import footprint_taps, gaussian_sigma, see_values
from lstsr_core.nested import block_mean
from lstsr_core.testing import make_scene
from lstsr_physics import see

GAUSSIAN, BOX = Footprint(shape="gaussian", mtf=0.1), Footprint(shape="box")
INNER = (slice(4, -4), slice(4, -4))


def test_mtf_of_a_tenth_at_factor_four_is_a_gaussian_of_2_73_pixels():
    assert gaussian_sigma(0.1, 4) == pytest.approx(2.7323, abs=1e-4)


@given(mtf=st.floats(0.02, 0.3), factor=st.integers(3, 9))
def test_gaussian_passes_its_mtf_at_the_coarse_nyquist_frequency(mtf, factor):
    taps = footprint_taps(Footprint(mtf=mtf), factor)
    places = taps.first + np.arange(taps.weights.size) - (factor - 1) / 2
    passed = (taps.weights * np.cos(math.pi * places / factor)).sum()
    assert passed == pytest.approx(mtf, abs=2e-3)


@given(
    footprint=st.sampled_from([GAUSSIAN, BOX]),
    factor=st.integers(1, 9),
    offset=st.floats(-9, 9),
)
def test_weights_add_up_to_one_around_the_point_looked_at(footprint, factor, offset):
    taps = footprint_taps(footprint, factor, offset)
    places = taps.first + np.arange(taps.weights.size)
    assert taps.weights.sum() == pytest.approx(1.0)
    assert (taps.weights * places).sum() == pytest.approx((factor - 1) / 2 + offset, abs=1e-3)


@given(
    footprint=st.sampled_from([GAUSSIAN, BOX]),
    factor=st.integers(2, 6),
    shape=st.tuples(st.integers(2, 9), st.integers(2, 9)),
)
def test_uniform_field_is_seen_as_it_is_up_to_the_border(footprint, factor, shape):
    fine = np.full((shape[0] * factor, shape[1] * factor), 301.5)
    seen = see_values(fine, footprint, factor, least_weight=0.01)
    np.testing.assert_allclose(seen, np.full(shape, 301.5))


def test_plane_is_seen_at_the_coarse_centres():
    y, x = np.mgrid[:64, :48].astype(float)
    seen = see_values(2.0 * x - 3.0 * y, GAUSSIAN, 4)
    expected = block_mean(2.0 * x - 3.0 * y, 4)
    np.testing.assert_allclose(seen[INNER], expected[INNER], atol=1e-9)


def test_sensor_that_looks_beside_sees_a_plane_there():
    y, x = np.mgrid[:64, :48].astype(float)
    for footprint in (GAUSSIAN, BOX):
        seen = see_values(2.0 * x - 3.0 * y, footprint, 4, beside=(1.25, -0.5))
        expected = block_mean(2.0 * (x + 1.25) - 3.0 * (y - 0.5), 4)
        np.testing.assert_allclose(seen[INNER], expected[INNER], atol=2e-3)


def test_box_that_looks_straight_is_the_block_mean():
    fine = make_scene(shape=(8, 9), factor=3)["reference/lst"].to_numpy().astype(float)
    np.testing.assert_allclose(see_values(fine, BOX, 3), block_mean(fine, 3))


def test_wave_at_the_coarse_nyquist_frequency_comes_through_with_its_mtf():
    x = np.arange(256)
    wave = np.tile(np.cos(math.pi * (x - 1.5) / 4), (256, 1))
    seen = see_values(wave, GAUSSIAN, 4)[INNER]
    np.testing.assert_allclose(np.abs(seen), 0.1, atol=1e-3)


@given(seed=st.integers(0, 20), share=st.floats(0.0, 0.95))
def test_gap_changes_no_uniform_value_and_hides_only_what_it_covers(seed, share):
    fine = np.full((40, 32), 290.0)
    fine[np.random.default_rng(seed).random(fine.shape) < share] = np.nan
    seen = see_values(fine, GAUSSIAN, 4)
    np.testing.assert_allclose(seen[np.isfinite(seen)], 290.0)
    weights = see_values(np.isfinite(fine).astype(float), GAUSSIAN, 4, least_weight=0.0)
    inner = (slice(3, -3), slice(3, -3))
    assert np.array_equal(np.isfinite(seen)[inner], weights[inner] >= 0.5)


def test_what_is_seen_lies_on_the_coarse_grid():
    scene = make_scene(shape=(8, 6), factor=4)
    seen = see(scene["reference/lst"], GAUSSIAN, 4)
    assert geobox_of(seen) == geobox_of(scene["coarse"].to_dataset())
    assert seen.dtype == np.float32
    assert seen.attrs["units"] == "K"


def test_field_that_coarse_pixels_do_not_fill_is_refused():
    with pytest.raises(SceneError) as caught:
        see_values(np.zeros((10, 12)), GAUSSIAN, 4)
    assert caught.value.code == "GRID_NOT_NESTED"
