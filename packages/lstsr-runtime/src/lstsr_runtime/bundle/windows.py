"""A network runs on a tile window by window, so that its memory does not grow with the tile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Grid = NDArray[np.float32]

STEP: Final = 8
"""Networks halve their grid up to three times: windows begin and end at multiples of it, counted
from the first pixel of the scene, so that all are halved alike. [fine pixel]"""
EDGES: Final = (520, 1040)
"""Most rows and columns of a window, what it sees around itself left out: half a tile of 256 coarse
pixels, which costs 0.2 GB; squares as small would see more twice. [fine pixel]"""


class Side(NamedTuple):
    """What a network sees along one side of a tile.

    Parameters
    ----------
    seen : slice
        Of the tile. [fine pixel]
    beyond : (int, int)
        Pixels by which that is continued before and after, so that it begins and ends at steps.
        [fine pixel]
    within : slice
        Where `seen` lies in what the network gives. [fine pixel]
    """

    seen: slice
    beyond: tuple[int, int]
    within: slice


def side_of(start: int, size: int, whole: int, *, spare: int, around: int) -> Side:
    """Give what a network has to see along one side of a tile.

    Parameters
    ----------
    start, size : int
        Where the tile begins in the scene, and its edge. [fine pixel]
    whole : int
        Edge of the scene. [fine pixel]
    spare : int
        What nobody looks at where the tile ends within the scene. [fine pixel]
    around : int
        What the network sees around a pixel, a multiple of `STEP`. [fine pixel]
    """
    end = start + size
    first = start + (spare if start > 0 else 0)
    last = end - (spare if end < whole else 0)
    low = max(_down(first) - around, _down(start))
    high = min(_up(last) + around, _up(end))
    seen = slice(max(low, start) - start, min(high, end) - start)
    ahead = start + seen.start - low
    within = slice(ahead, ahead + seen.stop - seen.start)
    return Side(seen, (ahead, high - start - seen.stop), within)


def run_in_windows(run: Callable[[Grid], Grid], layers: Grid, around: int) -> Grid:
    """Run a network; windows overlap by what it sees, so that nobody can tell where they met.

    Parameters
    ----------
    run : callable
        Takes an array, shape (c, h, w), and gives one of shape (2, h, w).
    layers : array, shape (c, y, x)
        A tile; y and x are multiples of `STEP`.
    around : int
        At least what the network sees around a pixel, a multiple of `STEP`. [fine pixel]

    Returns
    -------
    array, shape (2, y, x)
        The same, but for rounding, as of one window.
    """
    sides = zip(layers.shape[1:], EDGES, strict=True)
    rows, columns = (list(_windows(size, most, around)) for size, most in sides)
    bands = []
    for row, wanted in rows:
        found = [run(layers[:, row, c])[:, wanted, inner] for c, inner in columns]
        bands.append(np.concatenate(found, axis=2))
    return np.concatenate(bands, axis=1)


def _windows(size: int, most: int, around: int) -> Iterator[tuple[slice, slice]]:
    """Give windows, nearly equal, with what is around them, and where in them they lie."""
    edge = _up(-(-size // -(-size // most)))
    for start in range(0, size, edge):
        stop, low = min(start + edge, size), max(start - around, 0)
        yield slice(low, min(stop + around, size)), slice(start - low, stop - low)


def _down(place: int) -> int:
    return place // STEP * STEP


def _up(place: int) -> int:
    return -(-place // STEP) * STEP
