"""The fine field as the coarse sensor measures it, and the exact adjoint of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lstsr_core.footprint import LEAST_WEIGHT, footprint_taps
from lstsr_core.kernel import Taps, weighted_sum
from lstsr_core.nested import check_nested
from lstsr_physics.emission import Emission

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core import Footprint

    Field = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Observation:
    """How a coarse sensor averages one fine scene.

    ``y = P x`` with ``P = D^-1 K W``: K weighs by the footprint, W by what each fine pixel
    counts, D makes the weights of each coarse pixel add up to 1.

    Parameters
    ----------
    rows, columns : Taps
        The footprint along each axis, counted from the first fine pixel of the coarse one.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    weights : array, shape (factor * h, factor * w)
        What each fine pixel counts: 0 in the gaps, else 1 or its emissivity. [1]
    least_weight : float
        Share of a footprint that has to count for a coarse value. [1]
    """

    rows: Taps
    columns: Taps
    factor: int
    weights: NDArray[np.float64]
    least_weight: float = LEAST_WEIGHT

    @cached_property
    def total(self) -> NDArray[np.float64]:
        """Weight that each coarse pixel sees; NaN where it is too little; shape (h, w). [1]"""
        check_nested(self.weights.shape, self.factor)
        share = self._seen((self.weights > 0).astype(np.float64))
        return np.where(share >= self.least_weight, self._seen(self.weights), np.nan)

    def of(self, fine: Field) -> NDArray[np.float64]:
        """Observe a fine field.

        Parameters
        ----------
        fine : array, shape (factor * h, factor * w)
            What the sensor averages, such as radiance; any value, NaN too, in the gaps.

        Returns
        -------
        array, shape (h, w)
            NaN where too little of the footprint counts; same units.
        """
        counted = np.where(self.weights > 0, fine, 0.0) * self.weights
        return np.asarray(self._seen(counted) / self.total)

    def adjoint(self, coarse: Field) -> NDArray[np.float64]:
        """Lay a coarse field back: ``<P x, y> = <x, P' y>`` for every x and y.

        Parameters
        ----------
        coarse : array, shape (h, w)
            NaN counts as 0, and so does what a pixel without a value holds.

        Returns
        -------
        array, shape (factor * h, factor * w)
            0 in the gaps; same units.
        """
        shares = np.nan_to_num(np.asarray(coarse, np.float64) / self.total)
        laid = _spread(_spread(shares, self.rows, self.factor).T, self.columns, self.factor).T
        return np.asarray(laid * self.weights)

    def _seen(self, fine: NDArray[np.float64]) -> NDArray[np.float64]:
        return weighted_sum(fine, self.rows, self.columns, self.factor)


def observe_through(
    footprint: Footprint, factor: int, measured: Field, emissivity: Field | None = None
) -> Observation:
    """Make the observation of a scene through a footprint of core.

    Parameters
    ----------
    footprint : Footprint
        Point-spread function of the coarse sensor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    measured : array, shape (factor * h, factor * w)
        A fine field; its NaN are the gaps.
    emissivity : array, shape (factor * h, factor * w), optional
        Emissivity of the fine pixels, above 0 where measured; 1 everywhere if left out. [1]

    Returns
    -------
    Observation
    """
    taps = footprint_taps(footprint, factor)
    return Observation(
        rows=taps, columns=taps, factor=factor, weights=weights_of(measured, emissivity)
    )


def weights_of(measured: Field, emissivity: Field | None = None) -> NDArray[np.float64]:
    """Give 0 in the gaps, else the emissivity, or 1 without one. [1]"""
    counted = np.ones(measured.shape) if emissivity is None else np.asarray(emissivity, np.float64)
    return np.where(np.isfinite(measured) & np.isfinite(counted), counted, 0.0)


@dataclass(frozen=True, kw_only=True)
class Thermometer:
    """A coarse sensor that averages what the fine pixels emit, and tells it as a temperature.

    ``T_c = B^-1(sum(w e B(T)) / sum(w e))``: the temperature at which the footprint, with its
    own mean emissivity, would emit what its pixels emit together.

    Parameters
    ----------
    observation : Observation
        Footprint, gaps and emissivity.
    emission : Emission
        Planck's law in the sensor's band, or T^4.

    References
    ----------
    .. [1] Becker & Li, "Surface temperature and emissivity at various scales: definition,
       measurement and related problems", Remote Sensing Reviews, 1995,
       :doi:`10.1080/02757259509532286`
    """

    observation: Observation
    emission: Emission = field(default_factory=Emission)

    def of(self, lst: Field) -> NDArray[np.float64]:
        """Give the coarse temperature, shape (h, w), of a fine one; both [K]."""
        return self.emission.temperature(self.observation.of(self.emission.of(lst)))

    def change(self, lst: Field, difference: Field) -> NDArray[np.float64]:
        """Give how the coarse temperature changes with a small change of the fine one; [K]."""
        emitted = self.observation.of(self.emission.rise(lst) * difference)
        return np.asarray(emitted / self.emission.rise(self.of(lst)))

    def adjoint(self, lst: Field, coarse: Field) -> NDArray[np.float64]:
        """Lay a coarse field back by the exact adjoint of `change` at a temperature [K].

        Returns
        -------
        array, shape (factor * h, factor * w)
            0 in the gaps; units of `coarse`.
        """
        emitted = self.observation.adjoint(coarse / self.emission.rise(self.of(lst)))
        held = self.observation.weights > 0
        return np.where(held, emitted * self.emission.rise(lst), 0.0)


def _spread(coarse: NDArray[np.float64], taps: Taps, step: int) -> NDArray[np.float64]:
    """Undo `weighted_sum` along the first axis as its transpose does."""
    size = coarse.shape[0]
    before = max(0, -taps.first)
    after = max(0, taps.first + taps.weights.size - step)
    padded = np.zeros((before + step * size + after, coarse.shape[1]))
    for tap, weight in enumerate(taps.weights):
        first = taps.first + before + tap
        padded[first : first + step * (size - 1) + 1 : step] += weight * coarse
    return padded[before : before + step * size]
