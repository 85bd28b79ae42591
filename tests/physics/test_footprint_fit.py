from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import SceneError
from lstsr_core.kernel import gaussian_taps, weighted_mean
from lstsr_physics.footprint_fit import fit_footprint

FACTOR = 4
GAIN, OFFSET, NOISE = 0.9, 30.0, 0.2


def rough(seed, size=256):
    """Give a field of roughness 0.5 with a standard deviation of 3 K."""
    generator = np.random.default_rng(seed)
    k = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    k[0, 0] = np.inf
    white = np.fft.rfft2(generator.standard_normal((size, size)))
    field = np.fft.irfft2(white * k**-1.5)
    return 300 + 3 * field / field.std()


def pair(seed, sigma=(2.7, 3.4), shift=(0.75, -0.5), noise=NOISE):
    fine = rough(seed)
    middle = (FACTOR - 1) / 2
    columns, rows = (gaussian_taps(middle + s, w) for s, w in zip(shift, sigma, strict=True))
    coarse = GAIN * weighted_mean(fine, rows, columns, FACTOR)[0] + OFFSET
    generator = np.random.default_rng(seed + 1000)
    return fine, coarse + noise * generator.standard_normal(coarse.shape)


def test_footprint_shift_gain_and_offset_are_recovered():
    found = fit_footprint(*pair(1), FACTOR)
    assert found.sigma == pytest.approx((2.7, 3.4), abs=0.15)
    assert found.mtf == pytest.approx((0.105, 0.0283), abs=0.02)
    assert found.shift == pytest.approx((0.75, -0.5), abs=0.1)
    assert found.gain == pytest.approx(GAIN, abs=0.03)
    assert found.offset == pytest.approx(OFFSET, abs=0.03 * 300)
    assert found.residual == pytest.approx(NOISE, rel=0.1)


def test_without_noise_the_fit_is_exact():
    found = fit_footprint(*pair(2, noise=0.0), FACTOR, high_pass=False)
    assert found.sigma == pytest.approx((2.7, 3.4), abs=0.01)
    assert found.shift == pytest.approx((0.75, -0.5), abs=0.01)
    assert found.offset == pytest.approx(OFFSET, abs=0.5)


def test_errors_are_as_large_as_they_say():
    found = [fit_footprint(*pair(seed), FACTOR) for seed in range(10, 30)]
    for name, truth in (("sigma", (2.7, 3.4)), ("shift", (0.75, -0.5))):
        values = np.array([getattr(one, name) for one in found])
        told = np.array([getattr(one, f"{name}_error") for one in found])
        ratio = np.sqrt(((values - truth) ** 2).mean(axis=0)) / told.mean(axis=0)
        assert np.all((ratio > 0.6) & (ratio < 1.6)), (name, ratio)


def test_gaps_widen_the_errors_and_nothing_else():
    fine, coarse = pair(4)
    generator = np.random.default_rng(8)
    coarse[generator.random(coarse.shape) < 0.3] = np.nan
    found = fit_footprint(fine, coarse, FACTOR)
    assert found.sigma == pytest.approx((2.7, 3.4), abs=0.2)
    assert found.pixels < 0.75 * 64 * 64


def test_too_few_shared_pixels_are_refused():
    fine, coarse = pair(5)
    coarse[1:] = np.nan
    with pytest.raises(SceneError, match="NO_VALID_PIXELS"):
        fit_footprint(fine, coarse, FACTOR)
