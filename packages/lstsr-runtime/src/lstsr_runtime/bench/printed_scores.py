"""The scores of the published protocol, for comparison with print and never to rank by."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.footprint import gaussian_sigma
from lstsr_runtime.bench import scores
from lstsr_runtime.bench.printed_spectrum import spectral_scores
from lstsr_runtime.bench.score import Score
from lstsr_runtime.bench.similarity import gradient_similarity, similarity
from lstsr_runtime.bench.sobel import gradient_magnitude

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lstsr_runtime.bench.inscribed import Common

MTF: Final = 0.1
"""Modulation at the coarse Nyquist frequency of the Gaussian that takes detail away (protocol of
:doi:`10.48550/arXiv.2502.01204`). [1]"""
KERNEL: Final = 9
"""Edge of that Gaussian's kernel (same protocol). [pixel]"""
FACTOR: Final = 4
"""Fine pixels along one edge of a coarse pixel (same protocol). [1]"""
QUARTERS: Final = (25.0, 75.0)
"""Percentiles of the detail that part flat, middle and sharp pixels (same protocol). [%]"""

PRINTED_SCORES: Final[Mapping[str, Score]] = MappingProxyType(
    {
        "rmse": Score("K", "root mean square error, mean difference kept"),
        "ubrmse": Score("K", "root mean square error, the scene's mean difference removed"),
        "bias": Score("K", "mean difference, result minus reference"),
        "correlation": Score("1", "correlation with the reference"),
        "psnr": Score("dB", "peak signal to noise, range with the result inside"),
        "ssim": Score("1", "structural similarity, range with the result inside"),
        "rmse_low": Score("K", "rmse where the reference has least detail, a quarter"),
        "rmse_mid": Score("K", "rmse between"),
        "rmse_high": Score("K", "rmse where the reference has most detail, a quarter"),
        "gssim": Score("1", "similarity, contrast and structure of gradients"),
        "rmse_grad": Score("K/pixel", "rmse of gradient magnitudes, four Sobel directions"),
        "pfr": Score("dB", "attenuation of bicubic that could be won back, summed"),
        "afr": Score("dB", "attenuation that was won back"),
        "frr": Score("1", "share of it: rewards energy, right or wrong"),
        "fro": Score("1", "energy beyond the reference's"),
        "fru": Score("1", "energy below bicubic's"),
        "rmse_att": Score("dB", "rms of the difference of attenuations"),
        "seconds": Score("s", "time to sharpen the scene, reading left out"),
    }
)
"""Every score of the published protocol, in order."""


def score_printed(common: Common, floor: NDArray[np.float64]) -> dict[str, float]:
    """Score a result by the published protocol.

    Parameters
    ----------
    common : Common
        Result and reference in their rectangle. [K]
    floor : array, same shape
        The bicubic image, cut alike. [K]

    Returns
    -------
    dict of str to float
        The scores of `PRINTED_SCORES` but "seconds".

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """
    p, t = common.prediction, common.truth
    width, rmse = float(max(p.max(), t.max()) - min(p.min(), t.min())), scores.rms_error(p, t)
    bias = float((p - t).mean())
    gradients = gradient_magnitude(p), gradient_magnitude(t)
    return {
        "rmse": rmse,
        "ubrmse": math.sqrt(max(rmse**2 - bias**2, 0.0)),
        "bias": bias,
        "correlation": scores.correlation(p, t),
        "psnr": 20 * math.log10(width / rmse) if rmse > 0 else math.nan,
        "ssim": similarity(p, t, width),
        **_by_detail(p, t),
        "gssim": gradient_similarity(p, t, width),
        "rmse_grad": scores.rms_error(*gradients),
        **spectral_scores(p, t, floor),
    }


def _by_detail(p: NDArray[np.float64], t: NDArray[np.float64]) -> dict[str, float]:
    detail, error = np.abs(t - _smooth(t)), (p - t) ** 2
    low, high = np.percentile(detail, QUARTERS)
    classes = {
        "rmse_low": detail < low,
        "rmse_mid": (detail >= low) & (detail <= high),
        "rmse_high": detail > high,
    }
    return {
        name: math.sqrt(float(error[within].mean())) if within.any() else math.nan
        for name, within in classes.items()
    }


def _smooth(field: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take detail away by the Gaussian of the protocol, mirrored at the border. [K]"""
    reach = KERNEL // 2
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / gaussian_sigma(MTF, FACTOR)) ** 2)
    weights /= weights.sum()
    padded = np.pad(field, reach, mode="reflect")
    rows = sum(weight * padded[tap : tap + field.shape[0]] for tap, weight in enumerate(weights))
    smooth = sum(weight * rows[:, tap : tap + field.shape[1]] for tap, weight in enumerate(weights))
    return np.asarray(smooth)
