"""Facts of a scene: known answers, and silence where nothing can be told."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core.testing import make_scene
from lstsr_physics.law.facts import FACTS, facts_of


def scene_of(lst, ndvi):
    scene = make_scene(shape=lst.shape)
    scene["coarse"]["lst"] = scene["coarse"]["lst"].copy(data=lst.astype(np.float32))
    fine = np.kron(ndvi, np.ones((4, 4))).astype(np.float32)
    scene["guide"]["ndvi"] = scene["guide"]["ndvi"].copy(data=fine)
    return scene


def test_facts_of_a_temperature_that_follows_ndvi_are_those_of_the_line():
    ndvi = np.random.default_rng(0).uniform(0.2, 0.8, (12, 10))
    lst = 310 - 20 * (ndvi - ndvi.mean())
    lst[3, 4] = np.nan
    facts = facts_of(scene_of(lst, ndvi))
    assert set(facts) == set(FACTS)
    assert facts["slope"] == pytest.approx(-20, abs=1e-3)
    assert facts["correlation"] == pytest.approx(-1, abs=1e-6)
    assert facts["temperature"] == pytest.approx(310, abs=0.1)
    assert facts["ndvi"] == pytest.approx(np.delete(ndvi, 34).mean(), abs=1e-6)


@pytest.mark.parametrize(("shape", "ndvi"), [((12, 10), 0.5), ((7, 9), None)])
def test_of_an_even_guide_or_few_pixels_only_sensor_and_temperature_are_told(shape, ndvi):
    random = np.random.default_rng(1)
    guide = random.uniform(0, 1, shape) if ndvi is None else np.full(shape, ndvi)
    assert set(facts_of(scene_of(random.normal(300, 2, shape), guide))) == {"modis", "temperature"}


def test_modis_is_told_by_the_sensor_that_a_scene_names_else_by_the_grid():
    scene = make_scene(shape=(8, 9))
    assert facts_of(scene)["modis"] == 1
    scene["coarse"].attrs["sensor"] = "viirs"
    assert facts_of(scene)["modis"] == 0
