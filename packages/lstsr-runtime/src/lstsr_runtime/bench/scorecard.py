"""All scores of one sharpened scene, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import Footprint
from lstsr_core.nested import repeat
from lstsr_core.scene import COARSE, LST, factor_of
from lstsr_runtime.bench import scores
from lstsr_runtime.bench.protocol import BORDER, cut_border, pair_up
from lstsr_runtime.bench.score import Score
from lstsr_runtime.bench.spectrum import SHORTEST, octaves, spectra, spectral_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

    from lstsr_core.nested import Field
    from lstsr_runtime.bench.protocol import Truth


def _octave_scores() -> dict[str, Score]:
    """Name the scores of each octave by its shortest wavelength. [fine pixel]"""
    return {
        f"{kind}_{shortest}px": Score("1", f"{what}, wavelengths {shortest}-{2 * shortest} pixels")
        for kind, what in (("correlation", "correlation"), ("energy", "power over the reference's"))
        for shortest in SHORTEST
    }


SCORES: Final[Mapping[str, Score]] = MappingProxyType(
    {
        "ubrmse": Score("K", "root mean square error, the scene's mean difference removed"),
        "bias": Score("K", "mean difference, result minus reference"),
        "mae": Score("K", "mean absolute error, the scene's mean difference removed"),
        "correlation": Score("1", "correlation with the reference"),
        "detail_skill": Score("1", "1 - error/variance of what block means cannot hold"),
        "consistency": Score("K", "rms of result through the footprint minus input"),
        "spectral_error": Score("1", "mean |log10 power ratio|, 2 fine to 2 coarse pixels"),
        **_octave_scores(),
        "gradient_error": Score("K/pixel", "rms of the difference of gradients"),
        "ssim": Score("1", f"structural similarity, data range {scores.DATA_RANGE:g} K"),
        "coverage_90": Score("1", "share of reference pixels inside the 90 % interval"),
        "crps": Score("K", "continuous ranked probability score of the uncertainty"),
        "valid_share": Score("1", "share of the pixels to be scored that have a result"),
        "seconds": Score("s", "time to sharpen the scene, reading left out"),
    }
)
"""Every score of the table, in its order."""


def score_result(
    result: xr.Dataset, scene: xr.DataTree, truth: Truth, *, footprint: Footprint | None = None
) -> dict[str, float]:
    """Score a sharpened scene.

    Parameters
    ----------
    result : xarray.Dataset, dims (y, x) of the fine grid
        ``lst`` and ``lst_uncertainty`` [K].
    scene : xarray.DataTree
        What was sharpened.
    truth : Truth
        Its reference, laid by `lay_truth`.
    footprint : Footprint, optional
        Point-spread function of the coarse sensor.

    Returns
    -------
    dict of str to float
        The scores of `SCORES` but "seconds".

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` where result and reference share no pixel.
    """
    factor = factor_of(scene)
    lst, coarse = result["lst"].to_numpy(), scene[COARSE][LST].to_numpy().astype(np.float64)
    sigma = result["lst_uncertainty"].to_numpy().astype(np.float64)
    pair = pair_up(lst, truth.lst, factor)
    p, t, border = pair.prediction, pair.truth, BORDER * factor
    return {
        "ubrmse": scores.rms_error(p, t),
        "bias": pair.bias,
        "mae": scores.mean_absolute_error(p, t),
        "correlation": scores.correlation(p, t),
        "detail_skill": scores.detail_skill(p, t, factor),
        "consistency": _consistency(lst, coarse, footprint or Footprint()),
        **_spectral_scores(p, t, factor),
        "gradient_error": scores.gradient_error(p, t),
        "ssim": scores.ssim(p, t),
        "coverage_90": scores.coverage(p, cut_border(sigma, border), t),
        "crps": scores.crps(p, cut_border(sigma, border), t),
        "valid_share": _valid_share(p, coarse, cut_border(truth.lst, border), factor),
    }


def _consistency(lst: Field, coarse: Field, footprint: Footprint) -> float:
    """Compare off the border, where the footprint reaches beyond the result. [K]"""
    inner = (slice(BORDER, -BORDER), slice(BORDER, -BORDER))
    hidden = np.full(coarse.shape, np.nan)
    hidden[inner] = coarse[inner]
    return scores.footprint_consistency(lst.astype(np.float64), hidden, footprint)


def _spectral_scores(prediction: Field, truth: Field, factor: int) -> dict[str, float]:
    both = spectra(prediction, truth)
    scored = octaves(both)
    named = {f"correlation_{octave.shortest}px": octave.correlation for octave in scored}
    named |= {f"energy_{octave.shortest}px": octave.energy for octave in scored}
    return {"spectral_error": spectral_error(both, factor), **named}


def _valid_share(prediction: Field, coarse: Field, truth: Field, factor: int) -> float:
    """Give the share of pixels with a reference, under a measured coarse pixel, with a result."""
    measured = repeat(np.isfinite(coarse[BORDER:-BORDER, BORDER:-BORDER]), factor)
    wanted = measured & np.isfinite(truth)
    return float(np.isfinite(prediction)[wanted].mean()) if wanted.any() else float("nan")
