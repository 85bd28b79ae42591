"""Fields in octaves, as differences of Gaussian means around the coarse pixel's own scale."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

TURN: Final = 0.6
"""Width of the Gaussian at which fine octaves end and coarse ones begin: a mean as wide as this is
known on the coarse grid. [coarse pixel]"""
COARSE: Final = (0.6, 1.2)
"""Narrower Gaussian of each octave that is taken on the coarse grid. [coarse pixel]"""
RESTORED: Final = (0.3, 0.6, 1.2)
"""The same for the octaves of the temperature itself. [coarse pixel]"""
NARROWEST: Final = 0.5
"""Gaussian below which pixels are not told apart. [fine pixel]"""
WAVELENGTH: Final = 6.53
"""Wavelength at which an octave, a Gaussian mean less one twice as wide, passes most, over its
narrower Gaussian: ``2 pi sqrt(3 / (2 ln 4))``. [1]"""
CUT: Final = 4.0
"""Standard deviations at which Gaussians are cut off. [1]"""


def fine_octaves(factor: int) -> tuple[float, ...]:
    """List the octaves of the fine grid by their narrower Gaussian, the finest first.

    Parameters
    ----------
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    tuple of float
        The finest holds all that is narrower too. [coarse pixel]
    """
    sigma, found = TURN / 2, [TURN / 2]
    while sigma / 2 * factor >= NARROWEST:
        sigma /= 2
        found.append(sigma)
    return (found[-1] / 2, *reversed(found))


def split_fine(field: NDArray[np.float32], factor: int) -> list[NDArray[np.float32]]:
    """Split a fine field into the octaves of `fine_octaves`.

    Parameters
    ----------
    field : array, shape (factor * h, factor * w)
        NaN where there is nothing; any units.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    list of arrays, shape (factor * h, factor * w)
        0 where the field is missing, so that a gap adds nothing; same units.
    """
    valid = np.isfinite(field)
    widths = [2 * sigma * factor for sigma in fine_octaves(factor)]
    means = [field, *(mean_around(field, width) for width in widths)]
    return [
        np.where(valid, narrow - wide, 0.0).astype(np.float32) for narrow, wide in pairwise(means)
    ]


def split_coarse(field: Field, narrower: tuple[float, ...]) -> list[Field]:
    """Split a coarse field, shape (h, w), into octaves; NaN where the field is missing."""
    return [mean_around(field, sigma) - mean_around(field, 2 * sigma) for sigma in narrower]


def mean_around(field: Field, sigma: float) -> Field:
    """Average what a Gaussian around every pixel holds of measured values.

    Parameters
    ----------
    field : array, shape (h, w)
        NaN where there is nothing; any units.
    sigma : float
        Standard deviation. [pixel]

    Returns
    -------
    array, shape (h, w)
        NaN where the field is; same units.
    """
    from scipy.ndimage import gaussian_filter

    valid = np.isfinite(field)
    if valid.all():
        whole: Field = gaussian_filter(field, sigma, truncate=CUT)
        return whole
    total = gaussian_filter(np.where(valid, field, 0.0).astype(field.dtype), sigma, truncate=CUT)
    share = gaussian_filter(valid.astype(field.dtype), sigma, truncate=CUT)
    mean: Field = np.full_like(field, np.nan)
    np.divide(total, share, out=mean, where=valid)
    return mean
