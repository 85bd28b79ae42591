"""Gaussian means of fields with gaps, as tensors."""

import math

import torch
import torch.nn.functional as F  # noqa: N812  its name everywhere
from jaxtyping import Float
from torch import Tensor

TAIL = 4.0
"""Standard deviations at which a Gaussian is cut off. [1]"""


def blur(field: Float[Tensor, "n c y x"], sigma: float) -> Float[Tensor, "n c y x"]:
    """Average what a Gaussian around every pixel holds of finite values.

    Parameters
    ----------
    field : tensor, shape (n, c, y, x)
        NaN where there is nothing; any units.
    sigma : float
        Standard deviation. [fine pixel]

    Returns
    -------
    tensor, shape (n, c, y, x)
        NaN where the field is; same units.
    """
    known = torch.isfinite(field)
    share = _along_both(known.to(field.dtype), sigma)
    total = _along_both(torch.where(known, field, 0.0), sigma)
    return torch.where(known, total / share.clamp_min(torch.finfo(field.dtype).eps), torch.nan)


def _along_both(field: Float[Tensor, "n c y x"], sigma: float) -> Float[Tensor, "n c y x"]:
    half = math.ceil(TAIL * sigma)
    place = torch.arange(-half, half + 1, device=field.device, dtype=field.dtype)
    weights = torch.exp(-0.5 * (place / sigma) ** 2)
    weights = weights / weights.sum()
    flat = field.reshape(-1, 1, *field.shape[-2:])
    rows = F.conv2d(flat, weights.view(1, 1, -1, 1), padding=(half, 0))
    both = F.conv2d(rows, weights.view(1, 1, 1, -1), padding=(0, half))
    return both.reshape(field.shape)
