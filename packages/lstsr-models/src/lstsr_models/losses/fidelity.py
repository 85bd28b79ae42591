"""Fidelity to the coarse measurement, through the footprint."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.footprint import inside, see
from lstsr_models.losses.masked import huber, known_difference


@dataclass(frozen=True, kw_only=True)
class FootprintHuber:
    """Huber loss of the result, seen through the footprint, against the measured temperature.

    The Gaussian of modulation 0.1 at the coarse Nyquist frequency, sampled at the coarse pixels,
    is the operator D of the published scale-invariance-free networks.

    Parameters
    ----------
    delta : float
        Difference from which it grows linearly. [K]

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """

    delta: float = 1.0

    def __call__(self, prediction: Prediction, chips: Chips) -> Float[Tensor, ""]:
        """Give the mean over the coarse pixels whose footprint lies in the chip. [K2]"""
        seen = see(prediction.lst, chips.taps)
        return huber(known_difference(inside(chips.coarse), seen), self.delta)
