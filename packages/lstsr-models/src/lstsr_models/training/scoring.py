"""How well a network does on a whole scene, as the registered protocol scores it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.law_texture import octaves
from lstsr_physics.law.bands import fine_octaves

BORDER = 2
"""Coarse pixels left out at the border of a scene. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class SceneScore:
    """Errors on one scene, its mean difference removed.

    Parameters
    ----------
    error, cubic : float
        Root mean square error of the network, and of cubic convolution. [K]
    sizes : tensor, shape (n,)
        Sizes of the errors over their stated uncertainty. [1]
    texture : mapping of float to (float, float)
        Variance of truth and of result in each fine octave, by its narrower Gaussian
        [coarse pixel]. [K2]
    """

    error: float
    cubic: float
    sizes: torch.Tensor
    texture: Mapping[float, tuple[float, float]] = field(default_factory=dict)


def score_scene(prediction: Prediction, chips: Chips) -> SceneScore | None:
    """Score a stack of one scene; None where no pixel off its border has a truth."""
    cut = BORDER * (chips.truth.shape[-1] // chips.coarse.shape[-1])
    inner = (..., slice(cut, -cut), slice(cut, -cut))
    truth = chips.truth[inner]
    known = torch.isfinite(truth)
    if not known.any():
        return None
    made, plain = ((lst[inner] - truth)[known] for lst in (prediction.lst, chips.cubic))
    made, plain = (error - error.mean() for error in (made, plain))
    sizes = made.abs() * torch.exp(-prediction.log_sigma[inner][known])
    return SceneScore(
        error=float(made.square().mean().sqrt()),
        cubic=float(plain.square().mean().sqrt()),
        sizes=sizes.cpu(),
        texture=_texture(truth, torch.where(known, prediction.lst[inner], torch.nan), chips),
    )


def _texture(
    truth: Float[Tensor, "n 1 y x"], made: Float[Tensor, "n 1 y x"], chips: Chips
) -> dict[float, tuple[float, float]]:
    factor = chips.truth.shape[-1] // chips.coarse.shape[-1]
    pairs = zip(octaves(truth, factor), octaves(made, factor), strict=True)
    return {
        sigma: (float(one.square().nanmean()), float(other.square().nanmean()))
        for sigma, (one, other) in zip(fine_octaves(factor), pairs, strict=True)
    }
