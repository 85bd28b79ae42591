"""The weights by which a coarse pixel sees the fine ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.kernel import Taps, box_taps, gaussian_taps, weighted_mean
from lstsr_core.kinds import Footprint
from lstsr_core.nested import check_nested

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

LEAST_WEIGHT = 0.5
"""Share of a footprint that has to fall on measured pixels for a coarse value. [1]"""


def footprint_of(scene: xr.DataTree) -> Footprint:
    """Give what a coarse pixel of a scene sees.

    Parameters
    ----------
    scene : xarray.DataTree
        Its coarse node may say ``footprint`` ("gaussian" or "box") and ``footprint_mtf`` [1] in
        its attributes; what is missing is as `lstsr_core.Footprint` has it.

    Returns
    -------
    Footprint
    """
    known, usual = scene["coarse"].attrs, Footprint()
    return Footprint(
        shape=known.get("footprint", usual.shape),
        mtf=float(known.get("footprint_mtf", usual.mtf)),
    )


def see_values(
    fine: Field,
    footprint: Footprint,
    factor: int,
    *,
    beside: tuple[float, float] = (0.0, 0.0),
    least_weight: float = LEAST_WEIGHT,
) -> NDArray[np.float64]:
    """See a fine field as the coarse sensor does, looking a little beside if wanted.

    Parameters
    ----------
    fine : array, shape (factor * h, factor * w)
        Any units.
    footprint : Footprint
        Point-spread function of the coarse sensor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    beside : (float, float)
        How far right and down of the coarse centres to look. [fine pixel]
    least_weight : float
        Share of a footprint that has to fall on measured pixels. [1]

    Returns
    -------
    array, shape (h, w)
        Same units.

    Raises
    ------
    SceneError
        ``GRID_NOT_NESTED``.
    """
    check_nested(fine.shape, factor)
    columns, rows = (footprint_taps(footprint, factor, offset) for offset in beside)
    mean, weight = weighted_mean(fine, rows, columns, factor)
    mean[weight < least_weight] = np.nan
    return mean


def footprint_taps(footprint: Footprint, factor: int, offset: float = 0.0) -> Taps:
    """Weigh the fine pixels along one axis as a footprint does. [1]

    Parameters
    ----------
    footprint : Footprint
        Point-spread function of the coarse sensor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    offset : float
        Distance of the footprint's centre from that of the coarse pixel. [fine pixel]

    Returns
    -------
    Taps
        Counted from the first fine pixel of the coarse one.
    """
    centre = (factor - 1) / 2 + offset
    if footprint.shape == "box":
        return box_taps(centre, factor)
    return gaussian_taps(centre, gaussian_sigma(footprint.mtf, factor))


def gaussian_sigma(mtf: float, factor: int) -> float:
    """Give the width of a Gaussian from its modulation at the coarse Nyquist frequency.

    A Gaussian of width s passes ``exp(-2 (pi s k)^2)`` of the modulation at k cycles a pixel;
    with k = 1 / (2 factor), ``s = factor sqrt(-2 ln mtf) / pi``.

    Parameters
    ----------
    mtf : float
        Modulation left at the coarse Nyquist frequency, between 0 and 1. [1]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    float
        Standard deviation. [fine pixel]
    """
    return factor * math.sqrt(-2.0 * math.log(mtf)) / math.pi
