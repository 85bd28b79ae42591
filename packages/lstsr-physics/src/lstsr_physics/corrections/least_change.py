"""The least change that makes a fine field agree with what a coarse sensor saw."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.corrections.pull import pull_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.forward import Observation

    Grid = NDArray[np.float64]
    Grid32 = NDArray[np.float32]

AIM: Final = 0.95
"""Share of the band that is aimed at; the rest is for rounding and for a finite search. [1]"""
REACHED: Final = 0.96
"""Share of the band at which the search ends. [1]"""
ROUNDS: Final = 400
"""Rounds after which the search ends anyway. [1]"""
PATIENCE: Final = 5
"""Rounds from one look at the misfit to the next. [1]"""


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """What a fine field, seen by the sensor, lacks of the coarse one.

    Parameters
    ----------
    observation : Observation
        Footprint and gaps.
    residual : array, shape (h, w)
        Coarse field less what is seen; NaN where they are not compared. [K]
    band : array, shape (h, w)
        How much of it is within the uncertainty. [K]
    variance : array, shape (factor * h, factor * w)
        Of the fine field, above 0; finite everywhere. [K2]
    """

    observation: Observation
    residual: Grid
    band: Grid
    variance: Grid

    @cached_property
    def compared(self) -> NDArray[np.bool_]:
        """Which coarse pixels are compared; shape (h, w)."""
        return np.isfinite(self.residual) & np.isfinite(self.band)

    @cached_property
    def mass(self) -> Grid:
        """Variance over how much every fine pixel is seen in all: what it gives way. [K2]"""
        seen = self.observation.adjoint(self.compared.astype(np.float64))
        mass = np.zeros(seen.shape)
        np.divide(self.variance, seen, out=mass, where=seen > np.finfo(np.float32).eps)
        return mass

    def change(self, force: Grid) -> Grid:
        """Give the change of the fine field by the force that each coarse pixel exerts. [K]"""
        return self.mass * self.observation.adjoint(force)

    def outside(self, change: Grid | float = 0.0) -> int:
        """Count the coarse pixels whose residual exceeds the band after a change."""
        left = np.abs(self.residual - self.observation.of(self.observation.weights * change))
        return int((left > self.band)[self.compared].sum())


@dataclass(frozen=True, kw_only=True)
class Change:
    """The least change, shape (factor * h, factor * w) [K]; rounds taken; pixels still outside."""

    change: Field
    rounds: int
    outside: int


def least_change(misfit: Misfit) -> Change:
    """Find the least change after which every residual lies within its band.

    Minimises ``sum_j c_j d_j^2 / s_j^2`` under ``|r - P d| <= u``: d is the change, s the
    uncertainty of the fine pixel, c how much the sensor sees of it, r the residual, P the
    footprint, u the band. Its dual, ``f' A f / 2 - r' f + u' |f|`` with ``A = P (s^2 / c) P'``, has
    one force f a coarse pixel and is minimised by accelerated soft thresholds. ``d = (s^2 / c)
    P' f`` is as smooth as the footprint, 0 wherever no pixel near exceeds its band, and constant
    where r and s are.

    Parameters
    ----------
    misfit : Misfit
        What is asked for.

    Returns
    -------
    Change

    References
    ----------
    .. [1] Beck & Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear inverse
       problems", SIAM J. Imaging Sciences, 2009, :doi:`10.1137/080716542`
    .. [2] O'Donoghue & Candes, "Adaptive restart for accelerated gradient schemes", Foundations
       of Computational Mathematics, 2015, :doi:`10.1007/s10208-013-9150-3`
    """
    if not misfit.outside():
        return Change(change=np.zeros(misfit.mass.shape), rounds=0, outside=0)
    force, rounds = _balance(misfit)
    change = misfit.change(force.astype(np.float64))
    return Change(change=change, rounds=rounds, outside=misfit.outside(change))


def _balance(misfit: Misfit) -> tuple[Grid32, int]:
    """Find the forces, shape (h, w), and count the rounds that it takes."""
    pull = pull_of(misfit.observation, misfit.mass, misfit.compared)
    residual, band, step = _plain(misfit)
    force = ahead = np.zeros_like(residual)
    pace = 1.0
    for rounds in range(1, ROUNDS + 1):
        pulled = ahead + step * (residual - pull(ahead))
        new = np.sign(pulled) * np.maximum(np.abs(pulled) - AIM * step * band, 0)
        overshot = float(np.sum((ahead - new) * (new - force) * band)) > 0
        following = (1 + math.sqrt(1 + 4 * pace**2)) / 2
        ahead = new if overshot else new + np.float32((pace - 1) / following) * (new - force)
        force, pace = new, 1.0 if overshot else following
        if rounds % PATIENCE == 0 and _reached(residual - pull(force), band):
            break
    return force, rounds


def _plain(misfit: Misfit) -> tuple[Grid32, Grid32, Grid32]:
    """Give residual, band, and the longest safe step; all 0 where nothing is compared.

    No entry of A is negative and its rows add up to what the sensor sees of the variance, so
    that one over it is safe for every pixel.
    """
    seen = misfit.observation.of(misfit.variance)
    fields = misfit.residual, misfit.band, 1.0 / seen
    residual, band, step = (np.where(misfit.compared, f, 0).astype(np.float32) for f in fields)
    return residual, band, step


def _reached(left: Grid32, band: Grid32) -> bool:
    return bool((np.abs(left) <= REACHED * band).all())
