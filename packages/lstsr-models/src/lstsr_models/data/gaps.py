"""Chips with a guide or a part of the temperature taken away, as clouds would."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import repeat
from lstsr_models.layers import GUIDED, SCALE

if TYPE_CHECKING:
    from lstsr_models.data.fields import Fields

LARGEST: Final = 0.5
"""Share of the edge of a chip that a gap may have. [1]"""


def without_guide(fields: Fields) -> Fields:
    """Leave out what was made of the guide: the layers are 0, as where there is none."""
    layers = {
        name: np.zeros_like(layer) if name in GUIDED else layer
        for name, layer in fields.layers.items()
    }
    return replace(fields, layers=layers)


def with_gap(fields: Fields, random: np.random.Generator) -> Fields:
    """Take away the temperature of a rectangle of coarse pixels.

    Parameters
    ----------
    fields : Fields
        A chip.
    random : numpy.random.Generator
        Chooses the rectangle.

    Returns
    -------
    Fields
        Layers that need the temperature are 0 there, coarse temperature and truth NaN.
    """
    coarse = fields.coarse.copy()
    rows, columns = (_range(size, random) for size in coarse.shape)
    coarse[rows, columns] = np.nan
    gone = repeat(np.isnan(coarse), fields.factor)
    kept = ("ndvi", "ndvi_detail", "slope", "slope_detail", SCALE)
    layers = {
        name: layer if name in kept else np.where(gone, np.float32(0), layer)
        for name, layer in fields.layers.items()
    }
    truth = np.where(gone, np.float32(np.nan), fields.truth)
    return replace(fields, layers=layers, coarse=coarse, truth=truth)


def _range(size: int, random: np.random.Generator) -> slice:
    length = int(random.integers(1, max(int(size * LARGEST), 1) + 1))
    start = int(random.integers(0, size - length + 1))
    return slice(start, start + length)
