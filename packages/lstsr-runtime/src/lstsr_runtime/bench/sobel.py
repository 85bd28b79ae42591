"""Gradients of a field in four directions, by Sobel's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ACROSS: Final = np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], np.float64)
"""Sobel's kernel along rows; its transpose along columns. [1/pixel]"""
DIAGONAL: Final = np.array([[2, 1, 0], [1, 0, -1], [0, -1, -2]], np.float64)
"""Sobel's kernel along a diagonal; mirrored along the other. [1/pixel]"""
KERNELS: Final = (ACROSS, ACROSS.T, DIAGONAL, DIAGONAL[:, ::-1])


def gradient_magnitude(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the root of the summed squares of the four gradients, off the border.

    Parameters
    ----------
    field : array, shape (h, w)
        Any units.

    Returns
    -------
    array, shape (h - 2, w - 2)
        Same units a pixel, times the weight of the kernels (16 for a plain slope).
    """
    window = np.lib.stride_tricks.sliding_window_view(field, (3, 3))
    squares = [np.einsum("hwij,ij->hw", window, kernel) ** 2 for kernel in KERNELS]
    magnitude: NDArray[np.float64] = np.sqrt(np.sum(squares, axis=0))
    return magnitude
