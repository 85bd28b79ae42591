"""Blocks that several networks are built of."""

from typing import Literal, TypeAlias

import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor, nn

Padding: TypeAlias = Literal["replicate", "zeros"]


class DoubleConv(nn.Module):
    """Two 3 x 3 convolutions, each followed by batch normalisation and an activation.

    Parameters
    ----------
    inputs : int
        Channels before. [1]
    widths : (int, int)
        Channels after each convolution. [1]
    padding_mode : {"replicate", "zeros"}
        How borders are continued; see `torch.nn.Conv2d`.
    activation : type of nn.Module
        ReLU where the published networks have it.
    """

    def __init__(
        self,
        inputs: int,
        widths: tuple[int, int],
        padding_mode: Padding = "replicate",
        activation: type[nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        between, outputs = widths
        self.steps = nn.Sequential(
            conv3(inputs, between, padding_mode),
            nn.BatchNorm2d(between),
            activation(),
            conv3(between, outputs, padding_mode),
            nn.BatchNorm2d(outputs),
            activation(),
        )

    def forward(self, x: Float[Tensor, "n inputs y x"]) -> Float[Tensor, "n outputs y x"]:
        """Convolve twice."""
        result: Tensor = self.steps(x)
        return result


def conv3(inputs: int, outputs: int, padding_mode: Padding = "replicate") -> nn.Conv2d:
    """Give a 3 x 3 convolution that keeps the size; its offset is left to what follows."""
    return nn.Conv2d(inputs, outputs, 3, padding=1, bias=False, padding_mode=padding_mode)


def enlarge_to(
    x: Float[Tensor, "n c y1 x1"], like: Float[Tensor, "n d y2 x2"]
) -> Float[Tensor, "n c y2 x2"]:
    """Interpolate linearly to the size of another tensor."""
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)
