"""The networks by their names."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from torch import nn

from lstsr_models.nets.fields import AsFields
from lstsr_models.nets.fuse import Fuse
from lstsr_models.nets.mrunet import MrUNet
from lstsr_models.nets.residual_unet import PATCH, WIDTHS, ResidualUNet
from lstsr_models.nets.scunet import ScUNet
from lstsr_models.nets.srcnn import Srcnn
from lstsr_models.nets.vdsr import Vdsr

OURS: Final = "residual-unet"
"""Name of the network that predicts residual and uncertainty itself."""


class Sort(NamedTuple):
    """How a published network is made of a number of layers."""

    make: Callable[[int], nn.Module]


PUBLISHED: Final[Mapping[str, Sort]] = MappingProxyType(
    {
        "srcnn": Sort(lambda _: Srcnn()),
        "vdsr": Sort(lambda _: Vdsr()),
        "mrunet": Sort(lambda _: MrUNet()),
        "sc-unet": Sort(lambda _: ScUNet()),
        "fuse": Sort(Fuse),
    }
)
"""Published networks by their names."""


def build_net(
    name: str,
    layers: Sequence[str],
    base: str,
    *,
    widths: Sequence[int] = WIDTHS,
    patch: int = PATCH,
) -> nn.Module:
    """Build a network that maps scaled layers to fields.

    Parameters
    ----------
    name : str
        `OURS` or one of `PUBLISHED`.
    layers : sequence of str
        Names of the layers in the order of the channels.
    base : {"lst_cubic", "law"}
        What the first field is added to.
    widths, patch : sequence of int, int
        Of our own network; see `ResidualUNet`.

    Returns
    -------
    nn.Module
        Takes (n, c, y, x) and gives (n, 2, y, x): residual [K], log standard deviation [ln K].
    """
    if name == OURS:
        return ResidualUNet(len(layers), widths, patch)
    return AsFields(PUBLISHED[name].make(len(layers)), layers, base)
