"""SIF-1: gradients of the temperature that follow those of the guide."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.layers import LST_STD, NDVI_STD
from lstsr_models.losses.masked import huber, known_difference

ACROSS = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
"""Sobel kernel of the gradient along a row. [1]"""
DIAGONAL = ((-2.0, -1.0, 0.0), (-1.0, 0.0, 1.0), (0.0, 1.0, 2.0))
"""The same along a diagonal. [1]"""


@dataclass(frozen=True, kw_only=True)
class SobelTexture:
    """Huber loss of the four Sobel gradients against `gain` times those of NDVI, in z-scores.

    SIF-CNN-SR1 is 0.99 times the footprint's fidelity and 0.01 times this.

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

    gain: float = -0.5
    delta: float = 1.0

    def __call__(self, prediction: Prediction, chips: Chips) -> Float[Tensor, ""]:
        """Give the mean over pixels and directions, in z-scores squared. [1]"""
        aim = self.gain * sobel(chips.guide / NDVI_STD)
        found = sobel(prediction.lst / LST_STD)
        return huber(known_difference(_one_channel(aim), _one_channel(found)), self.delta)


def sobel(field: Float[Tensor, "n 1 y x"]) -> Float[Tensor, "n 4 v u"]:
    """Give the gradients along rows, columns and diagonals; two pixels smaller each way."""
    across, diagonal = (torch.tensor(kernel) for kernel in (ACROSS, DIAGONAL))
    kernels = torch.stack([across, across.T, diagonal, diagonal.flip(1)])
    return F.conv2d(field, kernels.unsqueeze(1).to(field))


def _one_channel(field: Float[Tensor, "n c y x"]) -> Float[Tensor, "n 1 cy x"]:
    return field.reshape(len(field), 1, math.prod(field.shape[1:3]), field.shape[3])
