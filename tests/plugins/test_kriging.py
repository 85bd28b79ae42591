"""Area-to-point kriging: its data, its gaps and its borders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core.nested import block_mean, repeat
from lstsr_statistical import kriging as room
from lstsr_statistical.deconvolution import PointModel
from lstsr_statistical.kriging import REACH, kriging_of
from lstsr_statistical.support import block_covariance, block_point_covariance


def field_with_gaps(seed, shape, share):
    random = np.random.default_rng(seed)
    field = 5.0 * random.standard_normal(shape)
    field[random.random(shape) < share] = np.nan
    return field


def krige_point_by_point(field, factor, model, row, column):
    """Solve one fine pixel from the covariances of all pairs of fine centres."""
    block, centre = np.array([row // factor, column // factor]), np.array([row, column])
    near = [
        (r, c)
        for r in range(block[0] - REACH, block[0] + REACH + 1)
        for c in range(block[1] - REACH, block[1] + REACH + 1)
        if 0 <= r < field.shape[0] and 0 <= c < field.shape[1] and np.isfinite(field[r, c])
    ]
    inside = np.array([(i, j) for i in range(factor) for j in range(factor)])
    centres = [np.array(pixel) * factor + inside for pixel in near]

    def covariance(a, b):
        distance = np.linalg.norm(a[:, None] - b[None], axis=2) / factor
        return (model.sill * np.exp(-distance / model.scale)).mean()

    size = len(near)
    system, right = np.ones((size + 1, size + 1)), np.ones(size + 1)
    system[-1, -1] = 0.0
    for i in range(size):
        right[i] = covariance(centres[i], centre[None])
        for j in range(size):
            system[i, j] = covariance(centres[i], centres[j]) + model.nugget * (i == j)
    weights = np.linalg.solve(system, right)
    value = weights[:-1] @ [field[pixel] for pixel in near]
    return value, model.sill - weights @ right


def test_the_covariance_of_coarse_pixels_is_the_mean_over_pairs_of_their_fine_centres():
    factor, scale = 3, 0.8
    centres = np.array([(i, j) for i in range(factor) for j in range(factor)]) / factor
    found = block_covariance(4, factor, scale)
    for lag in [(0, 0), (1, 0), (2, 3)]:
        distance = np.linalg.norm(centres[:, None] - (centres + lag)[None], axis=2)
        assert found[lag] == pytest.approx(np.exp(-distance / scale).mean())


def test_the_mean_covariance_with_the_points_of_a_pixel_is_that_of_the_pixels():
    points = block_point_covariance(np.arange(-2, 3), 4, 1.5)
    blocks = block_covariance(3, 4, 1.5)
    assert np.allclose(points.mean(axis=(2, 3))[2:, 2:], blocks)
    assert np.allclose(points, points[::-1, :, ::-1])


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**16),
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    factor=st.integers(2, 6),
    scale=st.floats(0.1, 100.0),
    share=st.floats(0.0, 0.9),
)
def test_kriging_reproduces_its_data_whatever_is_missing(seed, shape, factor, scale, share):
    field = field_with_gaps(seed, shape, share)
    fine, variance = kriging_of(PointModel(sill=2.0, scale=scale), factor)(field)
    assert np.array_equal(np.isnan(fine), repeat(np.isnan(field), factor))
    assert np.allclose(block_mean(fine, factor), field, atol=1e-6, rtol=0, equal_nan=True)
    assert (variance[np.isfinite(fine)] > -1e-9).all()


@pytest.mark.parametrize("nugget", [0.0, 0.7])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 27), (13, 14), (27, 9), (12, 20)])
def test_gaps_and_borders_are_solved_with_the_neighbours_that_are_left(row, column, nugget):
    field = field_with_gaps(3, (7, 7), 0.25)
    field[row // 4, column // 4] = 1.0
    model = PointModel(sill=1.4, scale=1.2, nugget=nugget)
    fine, variance = kriging_of(model, 4)(field)
    value, error = krige_point_by_point(field, 4, model, row, column)
    assert fine[row, column] == pytest.approx(value, abs=1e-9)
    assert variance[row, column] * (model.sill + nugget) == pytest.approx(error, abs=1e-9)


def test_pixels_with_all_neighbours_are_solved_as_by_hand():
    field = field_with_gaps(4, (6, 6), 0.0)
    model = PointModel(sill=1.0, scale=0.6)
    fine, variance = kriging_of(model, 3)(field)
    value, error = krige_point_by_point(field, 3, model, 8, 10)
    assert fine[8, 10] == pytest.approx(value, abs=1e-9)
    assert variance[8, 10] == pytest.approx(error, abs=1e-9)


def test_a_gap_touches_the_windows_that_hold_it_and_no_others():
    field = field_with_gaps(5, (14, 15), 0.0)
    krige = kriging_of(PointModel(sill=1.0, scale=2.0), 4)
    whole, _ = krige(field)
    field[6, 7] = np.nan
    fine, _ = krige(field)
    near = np.zeros(field.shape, bool)
    near[4:9, 5:10] = True
    assert np.array_equal(fine[repeat(~near, 4)], whole[repeat(~near, 4)])
    near[6, 7] = False
    assert (fine != whole)[repeat(near, 4)].any()


def test_many_batches_give_what_one_gives(monkeypatch):
    field = field_with_gaps(6, (20, 20), 0.3)
    krige = kriging_of(PointModel(sill=1.0, scale=1.0), 2)
    once = krige(field)
    monkeypatch.setattr(room, "BATCH", 7)
    assert all(np.allclose(a, b, equal_nan=True) for a, b in zip(krige(field), once, strict=True))


def test_a_constant_stays_constant_and_noise_alone_is_averaged_over_the_window():
    field = np.full((8, 8), 3.0)
    for model in (PointModel(sill=1.0, scale=1.0, nugget=0.5), PointModel(sill=0.0, scale=1.0)):
        assert np.allclose(kriging_of(model, 4)(field)[0], 3.0)
    noise = field_with_gaps(7, (9, 9), 0.0)
    fine, _ = kriging_of(PointModel(sill=0.0, scale=1.0, nugget=1.0), 2)(noise)
    assert fine[8, 9] == pytest.approx(noise[2:7, 2:7].mean())


def test_the_error_is_larger_beside_a_gap_and_at_the_corner():
    field = np.zeros((11, 11))
    field[5, 6] = np.nan
    _, variance = kriging_of(PointModel(sill=1.0, scale=1.0), 4)(field)
    coarse = block_mean(variance, 4)
    assert coarse[5, 5] > coarse[2, 2] > 0
    assert coarse[0, 0] > coarse[2, 2]
