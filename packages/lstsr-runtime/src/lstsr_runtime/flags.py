"""Quality flags of a sharpened tile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import Quality
from lstsr_core.nested import block_coverage, block_mean, repeat
from lstsr_core.scene import GUIDE, factor_of
from lstsr_core.vocabulary import LST_RANGE

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

RESAMPLED = ("averaged", "majority")
"""Values of ``attrs["laid"]`` of a guide whose own grid does not nest: numbers, classes."""
BLOCK: Final = 2048
"""Edge of the blocks in which a guide is looked through. [fine pixel]"""


@dataclass(frozen=True, kw_only=True)
class Domain:
    """What the coarse scale has shown of the guides that a model uses.

    Parameters
    ----------
    low, high : tuple of float
        Range of the coarse means of each guide, in the guides' units.
    averaged : bool
        Whether a guide had to be averaged onto the grid.
    """

    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    averaged: bool = False


def domain_of(scene: xr.DataTree, names: tuple[str, ...]) -> Domain:
    """Give the range of each guide's coarse means over wholly covered coarse pixels."""
    from dask.base import compute

    fine = scene[GUIDE].to_dataset()
    guides = [fine[name] for name in names]
    blocks = [_blocks(guide, factor_of(scene)) for guide in guides]
    ends = [np.concatenate(ends) for ends in compute(*blocks)]
    return Domain(
        low=tuple(float(np.fmin.reduce(each)) for each in ends),
        high=tuple(float(np.fmax.reduce(each)) for each in ends),
        averaged=any(guide.attrs.get("laid") in RESAMPLED for guide in guides),
    )


def _blocks(guide: xr.DataArray, factor: int) -> list[Any]:
    """Give the later ends of the coarse means of a guide, a block at a time."""
    import dask.array as da
    from dask.delayed import delayed

    edge = max(BLOCK // factor, 1) * factor
    blocks = da.asarray(guide.data).rechunk(edge).to_delayed().ravel()
    ends = delayed(_ends, pure=True)
    return [ends(block, factor) for block in blocks]


def _ends(guide: NDArray[np.float32], factor: int) -> NDArray[np.floating[Any]]:
    """Give the least and the largest mean of wholly covered coarse pixels; NaN for none."""
    mean = block_mean(guide, factor)[block_coverage(guide, factor) == 1]
    return np.array([mean.min(), mean.max()] if mean.size else [np.nan] * 2, mean.dtype)


def flag(
    sharp: NDArray[np.float32],
    guides: NDArray[np.float32],
    valid: NDArray[np.bool_],
    *,
    domain: Domain,
    outside: NDArray[np.bool_],
) -> NDArray[np.uint8]:
    """Give the quality flags of a tile.

    Parameters
    ----------
    sharp : array, shape (f * h, f * w)
        Sharpened temperature. [K]
    guides : array, shape (g, f * h, f * w)
        Guides that the model used, NaN where there is none.
    valid : array, shape (h, w)
        Where a temperature was measured.
    domain : Domain
        What the coarse scale has shown of the guides.
    outside : array, shape (f * h, f * w)
        Where the model says itself that it leaves what it has learnt.

    Returns
    -------
    array, shape (f * h, f * w)
        Bits of `lstsr_core.Quality`.
    """
    measured = repeat(valid, sharp.shape[0] // valid.shape[0])
    outside = outside.copy()
    for guide, low, high in zip(guides, domain.low, domain.high, strict=True):
        outside |= (guide < low) | (guide > high)
    seen = {
        Quality.NO_GUIDE: np.isnan(guides).any(axis=0),
        Quality.OUTSIDE_DOMAIN: outside,
        Quality.UNPHYSICAL: ~((sharp >= LST_RANGE[0]) & (sharp <= LST_RANGE[1])),
        Quality.RESAMPLED_GUIDE: np.full_like(measured, domain.averaged),
    }
    quality = np.where(measured, Quality.MEASURED, Quality.MISSING).astype(np.uint8)
    for bit, where in seen.items():
        quality |= np.where(measured & where, bit, 0).astype(np.uint8)
    return quality
