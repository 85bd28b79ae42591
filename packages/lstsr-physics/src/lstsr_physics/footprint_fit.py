"""The footprint by which a coarse sensor saw a field that a finer one saw too."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import Footprint, SceneError
from lstsr_core.kernel import gaussian_taps, weighted_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

BROAD: Final = 4.0
"""Width of the Gaussian whose mean is taken off both fields: what is broader tells little of the
footprint, and two sensors differ in it. [coarse pixel]"""
FEWEST: Final = 100
"""Coarse pixels below which no footprint is fitted. [pixel]"""
LEAST_WEIGHT: Final = 0.9
"""Share of a footprint that has to be measured for its pixel to be compared. [1]"""
START: Final = (0.7, 0.7, 0.0, 0.0)
"""Where the fit starts: widths along columns and rows, shift right and down. [coarse pixel]"""
NARROWEST: Final = 0.15
"""Width below which a Gaussian falls between the fine pixels. [coarse pixel]"""
WIDEST: Final = 4.0
"""Width above which nothing is left to fit. [coarse pixel]"""
STEP: Final = 1e-3
"""Step of the numeric derivatives. [coarse pixel]"""
ROUNDS: Final = 40
"""Steps of Gauss and Newton at most. [1]"""
CLOSE: Final = 1e-5
"""Step at which the fit ends. [coarse pixel]"""
DAMPING: Final = 1e-3
"""First share of the curvature that is added to it (Levenberg and Marquardt). [1]"""
HELD_TOGETHER: Final = 4
"""Edge of the neighbourhoods whose errors are taken to hang together. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class EffectiveFootprint:
    """How a coarse field follows from a fine one; every ``*_error`` is one standard error.

    Parameters
    ----------
    sigma, sigma_error : (float, float)
        Width of the Gaussian along the columns and along the rows. [fine pixel]
    mtf, mtf_error : (float, float)
        Modulation that it leaves at the coarse Nyquist frequency. [1]
    shift, shift_error : (float, float)
        How far right and down of its coarse pixel the sensor looked. [fine pixel]
    gain, gain_error : float
        Coarse contrast over that of the fine field seen through the footprint. [1]
    offset : float
        Mean of the coarse field less `gain` times that of the fine field seen; coarse units.
    residual : float
        Standard deviation of what is left; coarse units.
    pixels : int
        Coarse pixels that were compared. [1]
    """

    sigma: tuple[float, float]
    sigma_error: tuple[float, float]
    mtf: tuple[float, float]
    mtf_error: tuple[float, float]
    shift: tuple[float, float]
    shift_error: tuple[float, float]
    gain: float
    gain_error: float
    offset: float
    residual: float
    pixels: int

    def footprint(self) -> Footprint:
        """Give the round Gaussian of the same modulation."""
        return Footprint(shape="gaussian", mtf=math.sqrt(self.mtf[0] * self.mtf[1]))


def fit_footprint(
    fine: Field, coarse: Field, factor: int, *, high_pass: bool = True
) -> EffectiveFootprint:
    """Fit width, shift, gain and offset so that the fine field gives the coarse one.

    Least squares over the coarse pixels whose footprint is measured; standard errors from
    neighbourhoods, since neighbouring residuals hang together.

    Parameters
    ----------
    fine : array, shape (factor * h, factor * w)
        NaN where there is none; any units.
    coarse : array, shape (h, w)
        NaN where there is none; any units.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    high_pass : bool
        Whether to compare only what is narrower than `BROAD`.

    Returns
    -------
    EffectiveFootprint

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` where the two share fewer than `FEWEST` coarse pixels.
    """
    problem = _problem(fine, coarse, factor, high_pass=high_pass)
    place = np.array(START)
    damping, best = DAMPING, problem.misfit(place)
    for _ in range(ROUNDS):
        step = problem.step(place, damping)
        trial = _inside(place + step)
        worth = problem.misfit(trial)
        if worth <= best:
            place, best, damping = trial, worth, damping / 5
        else:
            damping *= 10
        if np.abs(step).max() < CLOSE:
            break
    return _result(problem, place)


def _inside(place: NDArray[np.float64]) -> NDArray[np.float64]:
    widths = np.clip(np.abs(place[:2]), NARROWEST, WIDEST)
    return np.concatenate((widths, np.clip(place[2:], -WIDEST, WIDEST)))


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """Two fields and the pixels of them that are compared."""

    fine: Field
    coarse: NDArray[np.float64]
    factor: int
    compared: NDArray[np.bool_]
    high_pass: bool

    def seen(self, place: NDArray[np.float64]) -> NDArray[np.float64]:
        """See the fine field by widths and shifts in coarse pixels; shape (h, w)."""
        middle = (self.factor - 1) / 2
        wide, high, right, down = place * self.factor
        rows, columns = gaussian_taps(middle + down, high), gaussian_taps(middle + right, wide)
        return weighted_mean(self.fine, rows, columns, self.factor)[0]

    def narrow(self, field: NDArray[np.float64]) -> NDArray[np.float64]:
        """Leave what is to be compared, as a list of pixels with mean 0."""
        held = np.where(self.compared, field, np.nan)
        if self.high_pass:
            taps = gaussian_taps(0.0, BROAD)
            held = held - weighted_mean(held, taps, taps)[0]
        values = held[self.compared]
        return np.asarray(values - values.mean())

    def misfit(self, place: NDArray[np.float64]) -> float:
        """Give the sum of squares that the best gain leaves."""
        return float((self.residual(place)[0] ** 2).sum())

    def residual(self, place: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
        """Give what the best gain leaves, and that gain."""
        seen, aim = self.narrow(self.seen(place)), self.narrow(self.coarse)
        gain = float(seen @ aim) / max(float(seen @ seen), float(np.finfo(float).tiny))
        return aim - gain * seen, gain

    def slopes(self, place: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the change of the model with widths, shifts and gain; shape (pixels, 5)."""
        gain = self.residual(place)[1]
        steps = STEP * np.eye(place.size)
        changes = [
            self.narrow(self.seen(place + step) - self.seen(place - step)) / (2 * STEP)
            for step in steps
        ]
        return np.stack([*(gain * change for change in changes), self.narrow(self.seen(place))], 1)

    def step(self, place: NDArray[np.float64], damping: float) -> NDArray[np.float64]:
        """Give the damped step of Gauss and Newton."""
        slopes, left = self.slopes(place), self.residual(place)[0]
        curvature = slopes.T @ slopes
        damped = curvature + damping * np.diag(np.diag(curvature))
        return np.asarray(np.linalg.lstsq(damped, slopes.T @ left, rcond=None)[0][:-1])


def _problem(fine: Field, coarse: Field, factor: int, *, high_pass: bool) -> _Problem:
    middle, wide = (factor - 1) / 2, START[0] * factor
    taps = gaussian_taps(middle, 2 * wide)
    share = weighted_mean(fine, taps, taps, factor)[1]
    compared = np.isfinite(coarse) & (share >= LEAST_WEIGHT)
    if compared.sum() < FEWEST:
        raise SceneError(
            "NO_VALID_PIXELS",
            found=f"{int(compared.sum())} coarse pixels whose footprint is measured",
            expected=f"at least {FEWEST}",
            remedy="choose a larger or clearer scene, or give the sensor's footprint by name",
        )
    return _Problem(
        fine=fine,
        coarse=np.asarray(coarse, np.float64),
        factor=factor,
        compared=compared,
        high_pass=high_pass,
    )


def _result(problem: _Problem, place: NDArray[np.float64]) -> EffectiveFootprint:
    left, gain = problem.residual(place)
    errors = np.sqrt(np.diag(_covariance(problem, place, left)))
    seen = problem.seen(place)[problem.compared]
    mtf = np.exp(-0.5 * (math.pi * place[:2]) ** 2)
    return EffectiveFootprint(
        sigma=_pair(place[:2] * problem.factor),
        sigma_error=_pair(errors[:2] * problem.factor),
        mtf=_pair(mtf),
        mtf_error=_pair(mtf * math.pi**2 * place[:2] * errors[:2]),
        shift=_pair(place[2:] * problem.factor),
        shift_error=_pair(errors[2:4] * problem.factor),
        gain=gain,
        gain_error=float(errors[4]),
        offset=float((problem.coarse[problem.compared] - gain * seen).mean()),
        residual=float(left.std()),
        pixels=left.size,
    )


def _covariance(
    problem: _Problem, place: NDArray[np.float64], left: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give the covariance of widths, shifts and gain that neighbourhoods of residuals imply."""
    slopes = problem.slopes(place)
    inverse = np.linalg.pinv(slopes.T @ slopes)
    rows, columns = np.nonzero(problem.compared)
    across = problem.compared.shape[1] // HELD_TOGETHER + 1
    tile = rows // HELD_TOGETHER * across + columns // HELD_TOGETHER
    pulls = np.zeros((int(tile.max()) + 1, slopes.shape[1]))
    np.add.at(pulls, tile, slopes * left[:, None])
    return np.asarray(inverse @ (pulls.T @ pulls) @ inverse)


def _pair(values: NDArray[np.float64]) -> tuple[float, float]:
    return float(values[0]), float(values[1])
