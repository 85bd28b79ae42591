"""A critic that tells the detail of real temperatures from that of a network."""

from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor, nn

WIDTHS = (32, 64, 64)
"""Channels of each halving. [1]"""
LEAK = 0.2
"""Slope of the leaky ReLU below zero. [1]"""


class Discriminator(nn.Module):
    """Judges patches; 56,609 parameters.

    Its weights are spectrally normalised, which holds their slope at most at one.

    References
    ----------
    .. [1] Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks",
       CVPR, 2017, :doi:`10.1109/CVPR.2017.632`
    .. [2] Miyato et al., "Spectral Normalization for Generative Adversarial Networks", ICLR,
       2018, :doi:`10.48550/arXiv.1802.05957`
    """

    def __init__(self) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        for inputs, outputs in pairwise((2, *WIDTHS)):
            halve = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1)
            steps += [nn.utils.parametrizations.spectral_norm(halve), nn.LeakyReLU(LEAK)]
        self.steps = nn.Sequential(*steps, nn.Conv2d(WIDTHS[-1], 1, 3, padding=1))

    def forward(
        self, detail: Float[Tensor, "n 1 y x"], guide: Float[Tensor, "n 1 y x"]
    ) -> Float[Tensor, "n 1 v u"]:
        """Give a score a patch, high for what looks real.

        Parameters
        ----------
        detail : tensor
            Temperature less the interpolated one. [K]
        guide : tensor
            High-passed guide, scaled. [1]
        """
        score: Tensor = self.steps(torch.cat([detail, guide], dim=1))
        return score
