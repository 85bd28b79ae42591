"""Scores of a sharpened temperature against the truth, scale by scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import fill_near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

SHORTEST: Final = (2, 4, 8, 16)
"""Shortest wavelengths of the octaves that are scored; the fine grid holds none shorter than 2.
[fine pixel]"""
NYQUIST: Final = 0.5
"""Highest frequency that a grid holds. [cycle per pixel]"""
LEAST_POWER: Final = 1e-6
"""Power ratio below which a field counts as empty at a scale. [1]"""


@dataclass(frozen=True, kw_only=True)
class Octave:
    """How well one octave of a field is met.

    Parameters
    ----------
    shortest : int
        Its shortest wavelength; the longest is twice that. [fine pixel]
    correlation : float
        Between the two fields in this octave; NaN where one is empty there. [1]
    energy : float
        Power of the prediction over that of the truth. [1]
    """

    shortest: int
    correlation: float
    energy: float


@dataclass(frozen=True, kw_only=True)
class Spectra:
    """Fourier transforms of prediction and truth.

    Parameters
    ----------
    frequency : array, shape (h, w)
        Distance of each coefficient from zero. [cycle per pixel]
    prediction, truth : array, shape (h, w)
        Coefficients; same scale.
    """

    frequency: NDArray[np.float64]
    prediction: NDArray[np.complex128]
    truth: NDArray[np.complex128]


def spectra(prediction: Field, truth: Field) -> Spectra:
    """Transform two fields, gaps filled from around, tapered by a Hann window.

    Parameters
    ----------
    prediction, truth : array, shape (h, w)
        NaN in both where either is missing. [K]

    Returns
    -------
    Spectra
    """
    rows, columns = (np.fft.fftfreq(size) for size in truth.shape)
    return Spectra(
        frequency=np.hypot(rows[:, None], columns[None, :]),
        prediction=_transform(prediction),
        truth=_transform(truth),
    )


def _transform(field: Field) -> NDArray[np.complex128]:
    whole = fill_near(field, reach=max(field.shape))
    rows, columns = (np.hanning(size + 2)[1:-1] for size in field.shape)
    taper = rows[:, None] * columns[None, :]
    level = (whole * taper).sum() / taper.sum()
    coefficients: NDArray[np.complex128] = np.fft.fft2((whole - level) * taper)
    return coefficients


def octaves(both: Spectra) -> tuple[Octave, ...]:
    """Score each octave, the finest first."""
    return tuple(_octave(both, shortest) for shortest in SHORTEST)


def _octave(both: Spectra, shortest: int) -> Octave:
    within = (both.frequency > NYQUIST / shortest) & (both.frequency <= 1 / shortest)
    p, t = both.prediction[within], both.truth[within]
    power_p, power_t = float((np.abs(p) ** 2).sum()), float((np.abs(t) ** 2).sum())
    shared, scale = float((p * t.conj()).real.sum()), math.sqrt(power_p * power_t)
    return Octave(
        shortest=shortest,
        correlation=shared / scale if scale > 0 else math.nan,
        energy=power_p / power_t if power_t > 0 else math.nan,
    )


def spectral_error(both: Spectra, factor: int) -> float:
    """Give the mean of |log10 of the power ratio| below the scale that the coarse grid holds.

    The mean runs over rings of one frequency step each, from two coarse pixels to two fine ones
    (about 500 m to 2 km for MODIS).

    Parameters
    ----------
    both : Spectra
        Transforms of prediction and truth.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    float
        0 where every scale has the energy of the truth, 1 where it is ten times off. [1]
    """
    rings = np.round(both.frequency * min(both.frequency.shape)).astype(int)
    within = (both.frequency >= NYQUIST / factor) & (both.frequency <= NYQUIST)
    power_p, power_t = (
        np.bincount(rings[within], np.abs(field[within]) ** 2)
        for field in (both.prediction, both.truth)
    )
    held = power_t > 0
    if not held.any():
        return math.nan
    ratio = np.maximum(power_p[held] / power_t[held], LEAST_POWER)
    return float(np.abs(np.log10(ratio)).mean())
