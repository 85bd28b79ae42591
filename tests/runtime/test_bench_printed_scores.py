"""The scores of the published protocol on fields whose scores are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_runtime.bench.inscribed import Common
from lstsr_runtime.bench.printed_floor import bicubic_floor
from lstsr_runtime.bench.printed_scores import PRINTED_SCORES, score_printed
from lstsr_runtime.bench.printed_spectrum import attenuation, spectral_scores
from lstsr_runtime.bench.similarity import gradient_similarity, similarity
from lstsr_runtime.bench.sobel import gradient_magnitude

RANDOM = np.random.default_rng(4)
COARSE = 300 + RANDOM.normal(0, 3, (16, 18))
FLOOR = bicubic_floor(COARSE, 4)
TRUTH = FLOOR + RANDOM.normal(0, 1, FLOOR.shape)


def scores(prediction):
    return score_printed(Common(prediction=prediction, truth=TRUTH), FLOOR)


def test_truth_has_every_best_score():
    best = scores(TRUTH)
    assert set(best) == set(PRINTED_SCORES) - {"seconds"}
    for name in ("rmse", "ubrmse", "rmse_low", "rmse_mid", "rmse_high", "rmse_grad", "rmse_att"):
        assert best[name] == pytest.approx(0, abs=1e-9), name
    for name in ("ssim", "gssim", "frr", "correlation"):
        assert best[name] == pytest.approx(1), name
    assert math.isnan(best["psnr"])


def test_bicubic_wins_nothing_back():
    floor = scores(FLOOR)
    assert floor["afr"] == floor["frr"] == floor["fru"] == 0
    assert floor["pfr"] > 0


def test_bias_stays_in_rmse_and_leaves_ubrmse():
    moved = scores(TRUTH + 2.0)
    assert moved["rmse"] == pytest.approx(2.0)
    assert moved["bias"] == pytest.approx(2.0)
    assert moved["ubrmse"] == pytest.approx(0, abs=1e-5)
    width = TRUTH.max() + 2.0 - TRUTH.min()
    assert moved["psnr"] == pytest.approx(20 * math.log10(width / 2.0))


def test_errors_are_told_apart_by_the_detail_of_the_truth():
    truth = 300 + RANDOM.normal(0, 0.01, (64, 64))
    truth[:, 32:] += RANDOM.normal(0, 3, (64, 32))
    prediction = truth + np.where(np.arange(64) < 32, 1.0, 5.0)
    told = score_printed(Common(prediction=prediction, truth=truth), truth)
    assert told["rmse_low"] == pytest.approx(1.0, abs=0.05)
    assert told["rmse_high"] == pytest.approx(5.0)
    assert 1.0 < told["rmse_mid"] < 5.0


def test_noise_is_rewarded_as_energy():
    """FRR cannot tell detail from noise, which is why nothing is ranked by it."""
    noisy = scores(FLOOR + RANDOM.normal(0, 1, FLOOR.shape))
    assert noisy["frr"] > 0.9
    assert noisy["rmse"] > scores(FLOOR)["rmse"]


def test_wave_stands_in_the_ring_of_its_wavenumber():
    wave = 300 + np.sin(2 * np.pi * 5 * np.arange(64) / 64)[None, :] * np.ones((64, 1))
    rings = attenuation(wave)
    assert rings.size == 32
    assert int(rings[1:].argmax()) + 1 == 5
    assert rings[0] == 0


def test_more_energy_than_the_truth_is_overshoot_and_less_than_bicubic_undershoot():
    flat = np.full(TRUTH.shape, 300.0) + 1e-3 * (FLOOR - 300)
    assert spectral_scores(TRUTH + 3 * (TRUTH - FLOOR), TRUTH, FLOOR)["fro"] > 0.01
    assert spectral_scores(flat, TRUTH, FLOOR)["fru"] < -0.01


@pytest.mark.parametrize("turn", range(4))
def test_gradient_of_a_slope_is_the_same_in_four_directions(turn):
    slope = np.rot90(np.indices((9, 9))[0].astype(float), turn)
    # A unit slope gives 8 along itself, 0 across, and 6 along each diagonal.
    assert gradient_magnitude(slope) == pytest.approx(np.sqrt(8**2 + 2 * 6**2))


@given(st.floats(-20, 20), st.floats(5, 50))
def test_similarity_is_symmetric_and_at_most_one(offset, width):
    one, other = TRUTH, FLOOR + offset
    for measure in (similarity, gradient_similarity):
        assert measure(one, other, width) == pytest.approx(measure(other, one, width))
        assert measure(one, other, width) <= 1


def test_floor_keeps_a_slope_off_the_border_but_for_its_own_waves():
    slope = np.indices((8, 8))[1].astype(float)
    fine = bicubic_floor(slope, 4)
    centres = (np.arange(32) + 0.5) / 4 - 0.5
    inner = slice(8, -8)
    # The sharper kernel is not exact for slopes: it is off by up to a twentieth of a step.
    assert np.abs(fine[:, inner] - centres[None, inner]).max() < 0.06
    assert fine.min() > -0.15


def test_floor_fills_gaps_from_around():
    gappy = COARSE.copy()
    gappy[3, 4] = np.nan
    assert np.isfinite(bicubic_floor(gappy, 4)).all()
