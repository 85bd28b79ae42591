"""Ours: a U-Net that corrects a sharpened temperature and says how sure it is."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor, nn

from lstsr_models.nets.blocks import enlarge_to

WIDTHS = (32, 48, 64)
"""Channels of every level, the finest first. [1]"""
SIGMA = 0.7
"""Uncertainty that an untrained network states: about the best error on real scenes. [K]"""
KERNEL = 3
"""Edge of the convolutions. [pixel]"""


class Refine(nn.Module):
    """A residual of two convolutions, that begins as the identity.

    Nothing is normalised over the image, so that the result of a tile does not depend on its
    size.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, KERNEL, padding=1, padding_mode="replicate")
        self.second = nn.Conv2d(width, width, KERNEL, padding=1, padding_mode="replicate")
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Float[Tensor, "n c y x"]) -> Float[Tensor, "n c y x"]:
        """Add the residual."""
        result: Tensor = x + self.second(F.silu(self.first(F.silu(x))))
        return result


class ResidualUNet(nn.Module):
    """Scaled layers in, a residual [K] and a log standard deviation [ln K] out.

    Parameters
    ----------
    channels : int
        Layers. [1]
    widths : sequence of int
        Channels of every level, the finest first; each level is half as fine as the one before.
    blocks : int
        Residual blocks of a level. [1]
    """

    def __init__(self, channels: int, widths: Sequence[int] = WIDTHS, blocks: int = 1) -> None:
        super().__init__()
        self.stride = 1 << (len(widths) - 1)
        self.reach = _reach(len(widths), blocks)
        self.start = nn.Conv2d(channels, widths[0], KERNEL, padding=1, padding_mode="replicate")
        self.encoders = nn.ModuleList([_level(width, blocks) for width in widths])
        self.widen = nn.ModuleList([nn.Conv2d(a, b, 1) for a, b in pairwise(widths)])
        self.narrow = nn.ModuleList([nn.Conv2d(a + b, a, 1) for a, b in pairwise(widths)])
        self.decoders = nn.ModuleList([_level(width, blocks) for width in widths[:-1]])
        self.end = nn.Conv2d(widths[0], 2, KERNEL, padding=1, padding_mode="replicate")
        nn.init.zeros_(self.end.weight)
        with torch.no_grad():
            self.end.bias.copy_(torch.tensor([0.0, math.log(SIGMA)]))  # type: ignore[union-attr]

    def forward(self, x: Float[Tensor, "n channels y x"]) -> Float[Tensor, "n 2 y x"]:
        """Give residual and log standard deviation; an untrained network changes nothing."""
        levels = [self.encoders[0](self.start(x))]
        for widen, encoder in zip(self.widen, list(self.encoders)[1:], strict=True):
            levels.append(encoder(widen(F.avg_pool2d(levels[-1], 2))))
        result = levels.pop()
        for narrow, decoder in zip(reversed(self.narrow), reversed(self.decoders), strict=True):
            skip = levels.pop()
            result = decoder(narrow(torch.cat([skip, enlarge_to(result, skip)], dim=1)))
        fields: Tensor = self.end(F.silu(result))
        return fields


def _level(width: int, blocks: int) -> nn.Sequential:
    return nn.Sequential(*[Refine(width) for _ in range(blocks)])


def _reach(levels: int, blocks: int) -> int:
    """Give the pixels around one that its result depends on. [fine pixel]"""
    around = 2 * blocks << (levels - 1)
    for level in range(levels - 1):
        pixel = 1 << level
        around += 4 * blocks * pixel + 3 * pixel
    return around + 2
