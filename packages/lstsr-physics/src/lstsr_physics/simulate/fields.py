"""Seeded random fields: rough, uneven, or cut into parcels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lstsr_physics.simulate.bands import power_law, wavenumbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

CASCADE_SLOPE = -2.0
"""Exponent of the power spectrum, in two dimensions, of a field whose correlation falls with the
logarithm of distance. [1]"""


def random_field(
    shape: tuple[int, int],
    slope: float,
    random: np.random.Generator,
    *,
    reach: float = math.inf,
    intermittency: float = 0.0,
) -> NDArray[np.float32]:
    """Draw a periodic field with a power-law spectrum, mean 0 and standard deviation 1.

    White noise, its strength modulated by a log-normal cascade, is integrated to a fraction: a
    multifractal random walk in the plane. Without intermittency it is a fractional Brownian
    surface of Hurst exponent ``-slope / 2 - 1``.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns. [pixel]
    slope : float
        Exponent of the power spectrum over wavenumber. [1]
    random : numpy.random.Generator
        Where the field is drawn from.
    reach : float
        Wavelength up to which the power law goes on. [pixel]
    intermittency : float
        Variance of the cascade's logarithm for each e-fold of scale; the flatness of increments
        goes with distance to the power -4 times it. [1]

    Returns
    -------
    array, shape (rows, columns)
        [1]

    References
    ----------
    .. [1] Bacry, Delour & Muzy, "Multifractal random walk", Phys. Rev. E, 2001,
       :doi:`10.1103/PhysRevE.64.026103`
    """
    noise = random.standard_normal(shape, dtype=np.float32)
    if intermittency > 0:
        noise *= np.exp(_cascade(shape, intermittency, random))
    return _standard(_integrated(noise, slope, reach))


def _cascade(
    shape: tuple[int, int], intermittency: float, random: np.random.Generator
) -> NDArray[np.float32]:
    noise = random.standard_normal(shape, dtype=np.float32)
    spread = math.sqrt(intermittency * math.log(max(shape)))
    return _standard(_integrated(noise, CASCADE_SLOPE)) * np.float32(spread)


def _integrated(
    noise: NDArray[np.float32], slope: float, reach: float = math.inf
) -> NDArray[np.float32]:
    shape = (noise.shape[0], noise.shape[1])
    spectrum = np.fft.rfft2(noise)
    spectrum *= power_law(wavenumbers(shape), slope / 2, reach)
    spectrum[0, 0] = 0
    return np.asarray(np.fft.irfft2(spectrum, s=shape), np.float32)


def _standard(field: NDArray[np.float32]) -> NDArray[np.float32]:
    spread = field.std()
    return np.asarray((field - field.mean()) / (spread if spread > 0 else 1), np.float32)


def parcels(
    shape: tuple[int, int], width: float, random: np.random.Generator
) -> NDArray[np.float32]:
    """Draw a periodic mosaic of parcels, each with one value, mean 0 and standard deviation 1.

    Every pixel belongs to the nearest of the seeds, of which each cell of a regular grid holds one.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns. [pixel]
    width : float
        Typical width of a parcel. [pixel]
    random : numpy.random.Generator
        Where the mosaic is drawn from.

    Returns
    -------
    array, shape (rows, columns)
        [1]
    """
    cells = tuple(max(1, round(size / width)) for size in shape)
    seeds = random.random((2, *cells), dtype=np.float32)
    values = random.standard_normal(cells, dtype=np.float32)
    places = [
        (np.arange(size, dtype=np.float32) + 0.5) * np.float32(n / size)
        for size, n in zip(shape, cells, strict=True)
    ]
    return _standard(_nearest(places, seeds, values))


def _nearest(
    places: list[NDArray[np.float32]], seeds: NDArray[np.float32], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Give each place the value of its nearest seed, which lies in one of nine cells around it."""
    rows, columns = (place.astype(np.intp) for place in places)
    y, x = (place - np.floor(place) for place in places)
    least = np.full((rows.size, columns.size), np.inf, np.float32)
    found = np.zeros_like(least)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            cell = np.ix_((rows + down) % values.shape[0], (columns + right) % values.shape[1])
            distance = (seeds[0][cell] + (down - y)[:, None]) ** 2
            distance += (seeds[1][cell] + (right - x)[None, :]) ** 2
            nearer = distance < least
            least[nearer] = distance[nearer]
            found[nearer] = values[cell][nearer]
    return found
