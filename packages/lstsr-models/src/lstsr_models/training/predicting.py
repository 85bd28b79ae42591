"""A network's fields, put on the base."""

import torch
from torch import nn

from lstsr_models.chips import Chips, Prediction
from lstsr_models.nets.catalogue import build_net
from lstsr_models.recipe import Recipe


def net_of(recipe: Recipe) -> nn.Module:
    """Build the network of a recipe, untrained."""
    net, data = recipe.net, recipe.data
    return build_net(net.name, data.layers, data.base, widths=net.widths, patch=net.patch)


def predict(net: nn.Module, chips: Chips) -> Prediction:
    """Give temperature and log sigma of chips; sums are taken in single precision."""
    # Channels last halves the time of a step on a CPU.
    fields = net(chips.layers.contiguous(memory_format=torch.channels_last)).float()
    return Prediction(lst=chips.base + fields[:, :1], log_sigma=fields[:, 1:])
