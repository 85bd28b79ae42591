"""SIF-2: detail of the temperature that follows that of the guide."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from lstsr_core.footprint import gaussian_sigma
from lstsr_models.chips import Chips, Prediction
from lstsr_models.layers import LST_STD, NDVI_STD
from lstsr_models.losses.blur import blur
from lstsr_models.losses.footprint import WINDOW
from lstsr_models.losses.masked import huber, known_difference

MTF = 0.25
"""Modulation of the Gaussian at the coarse Nyquist frequency; what passes it is no detail
(:doi:`10.48550/arXiv.2502.01204`). [1]"""


@dataclass(frozen=True, kw_only=True)
class HighpassTexture:
    """Huber loss of what a Gaussian leaves against `gain` times that of NDVI, in z-scores.

    SIF-CNN-SR2 is 0.5 times the footprint's fidelity and 0.5 times this.

    Parameters
    ----------
    gain : float
        Published constant, in z-scores; 7.999 K / 0.16528 times it in kelvin per NDVI. [1]
    delta : float
        Difference from which it grows linearly. [1]

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """

    gain: float = -0.25
    delta: float = 1.0

    def __call__(self, prediction: Prediction, chips: Chips) -> Float[Tensor, ""]:
        """Give the mean over pixels, in z-scores squared. [1]"""
        sigma = gaussian_sigma(MTF, chips.taps.shape[-1] // WINDOW)
        aim = self.gain * (chips.guide - blur(chips.guide, sigma)) / NDVI_STD
        found = (prediction.lst - blur(prediction.lst, sigma)) / LST_STD
        return huber(known_difference(aim, found), self.delta)
