"""The eight orientations of a chip, its footprint turned with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from lstsr_models.data.fields import Fields

ORIENTATIONS: Final = 8
"""Quarter turns, and the same mirrored. [1]"""
TURNS: Final = 4
"""Quarter turns of a full one. [1]"""


def orient(fields: Fields, number: int) -> Fields:
    """Turn a square chip counterclockwise by quarters, and mirror it from number 4 on.

    Parameters
    ----------
    fields : Fields
        A chip.
    number : int
        0 to 7; 0 leaves it as it is.

    Returns
    -------
    Fields
        The ground seen from another side: nothing is mixed, and what a coarse pixel sees turns
        with the ground.
    """
    return replace(
        fields,
        layers={name: turn(layer, number) for name, layer in fields.layers.items()},
        truth=turn(fields.truth, number),
        coarse=turn(fields.coarse, number),
        taps=turn_taps(fields.taps, number),
    )


def turn(field: NDArray[Any], number: int) -> NDArray[Any]:
    """Turn, then mirror, the last two axes of a field."""
    turned = np.rot90(field, number % TURNS, axes=(-2, -1))
    return np.ascontiguousarray(turned[..., ::-1] if number >= TURNS else turned)


def turn_taps(taps: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    """Turn weights along rows and columns as `turn` turns the field that they weigh."""
    rows, columns = taps
    for _ in range(number % TURNS):
        rows, columns = columns[::-1], rows
    if number >= TURNS:
        columns = columns[::-1]
    return np.stack([rows, columns])
