"""A footprint along one axis: boxes and a Gaussian, one smeared by the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core.kernel import Taps, box_taps, gaussian_taps

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FINENESS: Final = 15
"""Steps into which a pixel is divided, odd so that one lies in its middle. [1 / pixel]"""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a sensor sees along one axis.

    Parameters
    ----------
    boxes : tuple of float
        Widths of the boxes that are smeared by each other; two of one width are a triangle. [m]
    sigma : float
        Standard deviation of the Gaussian that smears them all. [m]
    """

    boxes: tuple[float, ...] = ()
    sigma: float = 0.0

    def mtf(self, wavenumber: ArrayLike) -> NDArray[np.float64]:
        """Give the modulation that is left: ``prod sinc(w k) exp(-2 (pi sigma k)^2)``. [1]

        Parameters
        ----------
        wavenumber : array
            Spatial frequency along the axis. [cycle per m]
        """
        k = np.asarray(wavenumber, np.float64)
        left = np.exp(-2.0 * (math.pi * self.sigma * k) ** 2)
        for width in self.boxes:
            left = left * np.sinc(width * k)
        return np.asarray(left)

    def taps(self, pixel: float, centre: float = 0.0) -> Taps:
        """Weigh the pixels around a point.

        Parameters
        ----------
        pixel : float
            Edge of a pixel. [m]
        centre : float
            Place of the footprint's centre, counted from the middle of the first pixel. [pixel]
        """
        step = pixel / FINENESS
        taps = box_taps(centre * FINENESS, 1.0)
        if self.sigma > 0:
            taps = _smeared(taps, gaussian_taps(0.0, self.sigma / step))
        for width in self.boxes:
            taps = _smeared(taps, box_taps(0.0, width / step))
        return _gathered(taps)


def narrowed(width: float, mtf: float, pixel: float) -> Profile:
    """Give the Gaussian that leaves `mtf` at the Nyquist frequency of `pixel`, `width` x wider.

    Parameters
    ----------
    width : float
        How much wider the footprint is than the one that `mtf` stands for. [1]
    mtf : float
        Modulation left at the Nyquist frequency, between 0 and 1. [1]
    pixel : float
        Distance of samples at that Nyquist frequency. [m]
    """
    return Profile(sigma=width * pixel * math.sqrt(-2.0 * math.log(mtf)) / math.pi)


def _smeared(one: Taps, other: Taps) -> Taps:
    weights: NDArray[Any] = np.convolve(one.weights, other.weights)
    return Taps(first=one.first + other.first, weights=weights)


def _gathered(steps: Taps) -> Taps:
    """Add up the weights of the steps of each pixel."""
    first = math.floor((steps.first + FINENESS // 2) / FINENESS)
    before = steps.first + FINENESS // 2 - first * FINENESS
    after = -(before + steps.weights.size) % FINENESS
    padded = np.pad(steps.weights, (before, after))
    weights = padded.reshape(-1, FINENESS).sum(axis=1)
    return Taps(first=first, weights=weights / weights.sum())
