"""What a coarse pixel sees stands in the scene."""

from __future__ import annotations

from lstsr_core import Footprint
from lstsr_core.footprint import footprint_of
from lstsr_core.testing import make_scene


def test_a_scene_says_its_footprint():
    scene = make_scene(shape=(8, 8))
    assert footprint_of(scene) == Footprint()
    scene["coarse"].attrs.update(footprint="box", footprint_mtf=0.3)
    assert footprint_of(scene) == Footprint(shape="box", mtf=0.3)
