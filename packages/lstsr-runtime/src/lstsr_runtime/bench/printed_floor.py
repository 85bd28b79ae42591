"""The bicubic image of the published evaluation, which its spectral scores start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import fill_near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

SHARPNESS: Final = -0.75
"""Parameter of the cubic kernel of image libraries, where lstsr has the -0.5 that is exact for
quadratics (:doi:`10.1109/TASSP.1981.1163711`). [1]"""
TAPS: Final = 2
"""Neighbours on each side. [pixel]"""


def bicubic_floor(coarse: Field, factor: int) -> NDArray[np.float64]:
    """Interpolate by the sharper cubic kernel, the border repeated outwards.

    Parameters
    ----------
    coarse : array, shape (h, w)
        Temperature; gaps are filled from around. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (factor * h, factor * w)
        [K]
    """
    whole = fill_near(coarse, reach=max(coarse.shape))
    rows, columns = (_weights(size, factor) for size in whole.shape)
    return np.asarray(rows @ whole @ columns.T)


def _weights(size: int, factor: int) -> NDArray[np.float64]:
    """Weigh the coarse pixels for each fine one; shape (factor * size, size). [1]"""
    centres = (np.arange(size * factor) + 0.5) / factor - 0.5
    first = np.floor(centres).astype(int)
    weights = np.zeros((size * factor, size))
    for tap in range(1 - TAPS, TAPS + 1):
        at = np.clip(first + tap, 0, size - 1)
        np.add.at(weights, (np.arange(centres.size), at), _kernel(centres - first - tap))
    return weights


def _kernel(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    x, a = np.abs(distance), SHARPNESS
    near, far = (a + 2) * x**3 - (a + 3) * x**2 + 1, a * (x**3 - 5 * x**2 + 8 * x - 4)
    return np.where(x <= 1, near, np.where(x < TAPS, far, 0.0))
