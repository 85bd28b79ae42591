"""How much a field jumps where tiles, windows or coarse pixels meet, against elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field


def seam_ratio(fine: Field, step: int, *, first: int = 0) -> float:
    """Compare the jumps between pixels across borders with those between all other neighbours.

    Parameters
    ----------
    fine : array, shape (h, w)
        A temperature, NaN where there is none. [K]
    step : int
        Distance from one border to the next, along rows and columns. [pixel]
    first : int
        Distance of the first border from the edge of the field; 0 counts as a whole step. Another
        place than the true one tells how much the ratio varies by chance. [pixel]

    Returns
    -------
    float
        Mean absolute jump across borders over that elsewhere: 1 where nothing shows, infinite
        where nothing but the borders jumps, NaN where one of both has no pair of pixels. [1]

    Raises
    ------
    ValueError
        Steps below 2 pixels leave nothing between the borders.
    """
    if step < 2:  # noqa: PLR2004
        raise ValueError(f"step = {step}; it has to be 2 or more")
    across, elsewhere = (
        np.concatenate(parts)
        for parts in zip(*(_split(field, step, first) for field in (fine, fine.T)), strict=True)
    )
    if across.size == 0 or elsewhere.size == 0:
        return math.nan
    border, inside = float(across.mean()), float(elsewhere.mean())
    if inside == 0:
        return math.inf if border > 0 else 1.0
    return border / inside


def _split(field: Field, step: int, first: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the absolute jumps from row to row, across borders and elsewhere, measured ones. [K]"""
    jumps = np.abs(np.diff(field.astype(np.float64), axis=0))
    border = (np.arange(len(jumps)) + 1 - first) % step == 0
    across, elsewhere = jumps[border], jumps[~border]
    return across[np.isfinite(across)], elsewhere[np.isfinite(elsewhere)]
