"""Detail that follows the guide as strongly as the scaling law says, octave by octave."""

from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.blur import blur
from lstsr_models.losses.footprint import WINDOW
from lstsr_models.losses.masked import huber, known_difference
from lstsr_physics.law.bands import fine_octaves
from lstsr_physics.law.law import SHIPPED, shipped_law


@dataclass(frozen=True, kw_only=True)
class LawTexture:
    """Huber loss of every fine octave against slope times gain times that of NDVI.

    It stands where the published losses have one constant for all places and scales.

    Parameters
    ----------
    law : str
        Name of a shipped law.
    delta : float
        Difference from which it grows linearly. [K]
    texture : float
        0 aims at the law's own detail, 1 at as much as nature has. [1]
    """

    law: str = "modis"
    delta: float = 0.5
    texture: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a law that there is not."""
        if self.law not in SHIPPED:
            raise ValueError(f"no law {self.law!r}; there are: {', '.join(SHIPPED)}")

    def __call__(self, prediction: Prediction, chips: Chips) -> Float[Tensor, ""]:
        """Give the sum over octaves of the mean over pixels. [K2]"""
        factor = chips.taps.shape[-1] // WINDOW
        law = shipped_law(self.law)
        total = prediction.lst.new_zeros(())
        guides, found = (octaves(field, factor) for field in (chips.guide, prediction.lst))
        for sigma, guide, lst in zip(fine_octaves(factor), guides, found, strict=True):
            octave = law.at(sigma)
            gain = octave.gain * (1 + self.texture * (octave.texture - 1))
            aim = gain * chips.slope * guide
            total = total + huber(known_difference(aim, lst), self.delta)
        return total


def octaves(field: Float[Tensor, "n 1 y x"], factor: int) -> list[Tensor]:
    """Split a field as `lstsr_physics.law.bands.split_fine` does, the finest octave first."""
    means = [field, *(blur(field, 2 * sigma * factor) for sigma in fine_octaves(factor))]
    return [torch.sub(narrow, wide) for narrow, wide in pairwise(means)]
