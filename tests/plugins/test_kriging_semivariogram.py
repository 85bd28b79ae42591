"""Semivariograms and the point fields behind them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_statistical.deconvolution import LONGEST, SHORTEST, deconvolve
from lstsr_statistical.semivariogram import Semivariogram, semivariogram_of
from lstsr_statistical.support import block_covariance


def compare_all_pairs(field, row, column):
    """Compare the pairs of one lag, on both diagonals, one by one."""
    squares, diagonals = [], []
    height, width = field.shape
    for across in (column, -column):
        pairs = [
            (field[i, j], field[i + row, j + across])
            for i in range(height - row)
            for j in range(max(0, -across), min(width, width - across))
        ]
        found = [(a - b) ** 2 / 2 for a, b in pairs if np.isfinite(a + b)]
        squares += found
        diagonals.append(len(found))
    return (np.mean(squares) if squares else np.nan), np.mean(diagonals)


def averaged(sill, scale, nugget, lags=11, factor=4):
    covariance = sill * block_covariance(lags, factor, scale)
    value = covariance[0, 0] - covariance + nugget
    value[0, 0] = 0.0
    return Semivariogram(value=value, pairs=np.full((lags, lags), 900.0))


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**16),
    shape=st.tuples(st.integers(2, 9), st.integers(2, 9)),
    share=st.floats(0.0, 0.8),
)
def test_the_transform_counts_the_pairs_that_a_loop_counts(seed, shape, share):
    random = np.random.default_rng(seed)
    field = 300.0 + 4.0 * random.standard_normal(shape)
    field[random.random(shape) < share] = np.nan
    found = semivariogram_of(field)
    for row in range(len(found.value)):
        for column in range(len(found.value)):
            value, pairs = compare_all_pairs(field, row, column)
            assert found.pairs[row, column] == pairs
            assert found.value[row, column] == pytest.approx(value, abs=1e-9, nan_ok=True)


def test_a_slope_gives_a_parabola_and_no_value_stands_without_a_pair():
    field = np.add.outer(2.0 * np.arange(40.0), np.zeros(40))
    found = semivariogram_of(field)
    assert np.allclose(found.value, 2.0 * np.arange(11.0)[:, None] ** 2)
    assert np.isnan(semivariogram_of(np.full((8, 8), np.nan)).value).all()


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0, 20.0])
@pytest.mark.parametrize("factor", [2, 4, 7])
def test_the_point_field_behind_a_semivariogram_is_found_again(scale, factor):
    model = deconvolve(averaged(2.5, scale, 0.0, factor=factor), factor)
    assert model.scale == pytest.approx(scale, rel=0.01)
    assert model.sill == pytest.approx(2.5, rel=0.01)
    assert model.nugget == 0.0


def test_noise_of_coarse_pixels_is_told_from_the_field():
    model = deconvolve(averaged(2.5, 3.0, 0.6), 4, noisy=True)
    assert model.scale == pytest.approx(3.0, rel=0.02)
    assert model.sill == pytest.approx(2.5, rel=0.02)
    assert model.nugget == pytest.approx(0.6, rel=0.02)


def test_a_field_without_noise_has_none_and_noise_alone_has_no_field():
    assert deconvolve(averaged(1.0, 5.0, 0.0), 4, noisy=True).nugget == pytest.approx(0, abs=1e-3)
    white = deconvolve(averaged(0.0, 5.0, 0.8), 4, noisy=True)
    assert white.nugget == pytest.approx(0.8, rel=1e-6)
    assert white.sill == pytest.approx(0.0, abs=1e-6)


def test_a_field_that_does_not_vary_and_one_that_is_missing_have_no_variance():
    for field in (np.full((20, 20), 4.0), np.full((20, 20), np.nan), np.zeros((1, 1))):
        for noisy in (False, True):
            model = deconvolve(semivariogram_of(field), 4, noisy=noisy)
            assert (model.sill, model.nugget) == (0.0, 0.0)
            assert SHORTEST <= model.scale <= LONGEST
