"""Arrays on nested grids: averages and interpolations with known answers, gaps kept local."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstsr_core import SceneError
from lstsr_core.nested import (
    REACH,
    block_coverage,
    block_mean,
    cubic_weights,
    fill_near,
    linear_weights,
    repeat,
    upsample_cubic,
    upsample_linear,
)

UPSAMPLERS = [upsample_cubic, upsample_linear]
MARGIN = 2 * REACH
"""Two coarse pixels under the kernel, and two that a gap among them is filled from."""

kelvin = st.floats(200.0, 350.0, width=32)
factors = st.integers(1, 6)
shapes = st.tuples(st.integers(1, 9), st.integers(1, 9))
fields = hnp.arrays(np.float32, shapes, elements=kelvin)
gappy = hnp.arrays(np.float32, shapes, elements=st.one_of(kelvin, st.just(np.float32(np.nan))))


@pytest.fixture(params=UPSAMPLERS, ids=["cubic", "linear"])
def upsample(request):
    return request.param


def ramp(shape, factor):
    """Give a linear ramp on the coarse and on the fine grid, as seen at pixel centres."""
    rows, columns = (np.arange(n) + 0.5 for n in shape)
    fine_rows, fine_columns = ((np.arange(n * factor) + 0.5) / factor for n in shape)
    return tuple(
        280.0 + 0.7 * r[:, None] - 1.3 * c[None, :]
        for r, c in ((rows, columns), (fine_rows, fine_columns))
    )


def inside(fine, coarse_pixels, factor):
    cut = slice(coarse_pixels * factor, -coarse_pixels * factor)
    return fine[cut, cut]


@given(gappy, factors)
def test_the_block_mean_of_repeated_pixels_is_the_field_itself(field, factor):
    np.testing.assert_array_equal(block_mean(repeat(field, factor), factor), field)


@given(gappy, factors)
def test_the_coverage_of_repeated_pixels_is_all_or_nothing(field, factor):
    coverage = block_coverage(repeat(field, factor), factor)
    np.testing.assert_array_equal(coverage, np.isfinite(field))


def test_a_block_is_the_mean_of_its_measured_pixels_alone():
    fine = np.array([[1, 3, np.nan, 7], [5, 7, np.nan, np.nan]], np.float32)
    np.testing.assert_array_equal(block_mean(fine, 2), [[4.0, 7.0]])
    np.testing.assert_array_equal(block_coverage(fine, 2), [[1.0, 0.25]])


def test_a_block_without_a_measured_pixel_is_missing():
    fine = np.full((2, 4), np.nan, np.float32)
    fine[:, :2] = 300.0
    np.testing.assert_array_equal(block_mean(fine, 2), [[300.0, np.nan]])


def test_the_mean_of_many_float32_values_does_not_drift():
    fine = np.full((1000, 1000), 300.1, np.float32)
    assert block_mean(fine, 1000)[0, 0] == np.float32(300.1)


def test_leading_axes_are_kept():
    stack = np.arange(2 * 4 * 6, dtype=np.float64).reshape(2, 4, 6)
    means = block_mean(stack, 2)
    assert means.shape == (2, 2, 3)
    np.testing.assert_array_equal(means[1], block_mean(stack[1], 2))
    np.testing.assert_array_equal(repeat(means, 2)[1], repeat(means[1], 2))


@pytest.mark.parametrize("shape", [(3, 4), (4, 3)])
def test_blocks_that_do_not_fill_the_field_are_refused(shape):
    with pytest.raises(SceneError) as caught:
        block_mean(np.zeros(shape), 2)
    assert caught.value.code == "GRID_NOT_NESTED"


@given(kelvin, shapes, factors, st.sampled_from(UPSAMPLERS))
def test_a_constant_stays_constant_to_the_border(value, shape, factor, upsample):
    fine = upsample(np.full(shape, value, np.float64), factor)
    assert fine.shape == (shape[0] * factor, shape[1] * factor)
    np.testing.assert_allclose(fine, value, rtol=1e-12)


@given(st.tuples(st.integers(5, 9), st.integers(5, 9)), factors, st.sampled_from(UPSAMPLERS))
def test_a_linear_ramp_is_exact_away_from_the_border(shape, factor, upsample):
    coarse, fine = ramp(shape, factor)
    np.testing.assert_allclose(
        inside(upsample(coarse, factor), REACH, factor), inside(fine, REACH, factor), rtol=1e-12
    )


def test_cubic_upsampling_is_exact_for_a_parabola_and_linear_is_not():
    coarse, fine = (np.arange(n)[None, :] + 0.5 for n in (9, 36))
    coarse, fine = np.repeat(coarse**2, 9, axis=0), np.repeat((fine / 4) ** 2, 36, axis=0)
    errors = [np.abs(inside(up(coarse, 4) - fine, REACH, 4)).max() for up in UPSAMPLERS]
    assert errors[0] < 1e-10
    assert errors[1] > 0.1


def test_cubic_weights_halfway_are_those_of_keys():
    np.testing.assert_allclose(cubic_weights(1), [[0, 0, 1, 0, 0]], atol=1e-15)
    # Two fine pixels lie a quarter of a coarse one to either side of its centre.
    quarter = [-0.0234375, 0.2265625, 0.8671875, -0.0703125, 0.0]
    np.testing.assert_allclose(cubic_weights(2), [quarter, quarter[::-1]], atol=1e-15)


@given(st.integers(1, 40))
def test_weights_sum_to_one_at_every_factor(factor):
    for weights in (cubic_weights(factor), linear_weights(factor)):
        np.testing.assert_allclose(weights.sum(axis=1), 1.0, rtol=1e-13)


@given(fields, factors)
def test_linear_upsampling_stays_between_its_coarse_values(field, factor):
    fine = upsample_linear(field, factor)
    assert fine.min() >= field.min() - 1e-3
    assert fine.max() <= field.max() + 1e-3


@given(gappy, factors, st.sampled_from(UPSAMPLERS))
def test_there_is_a_value_exactly_where_the_coarse_pixel_has_one(field, factor, upsample):
    fine = upsample(field, factor)
    assert fine.dtype == field.dtype
    np.testing.assert_array_equal(np.isnan(fine), repeat(np.isnan(field), factor))


@pytest.mark.fault(18)
@given(st.integers(0, 10), st.integers(0, 10), st.integers(2, 4), st.sampled_from(UPSAMPLERS))
def test_a_missing_pixel_touches_only_its_own_neighbourhood(row, column, factor, upsample):
    whole = np.random.default_rng(7).normal(300.0, 5.0, (11, 11))
    holed = whole.copy()
    holed[row, column] = np.nan
    changed = upsample(whole, factor) != upsample(holed, factor)
    # At the border it also takes part in what the field is continued by.
    reach = REACH if min(row, column) >= REACH and max(row, column) < 11 - REACH else MARGIN
    distance = np.maximum(*np.abs(np.indices((11, 11)) - [[[row]], [[column]]]))
    assert not changed[repeat(distance > reach, factor)].any()
    assert changed[repeat(distance == 0, factor)].all()


def test_a_missing_pixel_in_a_ramp_changes_its_neighbours_by_less_than_a_step(upsample):
    coarse, _ = ramp((11, 11), 4)
    holed = coarse.copy()
    holed[5, 5] = np.nan
    difference = np.abs(upsample(coarse, 4) - upsample(holed, 4))
    assert np.nanmax(difference) < 1e-10


@given(st.integers(0, 3), st.integers(0, 3), st.floats(0.0, 0.6), st.sampled_from(UPSAMPLERS))
def test_a_crop_is_bitwise_the_same_inside_its_margin(top, left, gaps, upsample):
    random = np.random.default_rng(11)
    whole = random.normal(300.0, 5.0, (16, 17)).astype(np.float32)
    whole[random.random(whole.shape) < gaps] = np.nan
    rows, columns = slice(top, top + 12), slice(left, left + 13)
    expected = upsample(whole, 3)[top * 3 : (top + 12) * 3, left * 3 : (left + 13) * 3]
    np.testing.assert_array_equal(
        inside(upsample(whole[rows, columns], 3), MARGIN, 3), inside(expected, MARGIN, 3)
    )


def test_gaps_are_filled_from_their_rim_inwards_and_no_deeper_than_asked():
    field = np.full((7, 7), np.nan)
    field[0, :] = 300.0
    filled = fill_near(field, reach=2)
    np.testing.assert_array_equal(filled[:3], 300.0)
    assert np.isnan(filled[3:]).all()


@given(gappy)
def test_filling_never_changes_what_was_measured(field):
    known = np.isfinite(field)
    np.testing.assert_array_equal(fill_near(field)[known], field[known].astype(np.float64))


def test_a_filled_pixel_is_the_mean_of_its_measured_neighbours():
    field = np.array([[1.0, 2.0, 3.0], [4.0, np.nan, 6.0], [7.0, 8.0, 9.0]])
    assert fill_near(field)[1, 1] == pytest.approx(5.0)
    field[0] = np.nan
    assert fill_near(field)[1, 1] == pytest.approx((4 + 6 + 7 + 8 + 9) / 5)


def test_upsampling_leaves_its_input_as_it_was(upsample):
    field = np.random.default_rng(0).normal(300.0, 5.0, (6, 5)).astype(np.float32)
    field[2, 2] = np.nan
    before = field.copy()
    upsample(field, 3)
    np.testing.assert_array_equal(field, before)
