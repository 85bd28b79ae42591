"""Blocks of temperatures keep the power that they emit; blocks of guides keep their mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odc.geo.xr import wrap_xr

from lstsr_core import SceneError, geobox_of
from lstsr_core.testing import make_scene
from lstsr_physics import average, coarsen

SCENE = make_scene(shape=(6, 5), factor=4)
TRUTH = SCENE["reference/lst"]


def test_uniform_temperature_stays_what_it_is():
    uniform = TRUTH.copy(data=np.full(TRUTH.shape, 300.0, np.float32))
    np.testing.assert_allclose(coarsen(uniform, 4), 300.0, rtol=1e-6)


def test_coarse_temperature_emits_the_mean_power_of_its_pixels():
    values = np.tile(np.array([[280.0, 320.0], [320.0, 280.0]]), (12, 10))
    coarse = coarsen(TRUTH.copy(data=values), 2)
    np.testing.assert_allclose(coarse, ((280.0**4 + 320.0**4) / 2) ** 0.25, rtol=1e-12)
    np.testing.assert_allclose(average(TRUTH.copy(data=values), 2), 300.0, rtol=1e-12)


def test_documented_difference_of_power_and_plain_mean_is_right():
    values = np.tile(np.array([[298.0, 302.0], [302.0, 298.0]]), (12, 10))
    field = TRUTH.copy(data=values)
    difference = (coarsen(field, 2) - average(field, 2)).to_numpy()
    np.testing.assert_allclose(difference, 0.02, atol=0.002)


def test_coarse_field_lies_on_the_coarse_grid_and_keeps_its_attributes():
    coarse = coarsen(TRUTH, 4)
    assert geobox_of(coarse) == geobox_of(SCENE["coarse"].to_dataset())
    assert coarse.attrs["units"] == "K"
    assert coarse.dtype == TRUTH.dtype


def test_blocks_that_do_not_fill_the_field_are_refused():
    with pytest.raises(SceneError) as caught:
        coarsen(TRUTH, 7)
    assert caught.value.code == "GRID_NOT_NESTED"


@given(missing=st.integers(0, 16), least=st.floats(0.05, 1.0))
def test_block_has_a_value_exactly_where_enough_of_it_was_measured(missing, least):
    values = np.full((4, 4), 290.0)
    values.flat[:missing] = np.nan
    box = geobox_of(TRUTH)[:4, :4]
    (result,) = coarsen(wrap_xr(values, box), 4, least_coverage=least).to_numpy().ravel()
    assert np.isfinite(result) == (missing < 16 and 1 - missing / 16 >= least)


@given(seed=st.integers(0, 99), share=st.floats(0.0, 0.9))
def test_coarse_temperature_lies_between_the_plain_mean_and_the_hottest_pixel(seed, share):
    random = np.random.default_rng(seed)
    values = random.uniform(250.0, 330.0, TRUTH.shape)
    values[random.random(TRUTH.shape) < share] = np.nan
    field = TRUTH.copy(data=values)
    power, mean = coarsen(field, 4).to_numpy(), average(field, 4).to_numpy()
    there = np.isfinite(mean)
    assert np.array_equal(np.isfinite(power), there)
    assert (power[there] >= mean[there] - 1e-9).all()
    assert (power[there] <= 330.0).all()
