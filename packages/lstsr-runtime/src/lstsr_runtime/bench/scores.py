"""Scores of a sharpened temperature against the truth, pixel by pixel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.footprint import see_values
from lstsr_core.kernel import box_taps, weighted_sum
from lstsr_core.nested import block_mean, upsample_cubic

if TYPE_CHECKING:
    from lstsr_core import Footprint
    from lstsr_core.nested import Field

DATA_RANGE: Final = 20.0
"""Range of temperatures that SSIM is scaled by, the same for every scene and model: nine in ten
MODIS-ASTER scenes span less between their 1st and 99th percentile. A range taken from the
prediction would reward noise. [K]"""
SSIM_WINDOW: Final = 7
"""Edge of the uniform window of SSIM. [pixel]"""
SSIM_K1, SSIM_K2 = 0.01, 0.03
"""Constants of SSIM (:doi:`10.1109/TIP.2003.819861`). [1]"""
NINETY: Final = 1.6448536269514722
"""Standard uncertainties on each side of a normal 90 % interval. [1]"""
LEAST_SIGMA: Final = 1e-6
"""Uncertainty below which a distribution is scored as a single value. [K]"""
_erf = np.frompyfunc(math.erf, 1, 1)


def rms_error(prediction: Field, truth: Field) -> float:
    """Give the root mean square difference; with the bias removed it is the ubRMSE. [K]"""
    return float(np.sqrt(np.nanmean((prediction - truth) ** 2)))


def mean_absolute_error(prediction: Field, truth: Field) -> float:
    """Give the mean absolute difference. [K]"""
    return float(np.nanmean(np.abs(prediction - truth)))


def correlation(prediction: Field, truth: Field) -> float:
    """Give Pearson's correlation; NaN where either field does not vary. [1]"""
    both = np.isfinite(prediction) & np.isfinite(truth)
    a, b = prediction[both] - prediction[both].mean(), truth[both] - truth[both].mean()
    scale = math.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else math.nan


def detail_skill(prediction: Field, truth: Field, factor: int) -> float:
    """Tell how much of the detail that a coarse image cannot hold is right.

    ``1 - <(d(p) - d(t))^2> / <d(t)^2>`` with ``d(x) = x - U(A(x))``, U the cubic upsampling and A
    the block mean: 1 for the truth, 0 for no detail, less for detail that does harm.

    Parameters
    ----------
    prediction, truth : array, shape (factor * h, factor * w)
        NaN in both where either is missing. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    float
        Skill. [1]
    """
    ours, right = (_detail(field, factor) for field in (prediction, truth))
    variance = float(np.nanmean(right**2))
    return 1.0 - float(np.nanmean((ours - right) ** 2)) / variance if variance > 0 else math.nan


def _detail(field: Field, factor: int) -> Field:
    detail: Field = field - upsample_cubic(block_mean(field, factor), factor)
    return detail


def footprint_consistency(prediction: Field, coarse: Field, footprint: Footprint) -> float:
    """Compare what the coarse sensor would see of the prediction with what it saw.

    Parameters
    ----------
    prediction : array, shape (factor * h, factor * w)
        NaN where there is none. [K]
    coarse : array, shape (h, w)
        NaN where nothing was measured. [K]
    footprint : Footprint
        Point-spread function of the coarse sensor.

    Returns
    -------
    float
        Root mean square difference. [K]
    """
    seen = see_values(prediction, footprint, prediction.shape[0] // coarse.shape[0])
    return rms_error(seen, coarse)


def gradient_error(prediction: Field, truth: Field) -> float:
    """Give the root mean square difference of the gradients, as vectors. [K per fine pixel]"""
    rows, columns = (
        p - t for p, t in zip(np.gradient(prediction), np.gradient(truth), strict=True)
    )
    return float(np.sqrt(np.nanmean(rows**2 + columns**2)))


def ssim(prediction: Field, truth: Field) -> float:
    """Give the structural similarity with the fixed range `DATA_RANGE`.

    Parameters
    ----------
    prediction, truth : array, shape (h, w)
        NaN in both where either is missing; a window that holds NaN is left out. [K]

    Returns
    -------
    float
        Mean over the whole windows, 1 for equal fields; NaN without a whole window. [1]

    References
    ----------
    .. [1] Wang et al., "Image quality assessment: from error visibility to structural
       similarity", IEEE Trans. Image Process., 2004, :doi:`10.1109/TIP.2003.819861`
    """
    level = float(np.nanmean(truth))
    p, t = (np.nan_to_num(field - level) for field in (prediction, truth))
    mean_p, mean_t = _window_mean(p), _window_mean(t)
    var_p, var_t = _window_mean(p * p) - mean_p**2, _window_mean(t * t) - mean_t**2
    together = _window_mean(p * t) - mean_p * mean_t
    c1, c2 = (SSIM_K1 * DATA_RANGE) ** 2, (SSIM_K2 * DATA_RANGE) ** 2
    likeness = ((2 * (mean_p * mean_t) + c1) * (2 * together + c2)) / (
        (mean_p**2 + mean_t**2 + c1) * (var_p + var_t + c2)
    )
    whole = _window_mean(np.isfinite(prediction + truth).astype(np.float64)) > 1 - 1e-9
    return float(likeness[whole].mean()) if whole.any() else math.nan


def _window_mean(field: Field) -> Field:
    around = box_taps(0.0, SSIM_WINDOW)
    return weighted_sum(field, around, around)


def coverage(prediction: Field, sigma: Field, truth: Field) -> float:
    """Give the share of pixels whose 90 % interval holds the truth; 0.9 is right. [1]"""
    inside = np.abs(prediction - truth) <= NINETY * sigma
    return float(inside[np.isfinite(prediction - truth)].mean())


def crps(prediction: Field, sigma: Field, truth: Field) -> float:
    """Give the continuous ranked probability score of normal distributions.

    Parameters
    ----------
    prediction, sigma, truth : array, shape (h, w)
        Mean and standard deviation of the prediction, and the truth. [K]

    Returns
    -------
    float
        Mean score, the absolute error where sigma is 0; less is better. [K]

    References
    ----------
    .. [1] Gneiting & Raftery, "Strictly proper scoring rules, prediction, and estimation",
       J. Am. Stat. Assoc., 2007, :doi:`10.1198/016214506000001437`
    """
    known = np.isfinite(prediction - truth) & np.isfinite(sigma)
    error, spread = (prediction - truth)[known], np.maximum(sigma[known], LEAST_SIGMA)
    z = error / spread
    within = np.asarray(_erf(z / math.sqrt(2)), dtype=np.float64)
    density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    score = spread * (z * within + 2 * density - 1 / math.sqrt(math.pi))
    return float(score.mean())
