"""How forces at coarse pixels pull at each other through the fine field that they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lstsr_core.kernel import Taps
    from lstsr_physics.forward import Observation

    Grid = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

DOWN, RIGHT = -2, -1
"""Axes of the coarse planes."""


@dataclass(frozen=True, kw_only=True)
class Pull:
    """The operator ``P M P'`` of an observation P and a mass M of every fine pixel.

    The fine field is held in phases, shape (factor, factor, h, w), so that each tap of the
    footprint moves a whole coarse plane; that is several times faster than on the fine grid.

    Parameters
    ----------
    rows, columns : Taps
        The footprint along each axis.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    mass : array, shape (factor, factor, h, w)
        What a fine pixel gives way to a force; 0 in the gaps. [K2]
    shares : array, shape (h, w)
        1 over the weight that a coarse pixel sees, 0 where it is left out. [1]
    """

    rows: Taps
    columns: Taps
    factor: int
    mass: Grid
    shares: Grid

    def __call__(self, force: Grid) -> Grid:
        """Give how far the forces, shape (h, w), move what each coarse pixel sees. [K]"""
        spread = self._spread(
            self._spread(self.shares * force, self.rows, DOWN), self.columns, RIGHT
        )
        moved = spread * self.mass
        gathered = self._gather(self._gather(moved, self.columns, RIGHT), self.rows, DOWN)
        return self.shares * gathered

    def _spread(self, coarse: Grid, taps: Taps, axis: int) -> Grid:
        """Lay planes (..., h, w) on the phases of one axis, (..., factor, h, w)."""
        *lead, rows, columns = coarse.shape
        fine = np.zeros((*lead, self.factor, rows, columns), np.float32)
        for weight, phase, here, there in self._moves(taps, coarse.shape[axis]):
            fine[(..., phase, *_along(axis, here))] += weight * coarse[(..., *_along(axis, there))]
        return fine

    def _gather(self, fine: Grid, taps: Taps, axis: int) -> Grid:
        """Undo `_spread` as its transpose does."""
        coarse = np.zeros((*fine.shape[:-3], *fine.shape[-2:]), np.float32)
        for weight, phase, here, there in self._moves(taps, fine.shape[axis]):
            coarse[(..., *_along(axis, there))] += weight * fine[(..., phase, *_along(axis, here))]
        return coarse

    def _moves(self, taps: Taps, size: int) -> Iterator[tuple[np.float32, int, slice, slice]]:
        """Give each tap: weight, phase, the planes' part that it reaches, and its origin."""
        for tap, weight in enumerate(taps.weights):
            far, phase = divmod(taps.first + tap, self.factor)
            if abs(far) < size:
                here = slice(max(far, 0), size + min(far, 0))
                there = slice(max(-far, 0), size + min(-far, 0))
                yield np.float32(weight), phase, here, there


def pull_of(observation: Observation, mass: np.ndarray, compared: np.ndarray) -> Pull:
    """Make the operator of an observation.

    Parameters
    ----------
    observation : Observation
        Footprint and gaps.
    mass : array, shape (factor * h, factor * w)
        What a fine pixel gives way to a force. [K2]
    compared : array, shape (h, w)
        Which coarse pixels take part.
    """
    factor = observation.factor
    rows, columns = (size // factor for size in mass.shape)
    held = (mass * observation.weights**2).astype(np.float32)
    phases = held.reshape(rows, factor, columns, factor).transpose(1, 3, 0, 2)
    return Pull(
        rows=observation.rows,
        columns=observation.columns,
        factor=factor,
        mass=np.ascontiguousarray(phases),
        shares=np.where(compared, 1.0 / observation.total, 0.0).astype(np.float32),
    )


def _along(axis: int, part: slice) -> tuple[slice, slice]:
    return (part, slice(None)) if axis == DOWN else (slice(None), part)
