"""A turned rectangle has four corners, and a rectangle fits between the middle ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_runtime.bench.corners import inner_rectangle, strongest_corners


def turned(shape, centre, half, angle):
    """Draw a rectangle, turned by an angle."""
    rows, columns = np.indices(shape)
    y, x = rows - centre[0], columns - centre[1]
    along = np.cos(angle) * x + np.sin(angle) * y
    across = -np.sin(angle) * x + np.cos(angle) * y
    return (np.abs(across) <= half[0]) & (np.abs(along) <= half[1])


def test_corners_of_an_upright_rectangle_are_found_to_a_pixel():
    mask = np.zeros((60, 80), bool)
    mask[12:40, 20:66] = True
    right = {(12, 20), (12, 65), (39, 20), (39, 65)}
    found = strongest_corners(mask)
    assert len(found) == 4
    for row, column in right:
        assert min(np.hypot(row - r, column - c) for r, c in found) < 1.5


@given(
    st.floats(0.03, 0.3),
    st.booleans(),
    st.tuples(st.integers(40, 60), st.integers(40, 60)),
)
def test_inner_rectangle_of_a_turned_one_lies_inside_it(angle, mirrored, half):
    mask = turned((200, 220), (100, 110), half, angle)
    if mirrored:
        mask = mask[:, ::-1]
    rows, columns = inner_rectangle(mask)
    kept = mask[rows.start + 2 : rows.stop - 2, columns.start + 2 : columns.stop - 2]
    assert kept.all()
    assert kept.size > 0.2 * mask.sum()


@pytest.mark.parametrize("mask", [np.zeros((30, 30), bool), np.ones((30, 30), bool)])
def test_mask_without_corners_has_no_rectangle(mask):
    assert inner_rectangle(mask) is None
