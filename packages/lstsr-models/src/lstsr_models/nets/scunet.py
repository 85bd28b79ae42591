"""SC-UNet: the U-Net of the published scale-invariant and scale-invariance-free networks."""

import torch
import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor, nn

from lstsr_models.nets.blocks import DoubleConv, conv3, enlarge_to


class Down(nn.Module):
    """Halve by averaging, refine by a residual double convolution, widen."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.refine = DoubleConv(inputs, (inputs, inputs))
        self.widen = nn.Sequential(conv3(inputs, outputs), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x: Float[Tensor, "n c y x"]) -> Float[Tensor, "n d v u"]:
        """Give the next coarser level."""
        small = F.avg_pool2d(x, 2)
        result: Tensor = self.widen(small + self.refine(small))
        return result


class Up(nn.Module):
    """Enlarge, join the finer level, convolve twice."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.join = DoubleConv(inputs, (inputs // 2, outputs))

    def forward(
        self, x: Float[Tensor, "n c v u"], skip: Float[Tensor, "n d y x"]
    ) -> Float[Tensor, "n e y x"]:
        """Give the next finer level."""
        result: Tensor = self.join(torch.cat([skip, enlarge_to(x, skip)], dim=1))
        return result


class ScUNet(nn.Module):
    """Temperature and NDVI in, temperature out, all in z-scores; 282,705 parameters.

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """

    stride = 8
    reach = 73

    def __init__(self) -> None:
        super().__init__()
        self.start = DoubleConv(2, (16, 16))
        self.downs = nn.ModuleList([Down(16, 32), Down(32, 64), Down(64, 64)])
        self.ups = nn.ModuleList([Up(128, 32), Up(64, 16), Up(32, 16)])
        self.end = nn.Conv2d(16, 1, 3, padding=1, padding_mode="replicate")

    def forward(self, x: Float[Tensor, "n 2 y x"]) -> Float[Tensor, "n 1 y x"]:
        """Give the temperature in z-scores; y and x at least 8."""
        levels = [self.start(x)]
        for down in self.downs:
            levels.append(down(levels[-1]))
        result = levels.pop()
        for up in self.ups:
            result = up(result, levels.pop())
        fine: Tensor = self.end(result)
        return fine
