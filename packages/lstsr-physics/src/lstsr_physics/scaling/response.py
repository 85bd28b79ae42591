"""What instruments leave of a field, and how much that bends its octaves."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lstsr_core import SceneError
from lstsr_physics.footprints import footprint_at

if TYPE_CHECKING:
    from lstsr_physics.footprints import GroundFootprint

Waves: TypeAlias = NDArray[np.floating[Any]]
Transfer: TypeAlias = Callable[[Waves, Waves], Waves]
"""Share that is left at wavenumbers along columns and rows, in cycles per metre. [1]"""

DIRECTIONS: Final = 24
"""Directions over half a turn that a mean over direction samples. [1]"""
FINEST: Final = 4.0
"""Wavenumbers beyond the grid's own that still reach it folded, over those. [1]"""
STEPS: Final = 240
"""Wavenumbers from the longest wave of an octave to the shortest that matters. [1]"""
LONGEST: Final = 64.0
"""Longest wave that an octave feels, over its blocks. [1]"""


def gaussian_transfer(mtf: float, pixel: float) -> Transfer:
    """Give a round Gaussian's transfer from what it leaves at the Nyquist frequency of a pixel.

    Parameters
    ----------
    mtf : float
        Modulation left, between 0 and 1. [1]
    pixel : float
        Edge of the pixel. [m]
    """
    fall = -math.log(mtf) * (2 * pixel) ** 2

    def transfer(columns: Waves, rows: Waves) -> Waves:
        return np.exp(-fall * (columns**2 + rows**2))

    return transfer


def footprint_transfer(footprint: GroundFootprint) -> Transfer:
    """Give the transfer of a sensor's footprint."""

    def transfer(columns: Waves, rows: Waves) -> Waves:
        return np.asarray(footprint.columns.mtf(columns) * footprint.rows.mtf(rows))

    return transfer


def transfer_of(word: str, pixel: float) -> Transfer:
    """Give the transfer that a user names.

    Parameters
    ----------
    word : str
        A sensor of `SENSORS`, or what is left at the Nyquist frequency, between 0 and 1.
    pixel : float
        Edge of a pixel. [m]

    Raises
    ------
    PluginError
        ``UNKNOWN_NAME`` where it is neither.
    """
    try:
        left = float(word)
    except ValueError:
        return footprint_transfer(footprint_at(word))
    if not 0 < left < 1:
        raise SceneError(
            "OPTION_INVALID",
            found=f"a modulation of {word}",
            expected="above 0 and below 1",
            remedy="leave it out where the sensor's footprint is not known",
        )
    return gaussian_transfer(left, pixel)


def pixel_transfer(pixel: float) -> Transfer:
    """Give the transfer of a sensor that is not known: each pixel is the mean of its area."""

    def transfer(columns: Waves, rows: Waves) -> Waves:
        return np.asarray(np.sinc(columns * pixel) * np.sinc(rows * pixel))

    return transfer


def ring_mean(transfer: Transfer, wavenumber: Waves) -> Waves:
    """Average the square of a transfer over direction, at wavenumbers in cycles per metre. [1]"""
    columns, rows = _directions(wavenumber)
    return np.asarray((transfer(columns, rows) ** 2).mean(axis=0))


def seen_slope(
    block: float, pixel: float, *, cross: Transfer, power: Transfer, falls: tuple[float, float]
) -> float:
    """Give the slope of an octave as instruments show it, over that which they would not bend.

    An octave of a field of spectrum S has the variance ``int S t (|D_b|^2 - |D_2b|^2)``, with
    the transfer t of the instruments and D_b that of means over blocks of edge b. Without
    instruments each pixel is the mean over its own area.

    Parameters
    ----------
    block : float
        Edge of the finer blocks of the octave. [m]
    pixel : float
        Edge of a pixel. [m]
    cross : callable
        What is left of the cross-spectrum of temperature and guide.
    power : callable
        What is left of the power of the guide.
    falls : (float, float)
        Exponents of wavenumber of the cross-spectrum and of the power of the guide. [1]

    Returns
    -------
    float
        Above 1 where the guide is blurred more than the temperature. [1]
    """
    k = np.geomspace(1 / (LONGEST * block), FINEST / pixel, STEPS)
    columns, rows = _directions(k)
    seen = _means(columns, rows, block, pixel) - _means(columns, rows, 2 * block, pixel)
    whole = _areas(columns, rows, block) - _areas(columns, rows, 2 * block)

    def variance(fall: float, share: Waves) -> float:
        return float(np.trapezoid((k**2 * k**fall) * share.mean(axis=0), np.log(k)))

    shown = variance(falls[0], cross(columns, rows) * seen) / variance(
        falls[1], power(columns, rows) * seen
    )
    return shown * variance(falls[1], whole) / variance(falls[0], whole)


def _directions(wavenumber: Waves) -> tuple[Waves, Waves]:
    angle = (np.arange(DIRECTIONS) + 0.5)[:, None] * math.pi / DIRECTIONS
    return wavenumber * np.cos(angle), wavenumber * np.sin(angle)


def _areas(columns: Waves, rows: Waves, edge: float) -> Waves:
    """Give the squared transfer of the mean over a square."""
    return np.asarray((np.sinc(columns * edge) * np.sinc(rows * edge)) ** 2)


def _means(columns: Waves, rows: Waves, edge: float, pixel: float) -> Waves:
    """Give the squared transfer of the mean of the pixels of a square, sampled at points."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = _areas(columns, rows, edge) / _areas(columns, rows, pixel)
    return np.where(np.isfinite(share), share, 1.0)
