"""SRCNN: three convolutions that refine an interpolated image."""

from jaxtyping import Float
from torch import Tensor, nn


class Srcnn(nn.Module):
    """The first convolutional network for super-resolution, 9-1-5; 8,129 parameters.

    References
    ----------
    .. [1] Dong et al., "Image Super-Resolution Using Deep Convolutional Networks", IEEE TPAMI,
       2016, :doi:`10.1109/TPAMI.2015.2439281`
    """

    stride = 1
    reach = 6

    def __init__(self) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            nn.Conv2d(1, 64, 9, padding=4, padding_mode="replicate"),
            nn.ReLU(),
            nn.Conv2d(64, 32, 1),
            nn.ReLU(),
            nn.Conv2d(32, 1, 5, padding=2, padding_mode="replicate"),
        )

    def forward(self, x: Float[Tensor, "n 1 y x"]) -> Float[Tensor, "n 1 y x"]:
        """Give the refined image; units of the input."""
        result: Tensor = self.steps(x)
        return result
