"""Strips: every row once, with what lies around it, and never a whole field."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import strips
from lstsr_core.strips import read_strips, strips_of, work_strips


@given(
    rows=st.integers(1, 60),
    height=st.integers(1, 20),
    reach=st.integers(0, 9),
    chunk=st.integers(1, 60),
)
def test_strips_of_a_lazy_field_are_those_of_the_field_in_memory(rows, height, reach, chunk):
    field = np.arange(rows * 3.0).reshape(rows, 3)
    lazy = xr.DataArray(da.from_array(field, chunks=(chunk, 2)), dims=("y", "x"))
    given_ = list(read_strips(lazy, height, reach=reach))
    np.testing.assert_array_equal(np.concatenate([v[s.trim] for s, v in given_]), field)
    for strip, values in given_:
        np.testing.assert_array_equal(values, field[strip.outer])
        assert strip.outer.start == max(strip.inner.start - reach, 0)
        assert strip.outer.stop == min(strip.inner.stop + reach, rows)
    plain = [v for _, v in read_strips(xr.DataArray(field, dims=("y", "x")), height, reach=reach)]
    assert all(np.array_equal(one, v) for one, (_, v) in zip(plain, given_, strict=True))


def test_every_chunk_is_read_once_and_when_it_is_needed():
    read = []

    def block(block_info=None):
        place = block_info[None]["array-location"]
        read.append(place[0][0])
        return np.zeros([stop - start for start, stop in place])

    lazy = da.map_blocks(block, chunks=((8, 8, 8), (4,)), dtype=float, meta=np.empty((0, 0)))
    read.clear()
    there = [
        list(read) for _ in read_strips(xr.DataArray(lazy, dims=("y", "x")), height=4, reach=1)
    ]
    assert there[0] == [0]
    assert there[1] == [0, 8]  # the row below the second strip belongs to the next chunk
    assert there[-1] == [0, 8, 16]


def test_a_field_of_usual_size_is_one_strip_and_a_large_one_is_cut_at_steps(monkeypatch):
    assert [s.inner for s in strips_of((1000, 1000))] == [slice(0, 1000)]
    monkeypatch.setattr(strips, "PIXELS", 70)
    parts = list(strips_of((2, 21, 10), reach=4, step=2))
    assert [s.inner for s in parts] == [slice(0, 6), slice(6, 12), slice(12, 18), slice(18, 21)]
    assert parts[1].outer == slice(2, 16)
    assert parts[1].trim == slice(4, 10)


@pytest.mark.parametrize("shape", [(0, 4), (4, 0)])
def test_a_field_without_pixels_has_no_row_too_many(shape):
    assert sum(s.inner.stop - s.inner.start for s in strips_of(shape)) == shape[0]


def test_strips_that_are_worked_on_at_once_come_back_in_order():
    field = xr.DataArray(np.arange(40.0 * 3).reshape(40, 3), dims=("y", "x"))
    found = work_strips(lambda strip, values: values[strip.trim].sum(1), field, 3, reach=2)
    np.testing.assert_array_equal(np.concatenate(list(found)), field.sum("x"))


def test_a_strip_that_fails_says_so():
    def fail(strip, values):
        raise ValueError(f"rows from {strip.inner.start}")

    field = xr.DataArray(np.zeros((9, 2)), dims=("y", "x"))
    with pytest.raises(ValueError, match="rows from 0"):
        list(work_strips(fail, field, 3))
