"""Octave scores of fields whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core.testing import make_scene
from lstsr_runtime.bench.spectrum import SHORTEST, octaves, spectra, spectral_error

TRUTH = make_scene(shape=(32, 32), seed=2)["reference/lst"].to_numpy().astype(float)
NOISE = np.random.default_rng(3).standard_normal((256, 240))
"""Equal energy at all scales, so that little of one octave leaks into another. [K]"""


def band(field, shortest: int):
    """Keep one octave of a field."""
    rows, columns = (np.fft.fftfreq(size) for size in field.shape)
    frequency = np.hypot(rows[:, None], columns[None, :])
    kept = (frequency > 0.5 / shortest) & (frequency <= 1 / shortest)
    return np.fft.ifft2(np.fft.fft2(field) * kept).real


def test_truth_itself_has_all_energy_and_correlation_in_every_octave():
    both = spectra(TRUTH, TRUTH)
    for octave in octaves(both):
        assert octave.correlation == pytest.approx(1)
        assert octave.energy == pytest.approx(1)
    assert spectral_error(both, 4) == 0


@given(shortest=st.sampled_from(SHORTEST), scale=st.floats(1.0, 3.0))
def test_octave_that_is_scaled_has_the_square_of_the_scale_as_energy(shortest, scale):
    changed = NOISE + (scale - 1) * band(NOISE, shortest)
    energy = {octave.shortest: octave.energy for octave in octaves(spectra(changed, NOISE))}
    assert energy[shortest] == pytest.approx(scale**2, rel=0.15)
    for other in set(SHORTEST) - {shortest, 2 * shortest, shortest // 2}:
        assert energy[other] == pytest.approx(1.0, rel=0.01)


def test_field_that_is_scaled_as_a_whole_has_the_square_of_the_scale_in_every_octave():
    both = spectra(3.0 * TRUTH, TRUTH)
    assert [octave.energy for octave in octaves(both)] == pytest.approx([9.0] * len(SHORTEST))
    assert [octave.correlation for octave in octaves(both)] == pytest.approx([1.0] * 4)
    assert spectral_error(both, 4) == pytest.approx(math.log10(9.0))


def test_octave_of_the_wrong_sign_is_anticorrelated():
    turned = TRUTH - 2 * band(TRUTH, 2)
    finest = octaves(spectra(turned, TRUTH))[0]
    assert finest.correlation == pytest.approx(-1, abs=0.05)
    assert finest.energy == pytest.approx(1, rel=0.05)


def test_too_little_and_too_much_energy_are_the_same_error():
    for scale in (0.2, 5.0):
        both = spectra(scale * TRUTH, TRUTH)
        assert spectral_error(both, 4) == pytest.approx(2 * math.log10(5.0))


def test_field_without_contrast_has_a_finite_error():
    both = spectra(np.full_like(TRUTH, 300.0), TRUTH)
    assert 5 < spectral_error(both, 4) <= 6
    assert octaves(both)[0].energy == pytest.approx(0, abs=1e-9)


def test_gap_filled_from_around_hardly_changes_an_octave():
    spoilt = TRUTH.copy()
    spoilt[50:56, 60:70] = np.nan
    changed = octaves(spectra(0.5 * spoilt, spoilt))
    assert [octave.energy for octave in changed] == pytest.approx([0.25] * len(SHORTEST))
    energy = [float((np.abs(spectra(field, field).truth) ** 2).sum()) for field in (spoilt, TRUTH)]
    assert energy[0] == pytest.approx(energy[1], rel=0.05)
