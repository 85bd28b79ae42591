"""Pyramids of block means whose gaps do not bias what is measured between their levels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

CHILDREN: Final = 4
"""Blocks of one level that make a block of the next. [1]"""
SPREAD: Final = CHILDREN / (CHILDREN - 1)
"""Variance of one of four values that add up to nothing, over the same of independent ones. [1]"""


@dataclass(frozen=True, kw_only=True)
class Level:
    """What the block means of one level differ by inside the blocks of the next.

    Parameters
    ----------
    octave : int
        A block of this level has ``2 ** octave`` pixels along its edge; its parent twice that.
    products : array, shape (pairs, h, w)
        Weighted sums over the children of each parent of the products of their deviations from
        it, for the pairs (a, a), (a, b), (b, b), ... of the fields.
    freedom : array, shape (h, w)
        Weight of each parent's children less what their mean took. [pixel]
    leakage : array, shape (octave, h, w)
        How much of the variance of each finer octave leaks into `products`, because a block with
        gaps is not averaged whole. [pixel]
    """

    octave: int
    products: Array
    freedom: Array
    leakage: Array


def levels(fields: Array, weights: Array, octaves: int) -> Iterator[Level]:
    """Climb the pyramid from the pixels.

    A parent with weights w on its children, of total W, and shares p = w / W, holds
    ``sum(w d d) = W (1 - sum(p p)) 4/3 v`` of an octave of variance v, whichever children are
    missing; a child averaged from pieces q of itself adds ``4/3 (sum(q q) - sum(Q Q) / 4)`` of
    the octave between pieces q and their parents Q.

    Parameters
    ----------
    fields : array, shape (fields, h, w)
        Finite everywhere; near 0 on average, so that single precision holds.
    weights : array, shape (h, w)
        0 in the gaps, else positive. [1]
    octaves : int
        How many levels to climb. [1]

    Yields
    ------
    Level
        The finest first.
    """
    squares: list[Array] = [weights**2]
    means = fields
    for octave in range(octaves):
        total = sum_of_four(weights)
        parents = _divided(sum_of_four(weights * means), total)
        share = _divided(weights, repeat_twice(total, weights.shape))
        yield Level(
            octave=octave,
            products=_products(means - repeat_twice(parents, weights.shape), weights),
            freedom=total - sum_of_four(weights * share),
            leakage=_leakage(squares, weights * (1 - share), total.shape),
        )
        squares = [sum_of_four(square) for square in squares]
        means, weights = parents, total
        squares.append(weights**2)


def _products(deviations: Array, weights: Array) -> Array:
    size = len(deviations)
    pairs = ((a, b) for a in range(size) for b in range(a, size))
    return np.stack([sum_of_four(weights * deviations[a] * deviations[b]) for a, b in pairs])


def _leakage(squares: list[Array], reach: Array, shape: tuple[int, ...]) -> Array:
    """Weigh what each finer octave left in the mean of each child; `squares` ends with the own."""
    own = squares[-1]
    left = (
        sum_of_four(reach * _divided(fine - coarse / np.float32(CHILDREN), own))
        for fine, coarse in pairwise(squares)
    )
    leaked = np.array([*left], np.float32).reshape(len(squares) - 1, *shape)
    return leaked * np.float32(SPREAD)


def sum_of_four(field: Array) -> Array:
    """Add up blocks of 2 x 2 pixels; what is missing to whole blocks counts as 0.

    Parameters
    ----------
    field : array, shape (..., h, w)
        Any units.

    Returns
    -------
    array, shape (..., ceil(h / 2), ceil(w / 2))
        Same units.
    """
    rows, columns = field.shape[-2:]
    if rows % 2 or columns % 2:
        lead = [(0, 0)] * (field.ndim - 2)
        field = np.pad(field, [*lead, (0, rows % 2), (0, columns % 2)])
    pairs = field[..., 0::2, :] + field[..., 1::2, :]
    total: Array = pairs[..., 0::2] + pairs[..., 1::2]
    return total


def repeat_twice(parents: Array, shape: tuple[int, ...]) -> Array:
    """Give each of the 2 x 2 children its parent's value, cut to the children's shape."""
    children = parents.repeat(2, axis=-2).repeat(2, axis=-1)
    return children[..., : shape[-2], : shape[-1]]


def _divided(total: Array, weight: Array) -> Array:
    """Divide where there is weight, else give 0."""
    return np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
