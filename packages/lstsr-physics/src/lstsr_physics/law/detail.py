"""The detail that a law sees in guides, and what it puts back of the coarse temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lstsr_core.nested import upsample_linear
from lstsr_core.strips import strips_of
from lstsr_physics.law.bands import COARSE, fine_octaves, split_coarse, split_fine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

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


class FineGuide(NamedTuple):
    """A guide below the coarse pixel, every field of shape (factor * h, factor * w).

    Parameters
    ----------
    values : array
        NaN where there are none; units of the guide.
    narrow : array
        The same less what the coarse grid holds; 0 where it is missing; units of the guide.
    slope : array
        Kelvin per unit of the guide, around every place.
    detail : array
        What a law makes of it; 0 where the guide is missing. [K]
    """

    values: NDArray[np.float32]
    narrow: NDArray[np.float32]
    slope: NDArray[np.float32]
    detail: NDArray[np.float32]


def see_fine(
    guides: NDArray[np.float32], slopes: Slopes, law: Law, factor: int
) -> Iterator[FineGuide]:
    """Give what a law sees of guides below the coarse pixel, a guide at a time.

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
    """
    gains = [np.float32(law.at(sigma).gain) for sigma in fine_octaves(factor)]
    for place, values in zip(slopes.places, guides, strict=True):
        bands = split_fine(values, factor)
        slope: NDArray[np.float32] = upsample_linear(place.astype(np.float32), factor)
        narrow, weighed = np.zeros_like(slope), np.zeros_like(slope)
        for gain, band in zip(gains, bands, strict=True):
            narrow += band
            weighed += gain * band
        yield FineGuide(values=values, narrow=narrow, slope=slope, detail=slope * weighed)


def add_up(
    seen: Iterable[FineGuide], shape: tuple[int, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Add up the detail of guides [K], and the energy of slope times guide [K2]."""
    detail, whole = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for one in seen:
        detail += one.detail
        whole += one.slope * one.narrow
    return detail, whole**2


def fine_detail(
    guides: NDArray[np.float32], slopes: Slopes, law: Law, factor: int
) -> NDArray[np.float32]:
    """Give the detail below the coarse pixel, 0 where a guide is missing; as `see_fine`. [K]"""
    return add_up(see_fine(guides, slopes, law, factor), guides.shape[1:])[0]


def guide_energy(
    guides: NDArray[np.float32], slopes: Slopes, law: Law, factor: int
) -> NDArray[np.float32]:
    """Give the square of slope times guide below the coarse pixel; as `see_fine`. [K2]"""
    return add_up(see_fine(guides, slopes, law, factor), guides.shape[1:])[1]
