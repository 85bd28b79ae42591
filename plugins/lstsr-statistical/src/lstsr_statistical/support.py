"""Covariance of points, and of the coarse pixels that average them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def point_covariance(distance: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Give the exponential covariance of two points, ``exp(-distance / scale)``. [1]

    Parameters
    ----------
    distance, scale : array and float
        Both in the same unit; at one scale 37 % of the variance are still shared.
    """
    covariance: NDArray[np.float64] = np.exp(-distance / scale)
    return covariance


def block_point_covariance(
    blocks: NDArray[np.int64], factor: int, scale: float
) -> NDArray[np.float64]:
    """Give the covariance of coarse pixels with the fine centres inside the pixel at (0, 0).

    A coarse pixel is the mean of its ``factor^2`` fine centres, so its covariance with a point is
    the mean of theirs.

    Parameters
    ----------
    blocks : array of int, shape (n,)
        Rows, and columns, of the coarse pixels: all n x n pairs of them. [coarse pixel]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    scale : float
        Of the exponential covariance. [coarse pixel]

    Returns
    -------
    array, shape (n, n, factor, factor)
        For the row and the column of the coarse pixel, then of the fine one, at unit variance. [1]

    References
    ----------
    .. [1] Kyriakidis, "A geostatistical framework for area-to-point spatial interpolation",
       Geographical Analysis, 2004, :doi:`10.1111/j.1538-4632.2004.tb01135.x`
    """
    lags = np.arange(factor * (blocks.min() - 1) + 1, factor * (blocks.max() + 1))
    covariance = point_covariance(np.hypot(lags[:, None], lags) / factor, scale)
    points = np.arange(factor)
    # The fine pixel `lag` away from a point lies in that coarse pixel.
    inside = (lags + points[:, None]) // factor == blocks[:, None, None]
    seen = inside.reshape(-1, lags.size) / factor
    count = blocks.size
    whole: NDArray[np.float64] = seen @ covariance @ seen.T
    return whole.reshape(count, factor, count, factor).transpose(0, 2, 1, 3)


def block_covariance(lags: int, factor: int, scale: float) -> NDArray[np.float64]:
    """Give the covariance of two coarse pixels 0 to lags - 1 rows and columns apart; (n, n). [1]"""
    mean: NDArray[np.float64] = block_point_covariance(np.arange(lags), factor, scale).mean(
        axis=(2, 3)
    )
    return mean
