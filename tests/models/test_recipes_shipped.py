"""The recipes that are shipped can be trained by."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstsr_models.nets.catalogue import OURS, PUBLISHED
from lstsr_models.recipe_file import read_recipe

FOLDER = Path(__file__).parents[2] / "packages" / "lstsr-models" / "recipes"
RECIPES = {path.stem: path for path in sorted(FOLDER.glob("*.yaml"))}


@pytest.mark.parametrize("name", RECIPES)
def test_a_shipped_recipe_is_one(name):
    assert read_recipe(RECIPES[name]).name == name


def test_every_network_has_a_recipe():
    assert {read_recipe(path).net.name for path in RECIPES.values()} == {OURS, *PUBLISHED}


def test_the_weights_of_the_published_losses_are_those_of_z_scores():
    first, second = (
        {loss.name: loss.weight for loss in read_recipe(RECIPES[name]).losses}
        for name in ("sif-1", "sif-2")
    )
    assert first["fidelity"] * 7.999**2 == pytest.approx(0.99, rel=1e-4)
    assert second["fidelity"] * 7.999**2 == pytest.approx(0.5, rel=1e-4)
    assert (first["sobel"], second["highpass"]) == (0.01, 0.5)
