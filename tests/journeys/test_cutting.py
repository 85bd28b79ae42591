"""No installed model shows in its result how the scene was cut, or who computed it."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr import sharpen
from lstsr_core import registry
from lstsr_core.testing import make_scene


@pytest.mark.parametrize("name", registry.models().names)
@pytest.mark.parametrize(("shape", "factor"), [((23, 31), 4), ((31, 23), 3)])
def test_the_result_is_the_same_to_the_bit_whatever_the_tile_and_the_scheduler(name, shape, factor):
    scene = make_scene(shape=shape, factor=factor, gaps=0.05, seed=5)
    whole = sharpen(scene, name, tile=1000).compute()
    for tile, scheduler in ((1, "synchronous"), (7, "synchronous"), (16, "threads")):
        cut_up = sharpen(scene, name, tile=tile).compute(scheduler=scheduler)
        for layer in whole:
            np.testing.assert_array_equal(whole[layer], cut_up[layer])
