"""Every network gives the same two fields: what it adds to the base, and how sure it is."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstsr_models.layers import SCALINGS


class AsFields(nn.Module):
    """A published network that gives a temperature, made to give a residual on the base.

    Its uncertainty is one number, learnt only by a loss that asks for one.

    Parameters
    ----------
    net : nn.Module
        Takes scaled layers and gives the temperature as ``lst_cubic`` is scaled.
    layers : sequence of str
        Names of the layers that it gets.
    base : {"lst_cubic", "law"}
        What the residual is added to.
    """

    def __init__(self, net: nn.Module, layers: Sequence[str], base: str) -> None:
        super().__init__()
        self.net = net
        self.stride, self.reach = int(net.stride), int(net.reach)  # type: ignore[arg-type]
        parts = ("lst_cubic",) if base == "lst_cubic" else ("lst_cubic", "law")
        self.parts = tuple((layers.index(name), SCALINGS[name]) for name in parts)
        self.log_sigma = nn.Parameter(torch.zeros(()))

    def forward(self, layers: Float[Tensor, "n c y x"]) -> Float[Tensor, "n 2 y x"]:
        """Give residual [K] and log standard deviation [ln K]."""
        lst = self.net(layers) * SCALINGS["lst_cubic"].scale
        for place, scaling in self.parts:
            lst = lst - (layers[:, place : place + 1] * scaling.scale + scaling.mean)
        return torch.cat([lst, self.log_sigma.expand_as(lst)], dim=1)
