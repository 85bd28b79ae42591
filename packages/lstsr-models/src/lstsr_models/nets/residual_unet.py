"""Ours: a U-Net that corrects a sharpened temperature and says how sure it is."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor, nn

from lstsr_models.nets.blocks import DoubleConv, enlarge_to

WIDTHS = (48, 64)
"""Channels of every level, the finest first. [1]"""
PATCH = 2
"""Fine pixels along one edge of a pixel of the finest level. [fine pixel]"""
SIGMA = 0.7
"""Uncertainty that an untrained network states: about the best error on real scenes. [K]"""


class ResidualUNet(nn.Module):
    """Scaled layers in, a residual [K] and a log standard deviation [ln K] out.

    Parameters
    ----------
    channels : int
        Layers. [1]
    widths : sequence of int
        Channels of every level, the finest first; each level is half as fine as the one before.
    patch : int
        Fine pixels along one edge of a pixel of the finest level: they become channels there, and
        pixels again at the end, so that all convolutions run on fewer pixels.
    """

    def __init__(self, channels: int, widths: Sequence[int] = WIDTHS, patch: int = PATCH) -> None:
        super().__init__()
        self.patch = patch
        self.stride = patch << (len(widths) - 1)
        self.reach = patch * _reach(len(widths)) + patch - 1
        steps = pairwise((channels * patch**2, *widths))
        self.encoders = nn.ModuleList([_block(a, b) for a, b in steps])
        self.decoders = nn.ModuleList([_block(a + b, a) for a, b in pairwise(widths)])
        self.end = nn.Conv2d(widths[0], 2 * patch**2, 1)
        nn.init.zeros_(self.end.weight)
        start = torch.tensor([0.0, math.log(SIGMA)]).repeat_interleave(patch**2)
        with torch.no_grad():
            self.end.bias.copy_(start)  # type: ignore[union-attr]

    def forward(self, x: Float[Tensor, "n channels y x"]) -> Float[Tensor, "n 2 y x"]:
        """Give residual and log standard deviation; an untrained network changes nothing."""
        levels = [self.encoders[0](F.pixel_unshuffle(x, self.patch))]
        for encoder in list(self.encoders)[1:]:
            levels.append(encoder(F.avg_pool2d(levels[-1], 2)))
        result = levels.pop()
        for decoder in reversed(self.decoders):
            skip = levels.pop()
            result = decoder(torch.cat([skip, enlarge_to(result, skip)], dim=1))
        return F.pixel_shuffle(self.end(result), self.patch)


def _block(inputs: int, outputs: int) -> DoubleConv:
    return DoubleConv(inputs, (outputs, outputs), activation=nn.SiLU)


def _reach(levels: int) -> int:
    """Give the pixels of the finest level around one that its result depends on. [pixel]"""
    reach = 2
    for _ in range(levels - 1):
        # Half as many above, one more where a pixel is interpolated, four convolutions here.
        reach = 2 * reach + 2 + 4
    return reach
