"""A field that lies a little beside its grid is moved back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.grid import geobox_of
from lstsr_core.kernel import REACH, cubic_taps, weighted_sum
from lstsr_core.nested import fill_near
from lstsr_physics.georeference import laid_like

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Where a fine field lies, seen from the coarse one.

    Parameters
    ----------
    dx, dy : float
        How far its content lies to the right and down of where it belongs. [fine pixel]
    correlation : float
        Correlation of the two fields at the coarse scale once the shift is undone. [1]
    at_limit : bool
        Whether the best shift lies at the edge of the search, so that a better one may lie
        beyond it.
    """

    dx: float
    dy: float
    correlation: float
    at_limit: bool


def realign(fine: xr.DataArray, shift: Shift) -> xr.DataArray:
    """Undo a shift by cubic convolution.

    Parameters
    ----------
    fine : xarray.DataArray, dims (y, x)
        Field with NaN in the gaps; any units.
    shift : Shift
        How far its content lies beside where it belongs.

    Returns
    -------
    xarray.DataArray, dims (y, x)
        On the same grid; NaN where the nearest pixel is missing, or came from outside of the
        field; same units.

    Raises
    ------
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED`` where the grid of the field cannot be used.
    """
    values = realign_values(fine.to_numpy(), shift)
    return laid_like(fine, values.astype(fine.dtype), geobox_of(fine))


def realign_values(fine: Field, shift: Shift) -> NDArray[np.float64]:
    """Do what `realign` does to plain arrays, shape (h, w)."""
    reach = math.ceil(max(abs(shift.dx), abs(shift.dy))) + REACH
    inside = (slice(reach, -reach), slice(reach, -reach))
    padded = np.pad(fine.astype(np.float64), reach, constant_values=np.nan)
    filled = fill_near(padded)
    filled[np.isnan(filled)] = 0.0
    moved = weighted_sum(filled, cubic_taps(shift.dy), cubic_taps(shift.dx))[inside]
    nearest = np.roll(padded, (-round(shift.dy), -round(shift.dx)), axis=(0, 1))[inside]
    moved[np.isnan(nearest)] = np.nan
    return moved
