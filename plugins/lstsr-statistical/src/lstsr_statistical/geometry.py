"""The guides say how fine pixels mix what their neighbours hold; the temperature follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import repeat, upsample_cubic, upsample_linear
from lstsr_core.scene import GUIDE
from lstsr_statistical.mixing import explained, means_and_variances, slopes
from lstsr_statistical.options import GeometryOptions
from lstsr_statistical.predictors import guide_strips
from lstsr_statistical.residual import add_back
from lstsr_statistical.samples import STRIP, learn_from
from lstsr_statistical.spread import unseen_spread

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_core.strips import Strip
    from lstsr_statistical.predictors import Layout
    from lstsr_statistical.samples import Samples

    Fields = NDArray[np.float64]

TINY = 1e-6
"""Spread of a predictor that does not vary, as a share of its level. [1]"""


@dataclass(frozen=True, kw_only=True)
class Mixer:
    """How the guides of a scene become mixtures.

    Parameters
    ----------
    layout : Layout
        How guides become predictors.
    centre, scale : array, shape (p,)
        Scaled predictor = (predictor - centre) / scale.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    options : GeometryOptions
        Window and ridge.
    """

    layout: Layout
    centre: Fields
    scale: Fields
    factor: int
    options: GeometryOptions

    def predictors(self, guides: NDArray[np.float32]) -> Fields:
        """Give the scaled predictors, NaN in all where one is missing. [1]"""
        scaled = ((self.layout.expand(guides).T - self.centre) / self.scale).T
        scaled[:, np.isnan(scaled).any(axis=0)] = np.nan
        return scaled

    def slopes(self, lst: Field, means: Fields, variances: Fields) -> Fields:
        """Give the slopes of `lstsr_statistical.mixing.slopes`, shape (p, h, w). [K]"""
        chosen = self.options
        return slopes(lst, means, variances, window=chosen.window, ridge=chosen.ridge)

    def detail(self, lst: Field, guides: NDArray[np.float32]) -> Fields:
        """Give what mixing adds to interpolation, NaN where a guide is missing. [K]

        Slopes are interpolated between the centres of coarse pixels, so windows leave no seams.
        """
        predictors = self.predictors(guides)
        means, variances = means_and_variances(predictors, self.factor)
        detail = np.zeros(predictors.shape[1:])
        for slope, fine, mean in zip(
            self.slopes(lst, means, variances), predictors, means, strict=True
        ):
            departure = fine - upsample_cubic(mean, self.factor)
            detail += upsample_linear(slope, self.factor) * departure
        return detail


@dataclass(frozen=True, kw_only=True)
class Geometry:
    """A Predictor that adds the exchange between neighbours to the interpolated temperature.

    Parameters
    ----------
    mixer : Mixer
        Turns guides into mixtures.
    guided, unguided : float
        Standard uncertainty where every guide is there, and where one is missing. [K]
    """

    mixer: Mixer
    guided: float
    unguided: float

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        coarse, factor = lst.astype(np.float64), self.mixer.factor
        detail = self.mixer.detail(coarse, guides)
        fine = upsample_cubic(coarse, factor) + np.nan_to_num(detail)
        if self.mixer.options.exact:
            fine = add_back(fine, coarse, factor, exact=True)
        sigma = np.where(np.isfinite(detail), self.guided, self.unguided)
        sigma[~repeat(valid, factor)] = np.nan
        return fine.astype(np.float32), sigma.astype(np.float32)


def prepare_geometry(scene: xr.DataTree, options: GeometryOptions | None = None) -> Geometry:
    """Scale the guides, and judge what mixing them leaves of the temperature.

    References
    ----------
    .. [1] Brodu, "Super-resolving multiresolution images with band-independent geometry of
       multispectral pixels", IEEE Trans. Geoscience and Remote Sensing, 2017,
       :doi:`10.1109/TGRS.2017.2694881`
    """
    names = tuple(sorted(str(name) for name in scene[GUIDE].data_vars))
    samples = learn_from(scene, names, "geometry")
    mixer = _mixer(samples, options or GeometryOptions())
    strips = guide_strips(scene, names, STRIP, reach=mixer.options.window)
    left = np.concatenate([_left_over(mixer, samples.lst, *strip) for strip in strips])
    return Geometry(
        mixer=mixer,
        guided=unseen_spread(left, samples.factor),
        unguided=unseen_spread(samples.lst, samples.factor),
    )


def _mixer(samples: Samples, options: GeometryOptions) -> Mixer:
    used = samples.predictors[:, samples.usable]
    used = used if used.size else np.zeros((len(used), 1))
    centre, scale = used.mean(axis=1), used.std(axis=1)
    scale[scale <= TINY * np.maximum(1.0, np.abs(centre))] = np.inf
    return Mixer(
        layout=samples.layout,
        centre=centre,
        scale=scale,
        factor=samples.factor,
        options=options,
    )


def _left_over(mixer: Mixer, lst: Fields, strip: Strip, guides: NDArray[np.float32]) -> Fields:
    """Give what the guides of a strip do not explain of the coarse temperature. [K]"""
    factor = mixer.factor
    outer, trim = (slice(s.start // factor, s.stop // factor) for s in (strip.outer, strip.trim))
    means, variances = means_and_variances(mixer.predictors(guides), factor)
    here = lst[outer]
    found = mixer.slopes(here, means, variances)
    left = here - explained(here, means, found, mixer.options.window)
    return left[trim]
