"""A Predictor that takes its detail from what trees have learnt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import block_mean, repeat, upsample_cubic, upsample_linear
from lstsr_statistical.mixture import coarse_moments, squares_near
from lstsr_statistical.spread import unseen_spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.mixture import Mixture
    from lstsr_statistical.predictors import Layout
    from lstsr_statistical.samples import Samples

EMITTED = 4
"""Power of the temperature that the emitted radiance goes with (Stefan and Boltzmann). [1]"""


@dataclass(frozen=True, kw_only=True)
class TreeSharpener:
    """A Predictor that adds the detail of a learnt temperature to the interpolated one.

    Parameters
    ----------
    mixture : Mixture
        What was learnt.
    layout : Layout
        How guides become predictors.
    chosen : tuple of int
        Which guides of the scene they are.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    residual : array, shape (h, w)
        Squared coarse residual near each pixel. [K2]
    gain : float
        From squared residual and spread of the trees to the variance of what stays unknown. [1]
    unguided : float
        Standard uncertainty where a guide is missing. [K]
    corner : (int, int)
        First row and column of the tile in the scene. [coarse pixel]
    """

    mixture: Mixture
    layout: Layout
    chosen: tuple[int, ...]
    factor: int
    residual: NDArray[np.float64]
    gain: float
    unguided: float
    corner: tuple[int, int] = (0, 0)

    def at(self, row: int, column: int) -> TreeSharpener:
        """Give the Predictor of the tile that starts here."""
        return replace(self, corner=(row, column))

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        predictors = self.layout.expand(guides[list(self.chosen)])
        there = np.isfinite(predictors).all(axis=0)
        mean, variance = self.mixture(predictors, self.corner, self.factor)
        fine = add_back_radiance(np.where(there, mean, np.nan), lst.astype(np.float64), self.factor)
        sigma = np.where(there, self._sigma(variance, lst.shape), self.unguided)
        sigma[~repeat(valid, self.factor)] = np.nan
        return fine.astype(np.float32), sigma.astype(np.float32)

    def _sigma(self, variance: Field, shape: tuple[int, ...]) -> Field:
        rows, columns = (
            slice(first, first + size) for first, size in zip(self.corner, shape, strict=True)
        )
        near = upsample_linear(self.residual[rows, columns], self.factor)
        sigma: Field = np.sqrt(self.gain * (near + variance))
        return sigma


def add_back_radiance(prediction: Field, lst: Field, factor: int) -> Field:
    """Give a fine temperature whose emitted power agrees with that of the coarse one.

    As `lstsr_statistical.residual.add_back`, with the mean of a coarse pixel taken of ``T^4``:
    radiance averages, temperature does not.

    Parameters
    ----------
    prediction : array, shape (factor * h, factor * w)
        Predicted temperature, NaN where there is none; only its detail matters. [K]
    lst : array, shape (h, w)
        Coarse temperature, NaN where there is none. [K]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    array, shape (factor * h, factor * w)
        NaN where the coarse pixel is. [K]

    References
    ----------
    .. [1] Gao, Kustas and Anderson, "A data mining approach for sharpening thermal satellite
       imagery over land", Remote Sensing, 2012, :doi:`10.3390/rs4113287`
    """
    seen = block_mean(prediction**EMITTED, factor) ** (1 / EMITTED)
    detail = prediction - upsample_cubic(seen, factor)
    return upsample_cubic(lst, factor) + np.nan_to_num(detail)


def sharpener(
    mixture: Mixture, samples: Samples, chosen: tuple[int, ...] | None = None
) -> TreeSharpener:
    """Make a Predictor of what was learnt, and judge what it leaves unknown.

    Parameters
    ----------
    mixture : Mixture
        What was learnt.
    samples : Samples
        What it was learnt from.
    chosen : tuple of int, optional
        Which guides of the scene the samples hold; all by default.

    Returns
    -------
    TreeSharpener
    """
    mean, variance = coarse_moments(samples, mixture)
    missed = samples.lst - mean
    near = squares_near(missed)
    known = near + np.nan_to_num(variance)
    average = float(known[samples.usable].mean()) if samples.usable.any() else 0.0
    unseen = unseen_spread(missed, samples.factor)
    return TreeSharpener(
        mixture=mixture,
        layout=samples.layout,
        chosen=tuple(range(len(samples.layout.names))) if chosen is None else chosen,
        factor=samples.factor,
        residual=near,
        gain=unseen**2 / average if average > 0 else 0.0,
        unguided=unseen_spread(samples.lst, samples.factor),
    )
