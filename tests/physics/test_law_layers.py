"""Layers that a network is shown."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core.nested import upsample_cubic
from lstsr_core.testing import make_scene
from lstsr_physics.law.layers import LAYERS, prepare_layers
from lstsr_physics.law.sharpener import prepare

SCENE = make_scene(shape=(48, 52), gaps=0.02)
LST = SCENE["coarse"]["lst"].to_numpy()
NDVI = SCENE["guide"]["ndvi"].to_numpy()[None]


@pytest.fixture(scope="module")
def maker():
    return prepare_layers(SCENE)


def test_every_layer_is_there_and_finite(maker):
    layers = maker(LST, NDVI, np.isfinite(LST))
    assert tuple(layers) == tuple(LAYERS)
    assert all(np.isfinite(layer).all() for layer in layers.values())
    assert {layer.shape for layer in layers.values()} == {NDVI.shape[1:]}


def test_cubic_and_law_add_up_to_the_law(maker):
    layers = maker(LST, NDVI, np.isfinite(LST))
    law, _ = prepare(SCENE)(LST, NDVI, np.isfinite(LST))
    there = np.isfinite(law)
    total = maker.level + layers["lst_cubic"] + layers["law"]
    assert np.allclose(total[there], law[there], atol=1e-3)
    plain = upsample_cubic(LST.astype(float), 4)[there]
    assert np.allclose(layers["lst_cubic"][there], plain - np.nanmean(LST), atol=1e-3)


def test_layers_of_a_tile_are_those_of_the_whole(maker):
    whole = maker(LST, NDVI, np.isfinite(LST))
    rows, columns = slice(6, 40), slice(8, 44)
    cut = LST[rows, columns]
    fine = NDVI[:, 24:160, 32:176]
    tile = maker.at(6, 8)(cut, fine, np.isfinite(cut))
    for name, layer in tile.items():
        inner = whole[name][24:160, 32:176][48:-48, 48:-48]
        assert np.abs(layer[48:-48, 48:-48] - inner).max() < 1e-3, name


def test_without_ndvi_its_layers_are_empty():
    fine = SCENE["guide"].to_dataset().rename(ndvi="albedo")
    scene = SCENE.copy()
    scene["guide"] = fine.clip(0, 1)
    layers = prepare_layers(scene)(LST, fine["albedo"].to_numpy()[None], np.isfinite(LST))
    assert not layers["ndvi"].any()
    assert layers["law"].any()
