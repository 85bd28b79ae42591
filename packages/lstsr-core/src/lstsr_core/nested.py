"""Arrays on nested grids: down to the coarse pixels and up again, gaps kept local."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lstsr_core.errors import SceneError
from lstsr_core.kernel import REACH, cubic_kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

Scalar = TypeVar("Scalar", bound=np.generic)

FEW = 0.125
"""Share of gaps below which they are filled one by one, which is quicker then. [1]"""


def block_mean(fine: Field, factor: int) -> Field:
    """Average the measured values of each block of pixels.

    Parameters
    ----------
    fine : array, shape (..., factor * h, factor * w)
        Field with NaN where nothing was measured; any units.
    factor : int
        Fine pixels along one edge of a block. [1]

    Returns
    -------
    array, shape (..., h, w)
        Mean of each block, NaN where the whole block is missing; same units.

    Raises
    ------
    SceneError
        ``GRID_NOT_NESTED`` where the blocks do not fill the field.
    """
    blocks = _blocks(fine, factor)
    valid = np.isfinite(blocks)
    if valid.all():
        return (_block_sum(blocks) / factor**2).astype(fine.dtype)
    count = _block_sum(valid)
    mean = np.full(count.shape, np.nan)
    np.divide(_block_sum(np.where(valid, blocks, 0)), count, out=mean, where=count > 0)
    return mean.astype(fine.dtype)


def _block_sum(blocks: NDArray[Any]) -> NDArray[np.float64]:
    """Add up blocks, the rows of each first: along memory, which is quicker."""
    down: NDArray[np.float64] = blocks.sum(axis=-3, dtype=np.float64).sum(axis=-1)
    return down


def block_coverage(fine: Field, factor: int) -> NDArray[np.float64]:
    """Give the share of each block that was measured.

    Parameters
    ----------
    fine : array, shape (..., factor * h, factor * w)
        Field with NaN where nothing was measured; any units.
    factor : int
        Fine pixels along one edge of a block. [1]

    Returns
    -------
    array, shape (..., h, w)
        Measured share, 0 to 1. [1]
    """
    return _block_sum(np.isfinite(_blocks(fine, factor))) / factor**2


def _blocks(fine: Field, factor: int) -> Field:
    check_nested(fine.shape, factor)
    *lead, rows, columns = fine.shape
    return fine.reshape(*lead, rows // factor, factor, columns // factor, factor)


def check_nested(shape: tuple[int, ...], factor: int) -> None:
    """Refuse a field that whole coarse pixels do not fill.

    Raises
    ------
    SceneError
        ``GRID_NOT_NESTED``.
    """
    rows, columns = shape[-2:]
    if rows % factor or columns % factor:
        raise SceneError(
            "GRID_NOT_NESTED",
            found=f"{rows} x {columns} pixels",
            expected=f"multiples of {factor}",
            remedy="crop or pad the field to whole coarse pixels",
        )


def repeat(coarse: NDArray[Scalar], factor: int) -> NDArray[Scalar]:
    """Give every fine pixel the value of its coarse pixel.

    Parameters
    ----------
    coarse : array, shape (..., h, w)
        Any units.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (..., factor * h, factor * w)
        Same units.
    """
    return coarse.repeat(factor, axis=-2).repeat(factor, axis=-1)


def fill_near(coarse: Field, reach: int = REACH) -> Field:
    """Continue a field into its gaps, a pixel at a time, by the mean of measured neighbours.

    Parameters
    ----------
    coarse : array, shape (h, w)
        Field with NaN in the gaps; any units.
    reach : int
        How far to continue. [pixel]

    Returns
    -------
    array, shape (h, w)
        Measured values as they were; gaps deeper than `reach` are still NaN; same units.
    """
    filled = coarse.astype(np.float64)
    for _ in range(reach):
        gaps = np.isnan(filled)
        if not gaps.any():
            break
        few = gaps.sum() < FEW * gaps.size
        filled[gaps] = _mean_near(filled, gaps) if few else _neighbour_mean(filled)[gaps]
    return filled


def _mean_near(field: Field, where: NDArray[np.bool_]) -> Field:
    """Do what `_neighbour_mean` does, at some places alone; added up in the same order."""
    padded = np.pad(field, 1, constant_values=np.nan)
    rows, columns = np.nonzero(where)
    near = padded[rows + np.arange(3)[:, None, None], columns + np.arange(3)[:, None]]
    valid = np.isfinite(near)
    mean = np.full(rows.size, np.nan)
    count = valid.sum(axis=(0, 1))
    known = np.where(valid, near, 0.0)
    down = known[0] + known[1] + known[2]
    np.divide(down[0] + down[1] + down[2], count, out=mean, where=count > 0)
    return mean


def _neighbour_mean(field: Field) -> Field:
    valid = np.isfinite(field)
    count = _sum_of_nine(valid.astype(np.float64))
    mean = np.full(field.shape, np.nan)
    np.divide(_sum_of_nine(np.where(valid, field, 0.0)), count, out=mean, where=count > 0)
    return mean


def _sum_of_nine(field: Field) -> Field:
    padded = np.pad(field, 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    total: Field = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
    return total


def upsample_cubic(coarse: Field, factor: int) -> Field:
    """Interpolate to the centres of the nested fine pixels by cubic convolution.

    The value of a fine pixel depends on the 4 x 4 nearest coarse pixels alone. Gaps and the
    border are first continued from their neighbours, so a missing pixel touches no more than
    its own neighbourhood.

    Parameters
    ----------
    coarse : array, shape (h, w)
        Field with NaN in the gaps; any units.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (factor * h, factor * w)
        NaN inside the coarse pixels that are NaN; same units.

    References
    ----------
    .. [1] Keys, "Cubic convolution interpolation for digital image processing", IEEE Trans.
       Acoustics, Speech, Signal Process., 1981, :doi:`10.1109/TASSP.1981.1163711`
    """
    return _upsample(coarse, factor, cubic_weights(factor))


def upsample_linear(coarse: Field, factor: int) -> Field:
    """Interpolate linearly to the centres of the nested fine pixels; else as `upsample_cubic`."""
    return _upsample(coarse, factor, linear_weights(factor))


def _upsample(coarse: Field, factor: int, weights: NDArray[np.float64]) -> Field:
    filled = fill_near(np.pad(coarse, REACH, constant_values=np.nan))
    filled = np.where(np.isnan(filled), 0.0, filled)
    # Along the columns first, while the field is small.
    wide = np.ascontiguousarray(_along_rows(np.ascontiguousarray(filled.T), weights).T)
    fine = _along_rows(wide, weights).astype(coarse.dtype)
    if (gap := np.isnan(coarse)).any():
        fine[repeat(gap, factor)] = np.nan
    return fine


def _along_rows(padded: Field, weights: NDArray[np.float64]) -> Field:
    """Apply the kernel along the first axis; the loops run over taps, never over pixels."""
    factor, taps = weights.shape
    size = padded.shape[0] - 2 * REACH
    fine = np.zeros((size, factor, padded.shape[1]))
    part = np.empty((size, padded.shape[1]))
    for place, tap in np.ndindex(factor, taps):
        if weight := weights[place, tap]:
            fine[:, place] += np.multiply(padded[tap : tap + size], weight, out=part)
    return fine.reshape(size * factor, padded.shape[1])


def _distances(factor: int) -> NDArray[np.float64]:
    """Give the distance of each fine centre from the 5 nearest coarse centres. [coarse pixel]"""
    centres = (np.arange(factor) + 0.5) / factor - 0.5
    taps = np.arange(-REACH, REACH + 1)
    distances: NDArray[np.float64] = np.abs(centres[:, None] - taps[None, :])
    return distances


def cubic_weights(factor: int) -> NDArray[np.float64]:
    """Give the cubic convolution weights of each fine position; shape (factor, 5). [1]"""
    return cubic_kernel(_distances(factor))


def linear_weights(factor: int) -> NDArray[np.float64]:
    """Give the linear weights of each fine position; shape (factor, 5). [1]"""
    return np.maximum(1.0 - _distances(factor), 0.0)
