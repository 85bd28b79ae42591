"""MRUNet: a wide residual U-Net on the temperature alone."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstsr_models.nets.blocks import DoubleConv

WIDTH = 64
"""Channels of the finest level; each coarser one has twice as many. [1]"""
LEVELS = 4
"""Times that the image is halved. [1]"""


class Halve(nn.Module):
    """A strided convolution that doubles the channels, and a residual double convolution."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.shrink = nn.Conv2d(inputs, 2 * inputs, 3, stride=2, padding=1)
        self.refine = DoubleConv(2 * inputs, (2 * inputs, 2 * inputs), padding_mode="zeros")

    def forward(self, x: Float[Tensor, "n c y x"]) -> Float[Tensor, "n d v u"]:
        """Give the next coarser level."""
        small = self.shrink(x)
        result: Tensor = small + self.refine(small)
        return result


class Enlarge(nn.Module):
    """A transposed convolution that halves the channels, joined with the finer level."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.grow = nn.ConvTranspose2d(inputs, inputs // 2, 2, stride=2)
        self.join = DoubleConv(inputs, (inputs // 2, inputs // 2), padding_mode="zeros")

    def forward(
        self, x: Float[Tensor, "n c v u"], skip: Float[Tensor, "n d y x"]
    ) -> Float[Tensor, "n d y x"]:
        """Give the next finer level."""
        large = self.grow(x)[..., : skip.shape[-2], : skip.shape[-1]]
        result: Tensor = self.join(torch.cat([skip, large], dim=1))
        return result


class MrUNet(nn.Module):
    """The multi-residual U-Net: 64 to 1024 channels, a residual on its input; 43.6 M parameters.

    Parameters
    ----------
    width : int
        Channels of the finest level. [1]

    References
    ----------
    .. [1] Nguyen et al., "Convolutional Neural Network Modelling for MODIS Land Surface
       Temperature Super-Resolution", EUSIPCO, 2022, :doi:`10.48550/arXiv.2202.10753`
    """

    stride = 2**LEVELS
    reach = 122

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        widths = [width * 2**level for level in range(LEVELS)]
        self.start = DoubleConv(1, (width, width), padding_mode="zeros")
        self.downs = nn.ModuleList([Halve(inputs) for inputs in widths])
        self.ups = nn.ModuleList([Enlarge(2 * outputs) for outputs in reversed(widths)])
        self.end = nn.Conv2d(width, 1, 1)

    def forward(self, x: Float[Tensor, "n 1 y x"]) -> Float[Tensor, "n 1 y x"]:
        """Give the image with detail; units of the input."""
        levels = [self.start(x)]
        for down in self.downs:
            levels.append(down(levels[-1]))
        result = levels.pop()
        for up in self.ups:
            result = up(result, levels.pop())
        fine: Tensor = x + self.end(result)
        return fine
