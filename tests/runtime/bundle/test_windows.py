"""Windows of a tile, and what of a tile a network has to see."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_runtime.bundle.windows import EDGES, STEP, run_in_windows, side_of

ROWS, COLUMNS = EDGES


def mean_of_nine(layers):
    """Stand in for a network that sees zeros beyond its border."""
    padded = np.pad(layers, ((0, 0), (1, 1), (1, 1)))
    rows, columns = layers.shape[1:]
    parts = [padded[:, i : i + rows, j : j + columns] for i in range(3) for j in range(3)]
    return (sum(parts) / 9).astype(np.float32)


@pytest.mark.parametrize("shape", [(8, 16), (ROWS, 8), (ROWS + 8, 16), (24, 3 * COLUMNS + 40)])
def test_windows_give_what_one_window_gives(shape):
    layers = np.random.default_rng(0).random((2, *shape)).astype(np.float32)
    assert np.array_equal(run_in_windows(mean_of_nine, layers, STEP), mean_of_nine(layers))


def test_no_window_is_larger_than_its_limit_and_all_begin_at_steps():
    seen = []

    def run(layers):
        seen.append(layers.shape)
        return layers[:2]

    run_in_windows(run, np.zeros((3, 2 * ROWS + 8, 64), np.float32), around=16)
    assert {shape[2] for shape in seen} == {64}
    assert len(seen) == 3
    assert all(shape[1] <= ROWS + 2 * 16 and shape[1] % STEP == 0 for shape in seen)


@given(
    start=st.integers(0, 40).map(lambda n: 4 * n),
    size=st.integers(20, 60).map(lambda n: 4 * n),
    after=st.integers(0, 9).map(lambda n: 4 * n),
    spare=st.integers(0, 30),
    around=st.sampled_from([0, 8, 24]),
)
def test_a_side_holds_all_that_is_looked_at_and_begins_at_a_step(start, size, after, spare, around):
    side = side_of(start, size, start + size + after, spare=spare, around=around)
    first = spare if start else 0
    last = size - (spare if after else 0)
    assert 0 <= side.seen.start <= max(first - around, 0)
    assert min(last + around, size) <= side.seen.stop <= size
    assert first - side.seen.start < around + STEP
    assert side.seen.stop - last < around + STEP
    assert (start + side.seen.start - side.beyond[0]) % STEP == 0
    assert (start + side.seen.stop + side.beyond[1]) % STEP == 0
    assert 0 <= min(side.beyond) <= max(side.beyond) < STEP
    length = side.seen.stop - side.seen.start
    assert side.within == slice(side.beyond[0], side.beyond[0] + length)
