"""How much a temperature varies around every place of its coarse grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.law.bands import mean_around
from lstsr_physics.law.slopes import BROAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_physics.law.slopes import CoarseView

PLACE: Final = 2.0
"""Gaussian around a place over which variances are averaged. [coarse pixel]"""


def variance_around(coarse: CoarseView) -> NDArray[np.float64]:
    """Give the variance of what is narrower than `BROAD` around every place.

    Parameters
    ----------
    coarse : CoarseView
        The scene at its coarse scale.

    Returns
    -------
    array, shape (h, w)
        0 where there is no temperature. [K2]
    """
    narrow = coarse.lst - mean_around(coarse.lst, BROAD)
    around: NDArray[np.float64] = np.nan_to_num(mean_around(narrow**2, PLACE))
    return around
