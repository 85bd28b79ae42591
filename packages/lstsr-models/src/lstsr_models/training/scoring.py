"""How well a network does on a whole scene, as the registered protocol scores it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from lstsr_models.chips import Chips, Prediction
from lstsr_models.losses.law_texture import octaves
from lstsr_physics.law.bands import fine_octaves

BORDER = 2
"""Coarse pixels left out at the border of a scene. [coarse pixel]"""


class Texture(NamedTuple):
    """Energy of one octave.

    Parameters
    ----------
    truth : float
        Variance of the truth. [K2]
    made : tensor, shape (n + 1, n + 1)
        Covariance, in this octave, of the result and of its n octaves, which overlap: what the
        octave holds when some of them are raised. [K2]
    """

    truth: float
    made: torch.Tensor


@dataclass(frozen=True, kw_only=True)
class SceneScore:
    """Errors on one scene, its mean difference removed.

    Parameters
    ----------
    error, cubic : float
        Root mean square error of the network, and of cubic convolution. [K]
    sizes : tensor, shape (n,)
        Sizes of the errors over their stated uncertainty. [1]
    texture : mapping of float to Texture
        Energy of truth and of result in each fine octave, by its narrower Gaussian [coarse pixel].
    """

    error: float
    cubic: float
    sizes: torch.Tensor
    texture: Mapping[float, Texture] = field(default_factory=dict)


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
) -> dict[float, Texture]:
    factor = chips.truth.shape[-1] // chips.coarse.shape[-1]
    parts = [octaves(part, factor) for part in (made, *octaves(made, factor))]
    real = octaves(truth, factor)
    return {
        sigma: Texture(float(one.square().nanmean()), _covariance([part[k] for part in parts]))
        for k, (sigma, one) in enumerate(zip(fine_octaves(factor), real, strict=True))
    }


def _covariance(fields: list[Float[Tensor, "n 1 y x"]]) -> Float[Tensor, "k k"]:
    known = torch.isfinite(fields[0])
    values = torch.stack([field[known] for field in fields]).double().cpu()
    return values @ values.T / max(values.shape[1], 1)
