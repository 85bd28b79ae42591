"""How much of the detail that bicubic loses a result wins back, in rings of the spectrum."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def attenuation(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the mean amplitude of each ring against that of the mean.

    Parameters
    ----------
    field : array, shape (h, w)
        Without gaps; any units.

    Returns
    -------
    array, shape (min(h, w) // 2,)
        ``10 log10(F(r) / F(0))`` of the rings of radius r, those after r - 1 up to r. [dB]

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """
    amplitude = np.abs(np.fft.fft2(field)).ravel()
    rows, columns = (np.rint(np.fft.fftfreq(size) * size) for size in field.shape)
    ring = np.ceil(np.hypot(rows[:, None], columns[None, :])).astype(int).ravel()
    mean = np.bincount(ring, amplitude) / np.bincount(ring)
    least = np.finfo(np.float64).tiny
    share: NDArray[np.float64] = np.maximum(mean / mean[0], least)[: min(field.shape) // 2]
    return 10 * np.log10(share)


def spectral_scores(
    prediction: NDArray[np.float64], truth: NDArray[np.float64], floor: NDArray[np.float64]
) -> dict[str, float]:
    """Score the attenuation of a result between those of a bicubic image and the truth.

    Parameters
    ----------
    prediction, truth, floor : array, shape (h, w)
        Result, reference and bicubic image, without gaps. [K]

    Returns
    -------
    dict of str to float
        ``pfr``, ``afr``, ``rmse_att`` [dB], ``frr``, ``fro``, ``fru`` [1].
    """
    ours, right, least = map(attenuation, (prediction, truth, floor))
    possible = float(np.maximum(right - least, 0).sum())
    held = np.maximum(np.minimum(ours, right), np.minimum(least, right))
    won = float((held - np.minimum(right, least)).sum())
    return {
        "pfr": possible,
        "afr": won,
        "frr": won / possible if possible > 0 else math.nan,
        "fro": float((right - np.maximum(ours, right)).sum() / right.sum()),
        "fru": float((least - np.minimum(ours, least)).sum() / least.sum()),
        "rmse_att": math.sqrt(float(((ours - right) ** 2).mean())),
    }
