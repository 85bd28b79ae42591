"""Tiles of a simulated scene, on which a bundle is compared and tested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import build_scene
from lstsr_core.scene import COARSE, GUIDE
from lstsr_models.data.draw import scale_layers
from lstsr_models.data.fields import fields_of
from lstsr_physics.simulate import Landscape, View, simulate_scene

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lstsr_models.recipe import DataRecipe

SEED: Final = 7
"""Of the simulated scene."""
SHAPE: Final = (48, 48)
"""Coarse pixels of the simulated scene. [coarse pixel]"""
CUTS: Final = ((0, 0, 16, 16), (5, 9, 13, 22), (1, 2, 45, 31))
"""First row, first column, rows and columns of each tile; the first is the self-test.
[coarse pixel]"""


def simulated_tiles(recipe: DataRecipe) -> list[NDArray[np.float32]]:
    """Give scaled layers of several sizes, gaps among them, shape (1, c, y, x).

    Parameters
    ----------
    recipe : DataRecipe
        Names the layers; guides that the simulation lacks count as missing.
    """
    land = Landscape(shape=SHAPE, factor=recipe.factor)
    scene = simulate_scene(SEED, settings=land, view=View(clouds=0.05))
    guide = scene[GUIDE].to_dataset()
    known = [name for name in recipe.guides if name in guide] or ["ndvi"]
    fields = fields_of(build_scene(scene[COARSE].to_dataset(), guide[known]), recipe)
    return [
        scale_layers(fields.cut(top, left, (rows, columns)), recipe)[None]
        for top, left, rows, columns in CUTS
    ]
