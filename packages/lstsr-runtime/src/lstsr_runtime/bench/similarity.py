"""Structural similarity with a range taken from the images, of values and of gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_runtime.bench.scores import SSIM_K1, SSIM_K2, SSIM_WINDOW
from lstsr_runtime.bench.sobel import KERNELS, gradient_magnitude

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE: Final = SSIM_WINDOW**2 / (SSIM_WINDOW**2 - 1)
"""From the variance in a window to that of what it is a sample of. [1]"""


def similarity(one: NDArray[np.float64], other: NDArray[np.float64], width: float) -> float:
    """Give the mean structural similarity in whole windows of 7 x 7 pixels.

    Parameters
    ----------
    one, other : array, shape (h, w)
        Fields without gaps. [K]
    width : float
        Range of the values. [K]

    Returns
    -------
    float
        1 for equal fields. [1]

    References
    ----------
    .. [1] Wang et al., "Image quality assessment: from error visibility to structural
       similarity", IEEE Trans. Image Process., 2004, :doi:`10.1109/TIP.2003.819861`
    """
    structure = _structure(one, other, (SSIM_K2 * width) ** 2, SAMPLE)
    return float((_luminance(one, other, (SSIM_K1 * width) ** 2) * structure).mean())


def gradient_similarity(
    one: NDArray[np.float64], other: NDArray[np.float64], width: float
) -> float:
    """Give the same with contrast and structure of the mean square gradient's root.

    Parameters
    ----------
    one, other : array, shape (h, w)
        Fields without gaps. [K]
    width : float
        Range of the values. [K]

    Returns
    -------
    float
        1 for equal fields. [1]

    References
    ----------
    .. [1] Chen et al., "Gradient-based structural similarity for image quality assessment",
       ICIP, 2006, :doi:`10.1109/ICIP.2006.313132`
    """
    root = np.sqrt(len(KERNELS))
    a, b = (gradient_magnitude(field) / root for field in (one, other))
    structure = _structure(a, b, (SSIM_K2 * width) ** 2, 1.0)
    inner = (slice(1, -1), slice(1, -1))
    luminance = _luminance(one[inner], other[inner], (SSIM_K1 * width) ** 2)
    return float((luminance * structure).mean())


def _luminance(
    one: NDArray[np.float64], other: NDArray[np.float64], constant: float
) -> NDArray[np.float64]:
    a, b = _mean(one), _mean(other)
    likeness: NDArray[np.float64] = (2 * a * b + constant) / (a * a + b * b + constant)
    return likeness


def _structure(
    one: NDArray[np.float64], other: NDArray[np.float64], constant: float, sample: float
) -> NDArray[np.float64]:
    # Around their means, or squares of 300 K would swallow the digits of the variance.
    a, b = one - one.mean(), other - other.mean()
    mean_a, mean_b = _mean(a), _mean(b)
    together = sample * (_mean(a * b) - mean_a * mean_b)
    apart = sample * (_mean(a * a) - mean_a**2 + _mean(b * b) - mean_b**2)
    likeness: NDArray[np.float64] = (2 * together + constant) / (apart + constant)
    return likeness


def _mean(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average over every whole window; shape (h - 6, w - 6)."""
    window = np.lib.stride_tricks.sliding_window_view
    rows = window(field, SSIM_WINDOW, axis=0).mean(axis=-1)
    mean: NDArray[np.float64] = window(rows, SSIM_WINDOW, axis=1).mean(axis=-1)
    return mean
