"""How differently two coarse pixels a given lag apart are: the empirical semivariogram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

LONGEST = 10
"""Lag up to which differences are counted; twice the kriging window. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Semivariogram:
    """Half the mean squared difference of pixels, by the lag between them.

    Parameters
    ----------
    value : array, shape (n, n)
        At lags of 0 to n - 1 rows and columns, both diagonals together; NaN without a pair. [K2]
    pairs : array, shape (n, n)
        Pairs of pixels behind each value, the mean of the two diagonals. [1]
    """

    value: NDArray[np.float64]
    pairs: NDArray[np.float64]


def semivariogram_of(field: Field, longest: int = LONGEST) -> Semivariogram:
    """Compare all pairs of measured pixels, by Fourier transform.

    With m = 1 where the field z is measured and 0 elsewhere, and corr the correlation at a lag,
    ``gamma = [corr(m, m z^2) + corr(m z^2, m) - 2 corr(m z, m z)] / (2 corr(m, m))``: gaps and
    borders leave pairs out and change nothing else.

    Parameters
    ----------
    field : array, shape (h, w)
        NaN where nothing was measured. [K]
    longest : int
        Longest lag along an axis; shortened to half the smaller edge of the field. [coarse pixel]

    Returns
    -------
    Semivariogram

    References
    ----------
    .. [1] Marcotte, "Fast variogram computation with FFT", Computers & Geosciences, 1996,
       :doi:`10.1016/S0098-3004(96)00026-X`
    """
    lags = min(longest, min(field.shape) // 2) + 1
    measured = np.isfinite(field)
    level = field[measured].mean() if measured.any() else 0.0
    z = np.where(measured, field - level, 0.0)
    # Room beyond the edge keeps the transform from wrapping one border onto the other.
    shape = tuple(1 << (size + lags - 1).bit_length() for size in field.shape)
    there, values, squares = (
        np.fft.rfft2(part, shape) for part in (measured.astype(np.float64), z, z * z)
    )
    pairs = np.rint(_near((there.conj() * there).real, shape, lags) * 2) / 2
    power = (there.conj() * squares).real - (values.conj() * values).real
    value = np.full(pairs.shape, np.nan)
    np.divide(_near(power, shape, lags), pairs, out=value, where=pairs > 0)
    return Semivariogram(value=np.maximum(value, 0.0), pairs=pairs)


def _near(power: Field, shape: tuple[int, ...], lags: int) -> NDArray[np.float64]:
    """Turn a power spectrum into sums at the shortest lags, the mean of the two diagonals."""
    sums = np.fft.irfft2(power, shape)[:lags]
    back = np.roll(sums[:, ::-1], 1, axis=1)
    mean: NDArray[np.float64] = 0.5 * (sums[:, :lags] + back[:, :lags])
    return mean
