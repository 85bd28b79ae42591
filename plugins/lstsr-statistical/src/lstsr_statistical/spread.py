"""How much detail stays unknown, judged from the finest octaves that the coarse image shows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import block_coverage, block_mean, upsample_cubic
from lstsr_core.strips import strips_of
from lstsr_statistical.moments import deviation

if TYPE_CHECKING:
    from lstsr_core.nested import Field
    from lstsr_core.strips import Strip

STEEPEST, FLATTEST = 0.3, 1.0
"""Bounds of the ratio between the spreads of one octave and the next coarser one; a natural field
never grows towards finer scales, and 0.3 is smoother than any thermal scene. [1]"""
FEWEST = 16
"""Pixels below which a spread of an octave is not estimated. [pixel]"""
AROUND = 16
"""Rows around a strip that its detail depends on, and some more: cubic interpolation between means
of two rows, gaps filled from as far again. [pixel]"""


def unseen_spread(coarse: Field, factor: int) -> float:
    """Estimate the standard deviation of a field below its own pixel.

    The spreads of the two finest octaves that the field shows give a ratio per octave; carried
    on, it gives the octaves between the coarse and the fine pixel. The finest octave shown
    counts as unknown too, because a sensor's footprint is wider than its pixel and blurs it.

    Parameters
    ----------
    coarse : array, shape (h, w)
        A temperature, or the part of it that a regression leaves, NaN where there is none. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    float
        Standard deviation. [K]
    """
    finest, next_finest = _octave_spread(coarse), _octave_spread(_half(coarse))
    if not finest > 0:
        return 0.0
    ratio = finest / next_finest if next_finest > 0 else FLATTEST
    ratio = min(max(ratio, STEEPEST), FLATTEST)
    octaves = math.log2(factor)
    whole = int(octaves)
    variance = sum((finest * ratio**octave) ** 2 for octave in range(whole + 1))
    variance += (octaves - whole) * (finest * ratio ** (whole + 1)) ** 2
    return math.sqrt(variance)


def _octave_spread(field: Field) -> float:
    """Give the standard deviation of what block means of two pixels do not show. [K]"""
    even = _even(field)
    if even.size == 0:
        return 0.0
    strips = strips_of(even.shape, reach=AROUND, step=2)
    count, spread = deviation(_detail(even, strip) for strip in strips)
    return spread if count >= FEWEST else 0.0


def _detail(even: Field, strip: Strip) -> Field:
    """Give what block means do not show in a strip, measured pixels alone, shape (n,). [K]"""
    here = even[strip.outer]
    detail = (here - upsample_cubic(_half(here), 2))[strip.trim]
    known: Field = detail[np.isfinite(detail)]
    return known


def _half(field: Field) -> Field:
    """Average 2 x 2 pixels, where all four are measured."""
    even = _even(field)
    mean = block_mean(even, 2)
    mean[block_coverage(even, 2) < 1] = np.nan
    return mean


def _even(field: Field) -> Field:
    rows, columns = (size - size % 2 for size in field.shape)
    return field[:rows, :columns]
