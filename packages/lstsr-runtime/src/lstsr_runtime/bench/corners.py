"""The four strongest corners of a mask, and the rectangle that they leave inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CORNERS: Final = 4
"""Corners of a scene. [1]"""
APART: Final = 10.0
"""Least distance between two corners. [pixel]"""
SOBEL: Final = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float64)
"""Derivative along columns, smoothed along rows; its transpose that along rows. [1/pixel]"""
LEAST_STRENGTH: Final = 1e-9
"""Strength below which a pixel counts as flat: rounding. [1]"""


def inner_rectangle(mask: NDArray[np.bool_]) -> tuple[slice, slice] | None:
    """Give the rows and columns between the two middle coordinates of a mask's corners.

    Parameters
    ----------
    mask : array, shape (h, w)
        A turned or sheared rectangle.

    Returns
    -------
    (slice, slice) or None
        Rows and columns; the last is left out. None where the mask has fewer than four corners.
    """
    found = strongest_corners(mask)
    if len(found) < CORNERS:
        return None
    rows, columns = (sorted(corner[axis] for corner in found) for axis in (0, 1))
    return slice(rows[1], rows[2]), slice(columns[1], columns[2])


def strongest_corners(mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """Find corners by the smaller eigenvalue of the gradients' covariance in 3 x 3 pixels.

    Parameters
    ----------
    mask : array, shape (h, w)

    Returns
    -------
    tuple of (int, int)
        Row and column of up to four corners, the strongest first.

    References
    ----------
    .. [1] Shi & Tomasi, "Good features to track", CVPR, 1994, :doi:`10.1109/CVPR.1994.323794`
    """
    strength = _strength(mask.astype(np.float64))
    peaks = (strength == _around(strength).max(axis=(-2, -1))) & (strength > LEAST_STRENGTH)
    # Of equal corners the last comes first, as in the library that the protocol was run with.
    order = np.argsort(strength[peaks], kind="stable")[::-1]
    chosen: list[NDArray[Any]] = []
    for place in np.argwhere(peaks)[order]:
        if all(np.hypot(*(place - other)) >= APART for other in chosen):
            chosen.append(place)
        if len(chosen) == CORNERS:
            break
    return tuple((int(row), int(column)) for row, column in chosen)


def _strength(field: NDArray[np.float64]) -> NDArray[np.float64]:
    window = _around(field)
    along_columns = (window * SOBEL).sum(axis=(-2, -1))
    along_rows = (window * SOBEL.T).sum(axis=(-2, -1))
    xx, xy, yy = (
        _around(product).mean(axis=(-2, -1))
        for product in (along_columns**2, along_columns * along_rows, along_rows**2)
    )
    smaller: NDArray[np.float64] = (xx + yy) / 2 - np.hypot((xx - yy) / 2, xy)
    # Equal corners differ in their last digits.
    return smaller.round(9)


def _around(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the 3 x 3 neighbourhood of every pixel, mirrored at the border; shape (h, w, 3, 3)."""
    padded = np.pad(field, 1, mode="reflect")
    return np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
