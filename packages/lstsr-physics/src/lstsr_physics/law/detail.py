"""The detail that a law sees in guides, and what it puts back of the coarse temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import upsample_linear
from lstsr_core.strips import strips_of
from lstsr_physics.law.bands import (
    COARSE,
    TURN,
    fine_octaves,
    mean_around,
    split_coarse,
    split_fine,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.law import Law
    from lstsr_physics.law.slopes import CoarseView, Slopes

AROUND: Final = 16
"""Rows around a strip that its octaves reach into, and more: the widest Gaussian is `CUT` times 2.4
coarse pixels. [coarse pixel]"""


def coarse_detail(coarse: CoarseView, slopes: Slopes, law: Law) -> NDArray[np.float64]:
    """Give what is added to the coarse temperature before it is interpolated.

    Parameters
    ----------
    coarse : CoarseView
        The scene at its coarse scale.
    slopes : Slopes
        Kelvin per unit of each guide.
    law : Law
        Restoration of the temperature, and gains of the octaves that the coarse grid holds.

    Returns
    -------
    array, shape (h, w)
        0 where nothing is known. [K]
    """
    total = np.empty(coarse.lst.shape)
    for strip in strips_of(total.shape, reach=AROUND):
        here = slopes.cut(strip.outer, slice(None))
        total[strip.inner] = _added(coarse.cut(strip.outer), here, law)[strip.trim]
    return total


def _added(coarse: CoarseView, slopes: Slopes, law: Law) -> NDArray[np.float64]:
    total = np.zeros(coarse.lst.shape)
    bands = split_coarse(coarse.lst, tuple(law.restoration))
    for share, band in zip(law.restoration.values(), bands, strict=True):
        total += share * np.nan_to_num(band)
    for octave in (law.at(sigma) for sigma in COARSE if _has(law, sigma)):
        for slope, means in zip(slopes.places, coarse.means, strict=True):
            total += octave.gain * slope * np.nan_to_num(split_coarse(means, (octave.sigma,))[0])
    return total


def _has(law: Law, sigma: float) -> bool:
    return any(octave.sigma == sigma for octave in law.octaves)


def fine_detail(
    guides: NDArray[np.float32], slopes: Slopes, law: Law, factor: int
) -> NDArray[np.float32]:
    """Give the detail below the coarse pixel.

    Parameters
    ----------
    guides : array, shape (g, factor * h, factor * w)
        NaN where there is none.
    slopes : Slopes
        Kelvin per unit of each guide on the coarse pixels of the guides.
    law : Law
        Gains of the fine octaves.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (factor * h, factor * w)
        0 where a guide is missing. [K]
    """
    total = np.zeros(guides.shape[1:], np.float32)
    gains = [law.at(sigma).gain for sigma in fine_octaves(factor)]
    for slope, guide in zip(slopes.places, guides, strict=True):
        bands = split_fine(guide, factor)
        weighed = sum(np.float32(gain) * band for gain, band in zip(gains, bands, strict=True))
        total += upsample_linear(slope.astype(np.float32), factor) * weighed
    return total


def guide_energy(guides: NDArray[np.float32], slopes: Slopes, factor: int) -> Field:
    """Give the square of slope times guide below the coarse pixel, on the fine grid. [K2]"""
    total = np.zeros(guides.shape[1:], np.float32)
    for slope, guide in zip(slopes.places, guides, strict=True):
        narrow = np.nan_to_num(guide - mean_around(guide, TURN * factor))
        total += upsample_linear(slope.astype(np.float32), factor) * narrow
    return total**2
