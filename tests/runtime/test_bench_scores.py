"""Scores of fields whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import Footprint
from lstsr_core.footprint import see_values
from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_core.testing import make_scene
from lstsr_runtime.bench import scores

TRUTH = make_scene(shape=(24, 20), seed=1)["reference/lst"].to_numpy().astype(float)
NOISE = np.random.default_rng(0).standard_normal(TRUTH.shape)


def with_gaps(field, share: float = 0.1):
    return np.where(np.random.default_rng(1).random(field.shape) < share, np.nan, field)


@pytest.mark.parametrize("truth", [TRUTH, with_gaps(TRUTH)])
def test_truth_itself_scores_perfectly(truth):
    assert scores.rms_error(truth, truth) == 0
    assert scores.mean_absolute_error(truth, truth) == 0
    assert scores.correlation(truth, truth) == pytest.approx(1)
    assert scores.detail_skill(truth, truth, 4) == 1
    assert scores.gradient_error(truth, truth) == 0
    assert scores.coverage(truth, np.zeros_like(truth), truth) == 1
    assert scores.crps(truth, np.zeros_like(truth), truth) == pytest.approx(0, abs=1e-6)


def test_structural_similarity_of_equal_fields_is_one_and_sinks_with_noise():
    values = [scores.ssim(TRUTH + s * NOISE, TRUTH) for s in (0.0, 0.5, 2.0)]
    assert values[0] == pytest.approx(1)
    assert values[0] > values[1] > values[2]


def test_structural_similarity_does_not_gain_by_an_outlier_in_the_prediction():
    noisy = TRUTH + NOISE
    wild = noisy.copy()
    wild[40, 40] += 100.0
    assert scores.ssim(wild, TRUTH) < scores.ssim(noisy, TRUTH)


def test_structural_similarity_leaves_out_windows_with_gaps():
    gap = np.zeros(TRUTH.shape, bool)
    gap[30:40, 30:40] = True
    spoilt = np.where(gap, np.nan, TRUTH)
    assert scores.ssim(spoilt, spoilt) == pytest.approx(1)
    assert math.isnan(scores.ssim(np.full_like(TRUTH, np.nan), TRUTH))


@given(amount=st.floats(-20, 20))
def test_rms_and_mean_absolute_error_of_a_constant_difference_are_its_size(amount):
    assert scores.rms_error(TRUTH + amount, TRUTH) == pytest.approx(abs(amount), abs=1e-9)
    assert scores.mean_absolute_error(TRUTH + amount, TRUTH) == pytest.approx(abs(amount), abs=1e-9)


def test_field_without_contrast_has_no_correlation():
    assert math.isnan(scores.correlation(np.zeros_like(TRUTH), TRUTH))


def test_field_that_holds_only_what_block_means_hold_has_no_detail_skill():
    """Twice through the coarse grid leaves next to nothing, so the skill is that of no detail."""
    smooth = upsample_cubic(block_mean(TRUTH, 4), 4)
    assert scores.detail_skill(smooth, TRUTH, 4) == pytest.approx(0, abs=0.1)
    assert scores.detail_skill(np.full_like(TRUTH, 300.0), TRUTH, 4) == pytest.approx(0, abs=1e-12)


def test_detail_of_the_wrong_sign_does_harm():
    smooth = upsample_cubic(block_mean(TRUTH, 4), 4)
    detail = TRUTH - smooth
    assert scores.detail_skill(smooth - detail, TRUTH, 4) < -2.5
    assert scores.detail_skill(smooth + 0.5 * detail, TRUTH, 4) == pytest.approx(0.75, abs=0.05)


def test_detail_skill_does_not_see_what_the_coarse_image_holds():
    wave = repeat(np.outer(np.ones(24), np.arange(20.0)), 4)
    plane = upsample_cubic(block_mean(wave, 4), 4)
    ours = TRUTH + plane - upsample_cubic(block_mean(plane, 4), 4)
    assert scores.detail_skill(TRUTH + 5.0, TRUTH, 4) == pytest.approx(1)
    assert scores.detail_skill(ours, TRUTH, 4) > 0.95


def test_prediction_that_the_sensor_would_see_as_measured_is_consistent():
    seen = see_values(TRUTH, Footprint(), 4)
    assert scores.footprint_consistency(TRUTH, seen, Footprint()) == pytest.approx(0, abs=1e-9)
    warmer = scores.footprint_consistency(TRUTH + 0.5, seen, Footprint())
    assert warmer == pytest.approx(0.5)


def test_gradient_error_of_a_plane_is_its_slope():
    y, x = np.mgrid[: TRUTH.shape[0], : TRUTH.shape[1]]
    assert scores.gradient_error(TRUTH + 0.3 * x + 0.4 * y, TRUTH) == pytest.approx(0.5)


@pytest.mark.parametrize("spread", [0.3, 2.0])
def test_right_sigma_covers_nine_in_ten(spread):
    sigma = np.full(TRUTH.shape, spread)
    assert scores.coverage(TRUTH + spread * NOISE, sigma, TRUTH) == pytest.approx(0.9, abs=0.01)


def test_continuous_ranked_probability_score_of_a_right_sigma_is_known_and_the_best():
    """For a normal error of width s it is s / sqrt(pi)."""
    error = TRUTH + 1.5 * NOISE
    right, narrow, wide = (
        scores.crps(error, np.full(TRUTH.shape, sigma), TRUTH) for sigma in (1.5, 0.5, 4.0)
    )
    assert right == pytest.approx(1.5 / math.sqrt(math.pi), rel=0.02)
    assert right < min(narrow, wide)


def test_continuous_ranked_probability_score_without_sigma_is_the_absolute_error():
    value = scores.crps(TRUTH + 0.7, np.zeros_like(TRUTH), TRUTH)
    assert value == pytest.approx(0.7)
