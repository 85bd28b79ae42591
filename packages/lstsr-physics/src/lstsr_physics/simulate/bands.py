"""The waves a periodic field is made of, sorted by length."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_physics.simulate.settings import Array

    Spectrum = NDArray[np.complexfloating[Any, Any]]

PER_OCTAVE = 4
"""Bands that an octave of wavenumbers is cut into. [1]"""


def wavenumbers(shape: tuple[int, int]) -> NDArray[np.float32]:
    """Give the wavenumber of each coefficient of `numpy.fft.rfft2`.

    The mean counts as half the least wavenumber, so that it shares its band with no wave.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the field. [pixel]

    Returns
    -------
    array, shape (rows, columns // 2 + 1)
        Cycles a pixel. [1]
    """
    rows = np.fft.fftfreq(shape[0]).astype(np.float32)
    columns = np.fft.rfftfreq(shape[1]).astype(np.float32)
    number = np.hypot(rows[:, None], columns[None, :])
    number[0, 0] = 1 / (2 * max(shape))
    return number


class Bands:
    """Bands of equal ratio of wavenumber, and sums over them.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the field. [pixel]
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        number = wavenumbers(shape)
        place = np.floor(PER_OCTAVE * np.log2(number / number.min()))
        self.of_mode: NDArray[np.int16] = place.astype(np.int16)
        self._count = np.full(number.shape[1], 2.0, np.float32)
        self._count[0] = 1
        if shape[1] % 2 == 0:
            self._count[-1] = 1

    def sum(self, values: Array) -> NDArray[np.float64]:
        """Add up a real value of every mode band by band, those that `rfft2` leaves out too."""
        weights = np.asarray(values * self._count, np.float64)
        return np.bincount(self.of_mode.ravel(), weights.ravel()).astype(np.float64)


def ratio(wanted: NDArray[np.float64], had: NDArray[np.float64]) -> NDArray[np.float32]:
    """Divide sums over bands; an empty band gives 0."""
    quotient = np.zeros(had.shape)
    np.divide(wanted, had, out=quotient, where=had > 0)
    return quotient.astype(np.float32)


def power(spectrum: Spectrum) -> Array:
    """Give the power of every mode."""
    squared: Array = spectrum.real**2 + spectrum.imag**2
    return squared


def power_law(
    wavenumber: NDArray[np.float32], slope: float, reach: float = math.inf
) -> NDArray[np.float32]:
    """Give a power spectrum that falls by a power law, up to waves of a certain length.

    Von Karman's form: flat where wavelengths are much longer than `reach`.

    Parameters
    ----------
    wavenumber : array
        Cycles a pixel. [1]
    slope : float
        Exponent of the power spectrum over wavenumber. [1]
    reach : float
        Wavelength up to which the power law goes on. [pixel]

    Returns
    -------
    array
        Power, up to a factor. [1]
    """
    spectrum: NDArray[np.float32] = np.hypot(wavenumber, np.float32(1 / reach)) ** np.float32(slope)
    return spectrum


def with_spectrum(field: Array, slope: float, reach: float = math.inf) -> Array:
    """Give a field the spectrum of `power_law`, keeping its mean, its variance and its shapes.

    Every band is multiplied by one number, so that edges stay edges.

    Parameters
    ----------
    field : array, shape (h, w)
        Periodic, without gaps; any units.
    slope, reach : float
        As in `power_law`.

    Returns
    -------
    array, shape (h, w)
        Same units.
    """
    shape = (field.shape[0], field.shape[1])
    bands = Bands(shape)
    spectrum = np.fft.rfft2(field - field.mean())
    wanted = bands.sum(power_law(wavenumbers(shape), slope, reach))
    spectrum *= np.sqrt(ratio(wanted, bands.sum(power(spectrum))))[bands.of_mode]
    spectrum[0, 0] = 0
    shaped = np.fft.irfft2(spectrum, s=field.shape)
    spread = shaped.std()
    scale = field.std() / spread if spread > 0 else 0
    return np.asarray(field.mean() + shaped * scale)
