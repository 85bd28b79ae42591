"""FUSE: four convolutions that add the detail of a fine guide."""

import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor, nn

WIDTHS = (48, 32, 32)
"""Channels between the convolutions. [1]"""
BOX = 9
"""Edge of the mean that is taken off the bands: twice the coarse pixel, and odd. [fine pixel]"""


class Fuse(nn.Module):
    """A light network on high-passed bands, a residual on the interpolated one.

    The first layer is the band to sharpen, all others are guides. With one guide it has 24,305
    parameters.

    Parameters
    ----------
    channels : int
        Layers, the temperature first. [1]

    References
    ----------
    .. [1] Gargiulo et al., "Fast Super-Resolution of 20 m Sentinel-2 Bands Using Convolutional
       Neural Networks", Remote Sensing, 2019, :doi:`10.3390/rs11222635`
    """

    stride = 1
    reach = BOX // 2 + len(WIDTHS) + 1

    def __init__(self, channels: int = 2) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        for inputs, outputs in zip((channels, *WIDTHS[:-1]), WIDTHS, strict=True):
            steps += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        self.steps = nn.Sequential(*steps, nn.Conv2d(WIDTHS[-1], 1, 3, padding=1))

    def forward(self, x: Float[Tensor, "n c y x"]) -> Float[Tensor, "n 1 y x"]:
        """Give the first layer with detail; units of the input."""
        result: Tensor = x[:, :1] + self.steps(x - broad(x))
        return result


def broad(x: Float[Tensor, "n c y x"]) -> Float[Tensor, "n c y x"]:
    """Average over a box around every pixel."""
    half = BOX // 2
    return F.avg_pool2d(F.pad(x, (half, half, half, half), mode="replicate"), BOX, stride=1)
