"""Scenes that share ground are never split."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st
from odc.geo.geom import box

from lstsr_runtime.bench.folds import group_by_ground, split_by_place

corners = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=25)


def outlines(places, size: float = 10.0):
    return {
        f"{number:03d}": box(x, y, x + size, y + size, "EPSG:32631")
        for number, (x, y) in enumerate(places)
    }


@given(places=corners, folds=st.integers(1, 6))
def test_scenes_that_share_ground_are_in_one_fold(places, folds):
    extents = outlines(places)
    fold = {placed.scene: placed.fold for placed in split_by_place(extents, folds)}
    assert set(fold) == set(extents)
    for (one, (x, y)), (other, (u, v)) in itertools.combinations(zip(fold, places, strict=True), 2):
        if abs(x - u) < 10 and abs(y - v) < 10:
            assert fold[one] == fold[other]


@given(places=corners)
def test_split_does_not_depend_on_the_order_of_the_scenes(places):
    extents = outlines(places)
    turned = dict(reversed(extents.items()))
    assert split_by_place(extents) == split_by_place(turned)


def test_chain_of_overlaps_is_one_place():
    extents = outlines([(0, 0), (50, 50), (8, 0), (16, 0)])
    assert group_by_ground(extents) == (("000", "002", "003"), ("001",))


def test_neighbours_that_share_only_a_border_are_two_places():
    assert len(group_by_ground(outlines([(0, 0), (10, 0)]))) == 2


def test_single_scenes_fill_the_folds_evenly():
    extents = outlines([(20 * number, 0) for number in range(10)])
    folds = [placed.fold for placed in split_by_place(extents, 5)]
    assert sorted(folds) == sorted(list(range(5)) * 2)
