"""Likelihood of the truth under the stated uncertainty."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.masked import mean_or_zero

Shape: TypeAlias = Literal["laplace", "gaussian"]

LOG_RANGE = (math.log(0.02), math.log(50.0))
"""Standard deviations that are believed, 0.02 to 50 K; beyond, no gradient. [ln K]"""


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """Negative log-likelihood of the truth.

    Gaussian: ``ln s + e^2 / (2 s^2)``; Laplace, whose standard deviation is ``sqrt(2)`` times its
    scale: ``ln s + sqrt(2) |e| / s``; constants left out.

    Parameters
    ----------
    shape : {"laplace", "gaussian"}
        Distribution of the errors.

    References
    ----------
    .. [1] Kendall and Gal, "What Uncertainties Do We Need in Bayesian Deep Learning for Computer
       Vision?", NeurIPS, 2017, :doi:`10.48550/arXiv.1703.04977`
    """

    shape: Shape = "laplace"

    def __post_init__(self) -> None:
        """Refuse a distribution that there is not."""
        if self.shape not in get_args(Shape):
            raise ValueError(f"no likelihood {self.shape!r}; there are: {get_args(Shape)}")

    def __call__(self, prediction: Prediction, chips: Chips) -> Float[Tensor, ""]:
        """Give the mean over the pixels with a truth. [ln K]"""
        known = torch.isfinite(chips.truth)
        error = (chips.truth - prediction.lst)[known]
        log_sigma = prediction.log_sigma[known].clamp(*LOG_RANGE)
        size = error.abs() * torch.exp(-log_sigma)
        cost = math.sqrt(2) * size if self.shape == "laplace" else 0.5 * size**2
        return mean_or_zero(log_sigma + cost)
