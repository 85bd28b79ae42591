"""Power laws through spectra, seen through a footprint and above noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SLOPES: Final = np.arange(0.5, 6.01, 0.02)
"""Falls of nature's power that are tried; what falls less is noise. [1]"""
SEPARATED: Final = (0.02, 0.5)
"""Wavenumbers that footprint and noise are separated over. [cycle per pixel]"""
ROUGHNESS: Final = 0.05
"""How closely nature keeps to a power law, over its power. [1]"""
FEWEST: Final = 4
"""Rings below which nothing is fitted. [1]"""


@dataclass(frozen=True, kw_only=True)
class SeenPowerLaw:
    """A power law of nature, as a sensor measures it: ``left A k^slope + noise``.

    Parameters
    ----------
    slope : float
        Exponent, negative where long waves are stronger. [1]
    level : float
        Power at one cycle per pixel; units of the power.
    noise : float
        Power of the noise, the same at every wavenumber; units of the power.
    """

    slope: float
    level: float
    noise: float


def fit_power_law(
    wavenumber: NDArray[np.float64],
    power: NDArray[np.float64],
    within: tuple[float, float],
    error: NDArray[np.float64] | None = None,
) -> float:
    """Give the slope of log power on log wavenumber.

    Parameters
    ----------
    wavenumber : array, shape (rings,)
        [cycle per pixel]
    power : array, shape (rings,)
        Any units.
    within : (float, float)
        Wavenumbers to fit. [cycle per pixel]
    error : array, shape (rings,), optional
        Standard error of the power; `ROUGHNESS` of the power is added to it. Same units.

    Returns
    -------
    float
        NaN where fewer than `FEWEST` rings have power. [1]
    """
    held = (wavenumber >= within[0]) & (wavenumber <= within[1]) & (power > 0)
    if held.sum() < FEWEST:
        return float("nan")
    x, y = np.log(wavenumber[held]), np.log(power[held])
    spread = np.zeros(power.shape) if error is None else error
    weight = 1.0 / np.hypot(spread[held] / power[held], ROUGHNESS) ** 2
    x = x - np.average(x, weights=weight)
    return float((weight * x * y).sum() / (weight * x**2).sum())


def separate(
    wavenumber: NDArray[np.float64],
    power: NDArray[np.float64],
    left: NDArray[np.float64],
    error: NDArray[np.float64],
) -> SeenPowerLaw:
    """Fit a power law of nature and a flat noise, neither below 0, by weighted least squares.

    Parameters
    ----------
    wavenumber : array, shape (rings,)
        [cycle per pixel]
    power : array, shape (rings,)
        As measured; any units.
    left : array, shape (rings,)
        Share of nature's power that the footprint left. [1]
    error : array, shape (rings,)
        Standard error of the power; `ROUGHNESS` of the power is added to it. Same units.

    Returns
    -------
    SeenPowerLaw
        NaN where fewer than `FEWEST` rings have power.
    """
    held = (wavenumber >= SEPARATED[0]) & (wavenumber <= SEPARATED[1]) & (power > 0)
    if held.sum() < FEWEST:
        return SeenPowerLaw(slope=float("nan"), level=float("nan"), noise=float("nan"))
    k, measured = wavenumber[held], power[held]
    weight = 1.0 / np.hypot(error[held], ROUGHNESS * measured)
    shapes = left[held] * k ** -SLOPES[:, None]
    law, noise = _two_parts(shapes * weight, weight, measured * weight)
    fitted = law[:, None] * shapes + noise[:, None]
    misfit = (((fitted - measured) * weight) ** 2).sum(axis=1)
    best = int(np.argmin(misfit))
    return SeenPowerLaw(
        slope=-float(SLOPES[best]), level=float(law[best]), noise=float(noise[best])
    )


def _two_parts(
    shapes: NDArray[np.float64], flat: NDArray[np.float64], aim: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve ``a shape + b flat = aim`` for a and b of at least 0, for each shape (n, rings)."""
    ss, sf, ff = (shapes**2).sum(1), (shapes * flat).sum(1), (flat**2).sum()
    sa, fa = (shapes * aim).sum(1), (flat * aim).sum()
    determinant = np.maximum(ss * ff - sf**2, np.finfo(float).tiny)
    law = (sa * ff - sf * fa) / determinant
    noise = (ss * fa - sf * sa) / determinant
    alone_law, alone_noise = np.maximum(sa / ss, 0), np.maximum(fa / ff, 0)
    only_law, only_noise = noise < 0, law < 0
    law = np.where(only_law, alone_law, np.where(only_noise, 0.0, law))
    noise = np.where(only_noise & ~only_law, alone_noise, np.where(only_law, 0.0, noise))
    return law, noise
