"""One chip out of a scene, the same for the same number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from lstsr_models.chips import Chips
from lstsr_models.data.gaps import with_gap, without_guide
from lstsr_models.data.orientation import ORIENTATIONS, orient
from lstsr_models.layers import SCALINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_models.data.fields import Fields
    from lstsr_models.recipe import ChipRecipe, DataRecipe

TRIES: Final = 12
"""Places that are looked at for one with enough to learn from. [1]"""
ENOUGH: Final = 0.5
"""Share of a chip that has to be known. [1]"""


def draw_chip(fields: Fields, recipe: ChipRecipe, random: np.random.Generator) -> Fields:
    """Cut a chip somewhere, take parts away and turn it.

    Parameters
    ----------
    fields : Fields
        A scene, at least as large as a chip.
    recipe : ChipRecipe
        Size and what is done to chips.
    random : numpy.random.Generator
        Decides.

    Returns
    -------
    Fields
    """
    edge = (recipe.size, recipe.size)
    best, most = fields, -1.0
    for _ in range(TRIES):
        top, left = (int(random.integers(0, n - recipe.size + 1)) for n in fields.coarse.shape)
        chip = fields.cut(top, left, edge)
        share = known_share(chip)
        if share > most:
            best, most = chip, share
        if share >= ENOUGH:
            break
    if random.random() < recipe.drop_guide:
        best = without_guide(best)
    if random.random() < recipe.gap:
        best = with_gap(best, random)
    return orient(best, int(random.integers(ORIENTATIONS)) if recipe.orient else 0)


def known_share(chip: Fields) -> float:
    """Give the share of a chip that teaches: with a truth or, where there is none, measured. [1]"""
    share = float(np.isfinite(chip.truth).mean())
    return share if share else float(np.isfinite(chip.coarse).mean())


def to_chips(fields: Fields, recipe: DataRecipe) -> Chips:
    """Turn a chip or a whole scene into tensors, without the axis that stacks them.

    Parameters
    ----------
    fields : Fields
        What is to be learnt from.
    recipe : DataRecipe
        Names the layers and the base.

    Returns
    -------
    Chips
        Each tensor lacks the leading axis.
    """
    layers = fields.layers
    cubic = layers["lst_cubic"]
    base = cubic + layers["law"] if recipe.base == "law" else cubic
    return Chips(
        layers=torch.from_numpy(scale_layers(fields, recipe)),
        base=_plane(base),
        cubic=_plane(cubic),
        truth=_plane(fields.truth),
        coarse=_plane(fields.coarse),
        guide=_plane(layers["ndvi"]),
        slope=_plane(layers["slope"]),
        taps=torch.from_numpy(fields.taps.copy()),
    )


def scale_layers(fields: Fields, recipe: DataRecipe) -> NDArray[np.float32]:
    """Give what the network sees, shape (c, y, x). [1]"""
    scaled = [
        (fields.layers[name] - SCALINGS[name].mean) / SCALINGS[name].scale for name in recipe.layers
    ]
    return np.stack(scaled).astype(np.float32)


def _plane(field: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(field, np.float32)).unsqueeze(0)
