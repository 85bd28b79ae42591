"""How far a fine field lies beside a coarse one, judged at the coarse scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import Footprint, SceneError
from lstsr_core.footprint import see_values
from lstsr_core.grid import factor_between, geobox_of
from lstsr_core.kernel import gaussian_taps, weighted_mean
from lstsr_physics.shift import Shift

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

    Measure: TypeAlias = Callable[[tuple[float, float]], float]

BROAD = 4.0
"""Width of the Gaussian whose mean is taken off before two fields are compared: what is broader
hardly tells where they lie, and two sensors differ in it. [coarse pixel]"""
LEAST_WEIGHT = 0.9
"""Share of a footprint that has to be measured for its pixel to be compared: a footprint that is
cut at a gap looks beside its centre. [1]"""
FEWEST = 50
"""Coarse pixels below which fields are not compared; the shift of so few is noise. [pixel]"""
FINEST_STEP = 1 / 64
"""Where the search for the best shift stops. [fine pixel]"""
FLAT = 1e-7
"""Relative variation below which a field is taken as uniform: rounding of float32. [1]"""
LATTICE = 4
"""Trial shifts from zero to the limit before the search is refined. [1]"""


@dataclass(frozen=True, kw_only=True)
class Search:
    """How to look for a shift.

    Parameters
    ----------
    limit : float
        How far to look in each direction. [coarse pixel]
    high_pass : bool
        Whether to compare only what is narrower than `BROAD`.
    same_sign : bool
        Whether the fields have to rise together; a guide such as NDVI may fall where the
        temperature rises.
    footprint : Footprint
        Point-spread function of the coarse sensor.
    broad : float
        Width of the Gaussian above which nothing is compared, see `BROAD`. [coarse pixel]
    """

    limit: float = 1.0
    high_pass: bool = True
    same_sign: bool = True
    footprint: Footprint = field(default_factory=Footprint)
    broad: float = BROAD


def estimate_shift(fine: xr.DataArray, coarse: xr.DataArray, search: Search | None = None) -> Shift:
    """Find how far a fine field lies beside a coarse one.

    The coarse sensor is made to look beside its pixels, a little at a time, until what it sees
    of the fine field correlates best with the coarse one.

    Parameters
    ----------
    fine : xarray.DataArray, dims (y, x) of a grid nested in the coarse one
        A temperature or a guide, NaN where there is none; any units.
    coarse : xarray.DataArray, dims (y, x)
        The field to lie on, NaN where there is none; any units.
    search : Search, optional
        How to look.

    Returns
    -------
    Shift
        To be undone by `realign`. The same input gives the same shift.

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` where the two share too few pixels, or one of them does not vary;
        ``CRS_MISMATCH`` or ``GRID_NOT_NESTED``.
    """
    search = search or Search()
    factor = factor_between(geobox_of(coarse), geobox_of(fine))
    likeness = _likeness(fine.to_numpy(), coarse.to_numpy(), factor, search)
    limit = search.limit * factor
    dx, dy = _search(_merit(likeness, search), limit)
    correlation = likeness((dx, dy))
    if math.isnan(correlation):
        raise _too_little()
    at_limit = max(abs(dx), abs(dy)) > limit - 2 * FINEST_STEP
    return Shift(dx=dx, dy=dy, correlation=correlation, at_limit=at_limit)


def _search(merit: Measure, limit: float) -> tuple[float, float]:
    """Give the best shift: of a lattice first, then of ever closer neighbours. [fine pixel]"""
    trials = [limit * step / LATTICE for step in range(-LATTICE, LATTICE + 1)]
    best = max(((dx, dy) for dy in trials for dx in trials), key=merit)
    step = limit / LATTICE / 2
    while step >= FINEST_STEP:
        best = max(_around(best, step, limit), key=merit)
        step /= 2
    return best


def _merit(likeness: Measure, search: Search) -> Measure:
    def merit(shift: tuple[float, float]) -> float:
        r = likeness(shift)
        if math.isnan(r):
            return -math.inf
        return r if search.same_sign else abs(r)

    return merit


def _likeness(fine: Field, coarse: Field, factor: int, search: Search) -> Measure:
    """Give the correlation at the coarse scale as a function of the shift; NaN if unknown. [1]

    The pixels compared are the same for every shift, else the function would jump.
    """
    compared = np.isfinite(coarse) & _in_view(fine, factor, search)
    prepare = partial(_narrow, broad=search.broad) if search.high_pass else _as_it_is
    aim = prepare(np.where(compared, coarse, np.nan))

    @cache
    def likeness(shift: tuple[float, float]) -> float:
        seen = see_values(fine, search.footprint, factor, beside=shift, least_weight=0.0)
        return _correlation(prepare(np.where(compared, seen, np.nan)), aim)

    return likeness


def _in_view(fine: Field, factor: int, search: Search) -> NDArray[np.bool_]:
    """Tell which coarse pixels see enough of the fine field however far it is shifted."""
    far = search.limit * factor
    corners = ((0.0, 0.0), (-far, -far), (-far, far), (far, -far), (far, far))
    views = [
        see_values(fine, search.footprint, factor, beside=corner, least_weight=LEAST_WEIGHT)
        for corner in corners
    ]
    in_view: NDArray[np.bool_] = np.isfinite(np.sum(views, axis=0))
    return in_view


def _as_it_is(coarse: Field) -> Field:
    return coarse


def _narrow(coarse: Field, broad: float) -> Field:
    taps = gaussian_taps(0.0, broad)
    narrow: Field = coarse - weighted_mean(coarse, taps, taps)[0]
    return narrow


def _correlation(one: Field, other: Field) -> float:
    """Correlate what both measured; NaN where it is too little, or flat to within rounding. [1]"""
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < FEWEST or any(_flat(field[both]) for field in (one, other)):
        return math.nan
    return float(np.corrcoef(one[both], other[both])[0, 1])


def _flat(values: Field) -> bool:
    return bool(values.std() <= FLAT * max(1.0, float(np.abs(values).max())))


def _around(
    centre: tuple[float, float], step: float, limit: float
) -> Iterable[tuple[float, float]]:
    """Give a shift and its eight neighbours, the shift first so that it wins a tie."""
    yield centre
    for dy in (-step, 0.0, step):
        for dx in (-step, 0.0, step):
            if max(abs(centre[0] + dx), abs(centre[1] + dy)) <= limit:
                yield centre[0] + dx, centre[1] + dy


def _too_little() -> SceneError:
    return SceneError(
        "NO_VALID_PIXELS",
        found="two fields that share too little to be laid on each other",
        expected=f"at least {FEWEST} coarse pixels measured in both, and both varying",
        remedy="leave the registration out, or choose a larger or clearer scene",
    )
