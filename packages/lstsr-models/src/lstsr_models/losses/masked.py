"""Means over what is known."""

import torch
from jaxtyping import Float
from torch import Tensor


def known_difference(
    one: Float[Tensor, "n 1 y x"], other: Float[Tensor, "n 1 y x"]
) -> Float[Tensor, " known"]:
    """Subtract where both are finite; the rest has no part in any gradient."""
    known = torch.isfinite(one) & torch.isfinite(other)
    return one[known] - other[known]


def mean_or_zero(values: Float[Tensor, " known"]) -> Float[Tensor, ""]:
    """Average; 0 of nothing, so that a batch without truth teaches nothing."""
    return values.sum() / max(values.numel(), 1)


def huber(difference: Float[Tensor, " known"], delta: float) -> Float[Tensor, ""]:
    """Average a loss that is square up to `delta` and linear beyond; 0 of nothing.

    References
    ----------
    .. [1] Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics,
       1964, :doi:`10.1214/aoms/1177703732`
    """
    size = difference.abs()
    return mean_or_zero(torch.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)))
