"""A scene is cut into tiles, and nobody can tell from the result."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import Model, ModelError
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen
from lstsr_runtime.tiles import cut

MODELS = ("plain", "guided")


@given(rows=st.integers(1, 50), columns=st.integers(1, 50), tile=st.integers(1, 60))
def test_tiles_cover_every_pixel_once(rows, columns, tile):
    seen = np.zeros((rows, columns), int)
    for line in cut((rows, columns), tile, 3):
        for window in line:
            seen[window.inner] += 1
            assert all(o.start <= i.start for i, o in zip(window.inner, window.outer, strict=True))
    assert (seen == 1).all()


@settings(max_examples=8)
@given(
    rows=st.integers(5, 30), columns=st.integers(5, 30), tile=st.integers(1, 17),
    model=st.sampled_from(MODELS),
)  # fmt: skip
@pytest.mark.fault(42)
def test_the_result_is_the_same_to_the_bit_whatever_the_tile(rows, columns, tile, model):
    scene = make_scene(shape=(rows, columns), factor=3, gaps=0.05, seed=rows)
    whole = sharpen(scene, model, tile=1000).compute()
    cut_up = sharpen(scene, model, tile=tile).compute(scheduler="synchronous")
    for name in whole:
        assert np.array_equal(whole[name], cut_up[name], equal_nan=True)


@pytest.mark.fault(42)
def test_the_scheduler_does_not_matter():
    scene = make_scene(shape=(40, 37), gaps=0.1)
    results = [
        sharpen(scene, "guided", tile=8).compute(scheduler=scheduler)
        for scheduler in ("synchronous", "threads")
    ]
    assert results[0].identical(results[1])


def test_a_model_that_fails_is_named_with_its_tile():
    def predictor(lst, guides, valid):
        raise RuntimeError("out of luck")

    model = Model(name="unlucky", prepare=lambda scene: predictor, margin=0)
    with pytest.raises(ModelError) as caught:
        sharpen(make_scene(shape=(20, 20)), model, tile=10).compute(scheduler="synchronous")
    assert caught.value.code == "MODEL_FAILED"
    assert caught.value.found.startswith("unlucky on the tile of rows ")


def test_a_model_that_fails_while_it_prepares_is_named():
    model = Model(name="unlucky", prepare=lambda scene: 1 / 0, margin=0)
    with pytest.raises(ModelError) as caught:
        sharpen(make_scene(), model)
    assert "unlucky while it prepared" in caught.value.found


def test_a_model_with_the_wrong_shape_is_refused():
    model = Model(
        name="small", prepare=lambda scene: lambda lst, guides, valid: (lst, lst), margin=0
    )
    with pytest.raises(ModelError) as caught:
        sharpen(make_scene(), model).compute(scheduler="synchronous")
    assert caught.value.code == "MODEL_FAILED"
