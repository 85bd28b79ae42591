"""Several networks of one kind as one: their mean, and how much they differ."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn


class Ensemble(nn.Module):
    """The mean of networks with equal layers.

    The variance is the mean of theirs and the variance of their residuals
    (Lakshminarayanan et al. 2017, https://doi.org/10.48550/arXiv.1612.01474).

    Parameters
    ----------
    members : sequence of nn.Module
        Networks that give a residual [K] and a log standard deviation [ln K].
    """

    stride: int
    reach: int

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.stride = max(int(member.stride) for member in members)  # type: ignore[arg-type]
        self.reach = max(int(member.reach) for member in members)  # type: ignore[arg-type]

    def forward(self, x: Float[Tensor, "n channels y x"]) -> Float[Tensor, "n 2 y x"]:
        """Give residual and log standard deviation."""
        fields = torch.stack([member(x) for member in self.members])
        residuals, log_sigmas = fields[:, :, :1], fields[:, :, 1:]
        variance = torch.exp(2 * log_sigmas).mean(0) + residuals.var(0, correction=0)
        return torch.cat([residuals.mean(0), 0.5 * torch.log(variance)], dim=1)
