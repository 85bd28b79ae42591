"""Models of overlapping windows cover a scene and fade into each other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from lstsr_statistical.thicket import Windows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.samples import Samples
    from lstsr_statistical.tables import Learned
    from lstsr_statistical.thicket import Thicket


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Overlapping windows along one axis of the coarse grid.

    Parameters
    ----------
    first : tuple of int
        First pixel of each window. [coarse pixel]
    window : int
        Pixels of a window. [coarse pixel]
    """

    first: tuple[int, ...]
    window: int

    def weights(self, factor: int) -> NDArray[np.float64]:
        """Give each window's weight at its fine pixels, shape (windows, factor * window). [1]

        A weight rises from the window's edge until the next window ends; at every pixel of the
        scene the weights add up to 1, and none jumps.
        """
        size = factor * self.window
        distance = np.minimum(np.arange(size), np.arange(size)[::-1]) + 0.5
        step = max(np.diff(self.first), default=self.window)
        ramp = np.minimum(distance / max(factor * (self.window - step), 0.5), 1.0)
        total = np.zeros(factor * (self.first[-1] + self.window))
        raw = np.tile(ramp, (len(self.first), 1))
        raw[0, : size // 2] = raw[-1, size // 2 :] = 1.0
        windows = [slice(factor * first, factor * first + size) for first in self.first]
        for window, weight in zip(windows, raw, strict=True):
            total[window] += weight
        return raw / np.stack([total[window] for window in windows])


def lay_windows(size: int, window: int, overlap: float) -> Axis:
    """Cover an axis with windows.

    Parameters
    ----------
    size : int
        Pixels of the axis. [coarse pixel]
    window : int
        Pixels of a window; the whole axis where it is shorter. [coarse pixel]
    overlap : float
        What neighbours share at least, of a window. [1]

    Returns
    -------
    Axis
    """
    window = min(window, size)
    step = max(window * (1 - overlap), 1.0)
    count = math.ceil((size - window) / step) + 1
    first = np.round(np.linspace(0, size - window, count)).astype(int)
    return Axis(first=tuple(int(place) for place in first), window=window)


@dataclass(frozen=True, kw_only=True)
class Mosaic:
    """What was learnt in each window.

    Parameters
    ----------
    rows, columns : Axis
        How the windows lie.
    thickets : tuple of Thicket
        Trees of the windows of each row.
    """

    rows: Axis
    columns: Axis
    thickets: tuple[Thicket, ...]

    def patches(
        self, corner: tuple[int, int], shape: tuple[int, int], factor: int
    ) -> Iterator[tuple[Learned, tuple[slice, slice], Field]]:
        """Give what is learnt, the fine rows and columns of a tile, and the weights there.

        Parameters
        ----------
        corner : (int, int)
            First row and column of the tile in the scene. [coarse pixel]
        shape : (int, int)
            Rows and columns of the tile. [coarse pixel]
        factor : int
            Fine pixels along one edge of a coarse pixel. [1]
        """
        down = list(_overlaps(self.rows, corner[0], shape[0], factor))
        across = list(_overlaps(self.columns, corner[1], shape[1], factor))
        for i, rows, row_weight in down:
            for j, columns, column_weight in across:
                if self.thickets[i].enough[j]:
                    learned = partial(self.thickets[i], j)
                    yield learned, (rows, columns), np.outer(row_weight, column_weight)


def _overlaps(
    axis: Axis, start: int, size: int, factor: int
) -> Iterator[tuple[int, slice, NDArray[np.float64]]]:
    """Give each window that a tile meets: its number, its fine pixels there and their weights."""
    weights = axis.weights(factor)
    for number, first in enumerate(axis.first):
        low, high = max(first, start), min(first + axis.window, start + size)
        if low < high:
            inside = slice(factor * (low - first), factor * (high - first))
            tile = slice(factor * (low - start), factor * (high - start))
            yield number, tile, weights[number, inside]


def windows_of(samples: Samples, rows: slice, columns: Axis) -> Windows:
    """Give what a row of windows holds, each flattened."""

    def cut(field: NDArray[np.float64]) -> NDArray[np.float64]:
        across = [field[..., rows, c : c + columns.window] for c in columns.first]
        stack = np.stack(across, axis=-3)
        return stack.reshape(*stack.shape[:-2], -1)

    return Windows(
        predictors=cut(samples.predictors), lst=cut(samples.lst), weight=cut(samples.weight)
    )
