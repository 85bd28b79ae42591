"""A window of a chunked array is put together from the parts of the chunks that it touches."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dask.array as da
    from numpy.typing import NDArray

    Span = tuple[list[int], list[slice]]


@dataclass(frozen=True, kw_only=True)
class Chunked:
    """A chunked array, shape (rows, columns), and where its chunks begin."""

    name: str
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def piece(self, rows: slice, columns: slice) -> list[Any]:
        """Give keys of chunks, and what of each row and column of chunks lies in a window.

        Returns
        -------
        list of keys, list of slice, list of slice
            What `put_together` takes, as a part of a dask graph.
        """
        (down, heights), (across, widths) = _span(self.rows, rows), _span(self.columns, columns)
        return [[[(self.name, i, j) for j in across] for i in down], heights, widths]


def chunked(array: da.Array) -> Chunked:
    """Note where the chunks of an array begin."""
    rows, columns = ((0, *accumulate(sizes)) for sizes in array.chunks)
    return Chunked(name=array.name, rows=rows, columns=columns)


def _span(starts: Sequence[int], side: slice) -> Span:
    """Give the chunks that a range touches, and what of each lies in it."""
    first, last = bisect_right(starts, side.start) - 1, bisect_right(starts, side.stop - 1) - 1
    numbers = list(range(first, last + 1))
    parts = [
        slice(max(side.start, starts[n]) - starts[n], min(side.stop, starts[n + 1]) - starts[n])
        for n in numbers
    ]
    return numbers, parts


def put_together(
    chunks: Sequence[Sequence[NDArray[Any]]], heights: Sequence[slice], widths: Sequence[slice]
) -> NDArray[np.float32]:
    """Put a window together.

    Parameters
    ----------
    chunks : rows of arrays
        Those that the window touches.
    heights, widths : sequence of slice
        What of each row and of each column of chunks lies in it.

    Returns
    -------
    array, shape (rows, columns) of the window
    """
    lines = [
        np.concatenate(
            [chunk[rows, columns] for chunk, columns in zip(line, widths, strict=True)], 1
        )
        for line, rows in zip(chunks, heights, strict=True)
    ]
    return np.concatenate(lines, 0).astype(np.float32, copy=False)
