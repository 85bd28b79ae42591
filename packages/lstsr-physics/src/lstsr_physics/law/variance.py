"""How much a temperature varies around every place of its coarse grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.strips import strips_of
from lstsr_physics.law.bands import mean_around
from lstsr_physics.law.slopes import BROAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_physics.law.slopes import CoarseView

AROUND: Final = 16
"""Rows around a strip that `BROAD` and `PLACE` reach into, and more. [coarse pixel]"""
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
    around = np.empty(coarse.lst.shape)
    for strip in strips_of(around.shape, reach=AROUND):
        lst = coarse.lst[strip.outer]
        narrow = lst - mean_around(lst, BROAD)
        around[strip.inner] = np.nan_to_num(mean_around(narrow**2, PLACE))[strip.trim]
    return around
