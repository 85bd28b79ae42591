"""Seams: a measure that knows a smooth field from one that was pasted together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core.nested import repeat, upsample_cubic
from lstsr_core.testing import make_scene
from lstsr_runtime.bench.seams import seam_ratio

NOISE = np.random.default_rng(7).standard_normal((256, 256))


def test_a_ramp_jumps_everywhere_alike():
    assert seam_ratio(np.add.outer(np.arange(64.0), np.arange(64.0)), 8) == pytest.approx(1.0)


def test_a_field_without_borders_of_its_own_has_a_ratio_near_one():
    assert seam_ratio(NOISE, 64) == pytest.approx(1.0, abs=0.05)


def test_a_step_at_every_border_is_measured_as_what_it_is():
    ramp = np.tile(np.arange(64.0), (64, 1))
    stepped = ramp + 3.0 * (np.arange(64) // 16)
    # Along rows each of the 3 borders jumps by 4 instead of 1; along columns nothing jumps.
    across, elsewhere = (3 * 4.0) / (3 + 3), 60.0 / (60 + 60)
    assert seam_ratio(stepped, 16) == pytest.approx(across / elsewhere)


def test_blocks_jump_at_their_borders_only_and_interpolation_everywhere():
    coarse = make_scene(shape=(64, 64))["coarse/lst"].to_numpy().astype(float)
    assert seam_ratio(repeat(coarse, 4), 4) == math.inf
    # Cubic interpolation is steepest midway between centres, which is where the borders lie.
    assert 1.0 < seam_ratio(upsample_cubic(coarse, 4), 4) < 1.3


def test_borders_are_found_only_where_they_are():
    blocks = repeat(NOISE[:32, :32], 4)
    assert seam_ratio(blocks, 4, first=2) < 0.1
    assert seam_ratio(blocks[2:, 2:], 4, first=2) == math.inf


def test_a_constant_shows_nothing():
    assert seam_ratio(np.full((16, 16), 300.0), 4) == 1.0


def test_a_field_without_a_border_has_no_ratio():
    assert math.isnan(seam_ratio(NOISE[:8, :8], 8))
    assert math.isnan(seam_ratio(np.full((16, 16), np.nan), 4))


def test_gaps_do_not_count_whatever_lies_at_them():
    ramp = np.add.outer(np.arange(64.0), np.arange(64.0))
    ramp[20:30, 5:40] = np.nan
    assert seam_ratio(ramp, 16) == pytest.approx(1.0)


def test_a_step_below_two_pixels_is_refused():
    with pytest.raises(ValueError, match="2 or more"):
        seam_ratio(NOISE, 1)


@given(st.floats(1e-3, 1e3), st.floats(-300, 300), st.integers(2, 32))
def test_neither_scale_nor_level_nor_direction_matters(scale, level, step):
    field = NOISE[:64, :64]
    ratio = seam_ratio(field, step)
    assert seam_ratio(scale * field + level, step) == pytest.approx(ratio, rel=1e-6)
    assert seam_ratio(field.T, step) == pytest.approx(ratio)
