"""The losses by their names, and their weighted sum."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.fidelity import FootprintHuber
from lstsr_models.losses.highpass import HighpassTexture
from lstsr_models.losses.law_texture import LawTexture
from lstsr_models.losses.likelihood import Likelihood
from lstsr_models.losses.sobel import SobelTexture
from lstsr_models.losses.supervised import TruthHuber

Loss: TypeAlias = Callable[[Prediction, Chips], Tensor]

LOSSES: Final[Mapping[str, Callable[..., Loss]]] = MappingProxyType(
    {
        "huber": TruthHuber,
        "fidelity": FootprintHuber,
        "sobel": SobelTexture,
        "highpass": HighpassTexture,
        "law-texture": LawTexture,
        "likelihood": Likelihood,
    }
)
"""Losses that need nothing but the prediction and its chips."""


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """A loss and how much it counts."""

    name: str
    weight: float
    loss: Loss


def add_up(
    losses: Sequence[Weighted], prediction: Prediction, chips: Chips
) -> tuple[Float[Tensor, ""], dict[str, Tensor]]:
    """Give the weighted sum of losses, and each by its name, without weight or gradient."""
    parts = {one.name: one.loss(prediction, chips) for one in losses}
    total = prediction.lst.new_zeros(())
    for one in losses:
        total = total + one.weight * parts[one.name]
    return total, {name: part.detach() for name, part in parts.items()}
