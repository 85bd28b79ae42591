"""A fine tensor as the coarse sensor sees it, whatever its footprint."""

import torch
from jaxtyping import Float
from torch import Tensor

BORDER = 4
"""Coarse pixels at the border of a chip whose footprint may reach beyond it. [coarse pixel]"""
WINDOW = 2 * BORDER
"""Coarse pixels that the taps of a footprint span. [coarse pixel]"""
LEAST_WEIGHT = 0.5
"""Share of a footprint that has to fall on known pixels. [1]"""


def see(fine: Float[Tensor, "n 1 y x"], taps: Float[Tensor, "n 2 k"]) -> Float[Tensor, "n 1 v u"]:
    """See fine fields through the footprint of each.

    Parameters
    ----------
    fine : tensor, shape (n, 1, f * h, f * w)
        NaN where nothing is known; any units.
    taps : tensor, shape (n, 2, WINDOW * f)
        Weights along rows and columns, centred on a coarse pixel. [1]

    Returns
    -------
    tensor, shape (n, 1, h - WINDOW, w - WINDOW)
        All but `BORDER` coarse pixels at each side; NaN where too little is known; same units.
    """
    known = torch.isfinite(fine)
    share = _weigh(known.to(fine.dtype), taps)
    total = _weigh(torch.where(known, fine, 0.0), taps)
    return torch.where(share >= LEAST_WEIGHT, total / share.clamp_min(LEAST_WEIGHT), torch.nan)


def inside(coarse: Float[Tensor, "n 1 v u"]) -> Float[Tensor, "n 1 t s"]:
    """Give the part of a coarse field that `see` gives."""
    return coarse[..., BORDER:-BORDER, BORDER:-BORDER]


def _weigh(fine: Float[Tensor, "n 1 y x"], taps: Float[Tensor, "n 2 k"]) -> Tensor:
    """Weigh each field by its own taps, one result a coarse pixel."""
    size = taps.shape[-1]
    factor = size // WINDOW
    cut = factor // 2
    field = fine[:, :, cut : fine.shape[-2] - cut, cut : fine.shape[-1] - cut]
    rows = torch.einsum("ncvxk,nk->ncvx", field.unfold(2, size, factor), taps[:, 0])
    return torch.einsum("ncvuk,nk->ncvu", rows.unfold(3, size, factor), taps[:, 1])
