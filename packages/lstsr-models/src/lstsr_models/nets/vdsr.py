"""VDSR: twenty convolutions that add detail to an interpolated image."""

from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

DEPTH = 20
"""Convolutions. [1]"""
WIDTH = 64
"""Channels between them. [1]"""


class Vdsr(nn.Module):
    """The very deep network, a residual on its input; 665,921 parameters.

    References
    ----------
    .. [1] Kim et al., "Accurate Image Super-Resolution Using Very Deep Convolutional Networks",
       CVPR, 2016, :doi:`10.1109/CVPR.2016.182`
    """

    stride = 1

    def __init__(self, depth: int = DEPTH) -> None:
        super().__init__()
        self.reach = depth
        channels = [1, *[WIDTH] * (depth - 1), 1]
        steps: list[nn.Module] = []
        for inputs, outputs in pairwise(channels):
            steps += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        self.steps = nn.Sequential(*steps[:-1])

    def forward(self, x: Float[Tensor, "n 1 y x"]) -> Float[Tensor, "n 1 y x"]:
        """Give the image with detail; units of the input."""
        result: Tensor = x + self.steps(x)
        return result
