"""Fidelity to a fine temperature that is known."""

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.masked import huber, known_difference


@dataclass(frozen=True, kw_only=True)
class TruthHuber:
    """Huber loss of the temperature against the truth.

    On scenes that were degraded by the factor it is the scale-invariant way to train; on
    registered ASTER and degraded fine scenes it is the supervised one.

    Parameters
    ----------
    delta : float
        Error from which it grows linearly. [K]
    """

    delta: float = 1.0

    def __call__(self, prediction: Prediction, chips: Chips) -> Float[Tensor, ""]:
        """Give the mean over the pixels with a truth. [K2]"""
        return huber(known_difference(chips.truth, prediction.lst), self.delta)
