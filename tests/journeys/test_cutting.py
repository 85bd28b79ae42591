"""No installed model shows in its result how the scene was cut, or who computed it."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr import sharpen
from lstsr_core import build_scene, registry
from lstsr_core.testing import make_scene

ROUNDING = {"dms": 1e-4}
"""Models whose sums are taken in an order that depends on the tile: how far they may differ. [K]"""


def scene_with_albedo(shape, factor):
    scene = make_scene(shape=shape, factor=factor, gaps=0.05, seed=5)
    guide = scene["guide"].to_dataset()
    random = np.random.default_rng(5).normal(0.0, 0.02, guide["ndvi"].shape)
    albedo = (0.25 - 0.1 * guide["ndvi"] + random).clip(0.0, 1.0).astype(np.float32)
    return build_scene(scene["coarse"].to_dataset(), guide.assign(albedo=albedo.drop_attrs()))


@pytest.mark.parametrize("name", registry.models().names)
@pytest.mark.parametrize(("shape", "factor"), [((23, 31), 4), ((31, 23), 3)])
@pytest.mark.fault(42)
def test_the_result_is_the_same_to_the_bit_whatever_the_tile_and_the_scheduler(name, shape, factor):
    factors = registry.models().get(name).factors
    if factors and factor not in factors:
        pytest.skip(f"{name} sharpens by {factors} only")
    scene = scene_with_albedo(shape, factor)
    whole = sharpen(scene, name, tile=1000).compute()
    for tile, scheduler in ((1, "synchronous"), (7, "synchronous"), (16, "threads")):
        cut_up = sharpen(scene, name, tile=tile).compute(scheduler=scheduler)
        for layer in whole:
            near = ROUNDING.get(name, 0.0)
            np.testing.assert_allclose(whole[layer], cut_up[layer], rtol=0.0, atol=near)
