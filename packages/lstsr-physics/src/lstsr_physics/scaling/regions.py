"""Parts of a field that are analysed by themselves: windows and land-cover classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CLASSES: Final = 32
"""Classes beyond which a raster is taken for a continuous field: the largest are analysed. [1]"""


def windows(shape: tuple[int, int], count: int) -> dict[str, NDArray[np.bool_]]:
    """Cut a grid into count x count windows, named by row and column.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the grid. [pixel]
    count : int
        Windows along each edge; 0 for none. [1]

    Returns
    -------
    dict of str to array, shape (h, w)
    """
    places = {}
    for row in range(count):
        for column in range(count):
            place = np.zeros(shape, bool)
            inside = [
                slice(index * size // count, (index + 1) * size // count)
                for index, size in zip((row, column), shape, strict=True)
            ]
            place[tuple(inside)] = True
            places[f"window {row},{column}"] = place
    return places


def classes(values: NDArray[np.floating[Any]]) -> dict[str, NDArray[np.bool_]]:
    """Give the pixels of each value of a map of classes, the largest classes first.

    Parameters
    ----------
    values : array, shape (h, w)
        Numbers of classes, NaN where there is none. [1]

    Returns
    -------
    dict of str to array, shape (h, w)
    """
    found, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    largest = found[np.argsort(-counts, kind="stable")][:MOST_CLASSES]
    return {f"class {value:g}": values == value for value in largest}
