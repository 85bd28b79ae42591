"""DMS: windows of the coarse grid fade into each other and find what the scene does not have."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core.nested import block_mean
from lstsr_core.scene import build_scene
from lstsr_core.testing import make_scene
from lstsr_statistical.dms import prepare_dms
from lstsr_statistical.mosaic import lay_windows
from lstsr_statistical.tree_options import MiningOptions

SHAPE = (48, 52)


def field(seed):
    return make_scene(shape=SHAPE, seed=seed)["guide/ndvi"].to_numpy().astype(float)


def prepared(lst, ndvi, **options):
    like = make_scene(shape=SHAPE)
    coarse = like["coarse"].to_dataset().assign(lst=(("y", "x"), lst.astype(np.float32)))
    guide = like["guide"].to_dataset().assign(ndvi=(("y", "x"), ndvi.astype(np.float32)))
    return prepare_dms(build_scene(coarse, guide), MiningOptions(**options))


@given(
    size=st.integers(8, 90),
    window=st.integers(4, 20),
    overlap=st.floats(0, 0.8),
    factor=st.integers(1, 5),
)
@settings(max_examples=60, deadline=None)
def test_weights_of_windows_add_up_to_one_everywhere(size, window, overlap, factor):
    axis = lay_windows(size, window, overlap)
    total = np.zeros(factor * size)
    for first, weight in zip(axis.first, axis.weights(factor), strict=True):
        assert (weight > 0).all()
        total[factor * first : factor * first + weight.size] += weight
    assert np.allclose(total, 1)


def test_weights_of_windows_fade_in_steps_no_larger_than_those_between_fine_pixels():
    axis = lay_windows(48, 12, 0.5)
    assert axis.first == (0, 6, 12, 18, 24, 30, 36)
    inner = axis.weights(4)[2]
    steps = np.abs(np.diff(np.r_[0, inner, 0]))
    assert steps.max() < 1.5 / (4 * 6)


def jumps_at(fine, places):
    """Compare jumps between rows at places with those next to them."""
    jump = np.abs(np.diff(fine, axis=0)).mean(axis=1)
    beside = np.r_[places - 2, places + 2]
    return jump[places].mean() / jump[beside].mean()


def test_windows_leave_no_seams_where_they_overlap():
    # A smooth guide, and a relation that differs from window to window.
    rows, columns = (np.linspace(0, 1, 4 * size) for size in SHAPE)
    ndvi = 0.5 + 0.3 * np.sin(7 * rows)[:, None] * np.cos(9 * columns)
    lst = block_mean(300 + 30 * (field(3) - 0.5) * ndvi, 4)
    ratio = {}
    for overlap in (0.0, 0.5):
        predictor = prepared(lst, ndvi, window=12, window_overlap=overlap)
        fine, _ = predictor.mixture(ndvi[None], (0, 0), 4)
        first = np.array(lay_windows(SHAPE[0], 12, overlap).first[1:])
        ratio[overlap] = jumps_at(fine, 4 * first - 1)
    assert ratio[0.5] < 1.1
    assert ratio[0.0] > 2


def test_windows_find_relations_that_the_whole_scene_does_not_have():
    ndvi = field(4)
    slope = np.linspace(-25, 10, ndvi.shape[1])
    truth = 300 + slope * (ndvi - 0.5)
    lst, guides = block_mean(truth, 4).astype(np.float32), ndvi[None].astype(np.float32)
    whole, windows = (
        np.std(prepared(lst, ndvi, window=w)(lst, guides, lst > 0)[0] - truth) for w in (0, 8)
    )
    assert windows < 0.7 * whole
