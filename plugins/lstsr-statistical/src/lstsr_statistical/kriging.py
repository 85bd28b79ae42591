"""Ordinary area-to-point kriging on nested grids, gaps and borders solved exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_statistical.support import block_covariance, block_point_covariance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.deconvolution import PointModel

REACH = 2
"""Coarse pixels on each side that take part: a window of 5 x 5. [coarse pixel]"""
WIDTH = 2 * REACH + 1
NEIGHBOURS = WIDTH**2
CENTRE = NEIGHBOURS // 2
BATCH = 4096
"""Pixels with gaps around them that are solved together; 22 MB of systems. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Kriging:
    """The kriging systems of one point model and one factor.

    Parameters
    ----------
    sill : float
        Variance of a point; sill and nugget together are 1. [1]
    between : array, shape (26, 26)
        Covariances of the neighbours, bordered by the condition that weights add up to 1. [1]
    toward : array, shape (26, factor * factor)
        Covariances of the neighbours with the fine centres, bordered likewise. [1]
    weights : array, shape (25, factor * factor)
        Of the neighbours where all are measured. [1]
    variance : array, shape (factor * factor,)
        Of the error there. [1]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    """

    sill: float
    between: NDArray[np.float64]
    toward: NDArray[np.float64]
    weights: NDArray[np.float64]
    variance: NDArray[np.float64]
    factor: int

    def __call__(self, coarse: Field) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predict the fine centres.

        Parameters
        ----------
        coarse : array, shape (h, w)
            NaN where nothing was measured. [K]

        Returns
        -------
        fine : array, shape (factor * h, factor * w)
            NaN where the coarse pixel is. [K]
        variance : array, shape (factor * h, factor * w)
            Of the error, in units of sill and nugget together; NaN likewise. [1]
        """
        padded = np.pad(coarse, REACH, constant_values=np.nan)
        around = np.lib.stride_tricks.sliding_window_view(padded, (WIDTH, WIDTH))
        around = around.reshape(-1, NEIGHBOURS).astype(np.float64)
        there = np.isfinite(around)
        values = np.where(there, around, 0.0)
        fine = values @ self.weights
        variance = np.tile(self.variance, (len(fine), 1))
        measured = there[:, CENTRE]
        fine[~measured] = variance[~measured] = np.nan
        for some in _alike(there, measured & ~there.all(axis=1)):
            fine[some], variance[some] = self._solve(values[some], there[some])
        return self._lay(fine, coarse.shape), self._lay(variance, coarse.shape)

    def _solve(
        self, values: Field, there: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Krige pixels with some of their neighbours; each set of neighbours is solved once."""
        patterns, which = np.unique(there, axis=0, return_inverse=True)
        inverse = invert(self.between, patterns)
        weights = inverse[:, :-1] @ self.toward
        explained = np.einsum("ip,nip->np", self.toward, inverse @ self.toward)
        fine = np.einsum("ni,nip->np", values, weights[which.ravel()])
        return fine, (self.sill - explained)[which.ravel()]

    def _lay(self, fine: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
        rows, columns = shape
        nested = fine.reshape(rows, columns, self.factor, self.factor).transpose(0, 2, 1, 3)
        return np.ascontiguousarray(nested).reshape(rows * self.factor, columns * self.factor)


def _alike(there: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Give chosen pixels in batches, those with the same neighbours together."""
    places = np.flatnonzero(chosen)
    code = there[places] @ (1 << np.arange(NEIGHBOURS))
    places = places[np.argsort(code, kind="stable")]
    return [places[start : start + BATCH] for start in range(0, places.size, BATCH)]


def invert(between: Field, there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Invert kriging systems from which neighbours are missing.

    Parameters
    ----------
    between : array, shape (26, 26)
        The bordered system of all neighbours.
    there : array of bool, shape (n, 25)
        Which neighbours each system has; at least one.

    Returns
    -------
    array, shape (n, 26, 26)
        Zero in the rows and columns of missing neighbours.
    """
    kept = np.pad(there, ((0, 0), (0, 1)), constant_values=True)
    both = kept[:, :, None] & kept[:, None, :]
    inverse = np.linalg.inv(np.where(both, between, np.eye(NEIGHBOURS + 1)))
    return np.where(both, inverse, 0.0)


def kriging_of(model: PointModel, factor: int) -> Kriging:
    """Solve ordinary area-to-point kriging on a regular grid, once for all pixels.

    Weights w and multiplier m of a fine centre x follow from ``sum_j w_j C(v_i, v_j) + m =
    C(v_i, x)`` for every neighbour v_i, and ``sum_j w_j = 1``. Without nugget the mean of the
    predictions inside a coarse pixel is its value, whichever neighbours are missing.

    Parameters
    ----------
    model : PointModel
        Only its scale, and its nugget relative to its sill, matter.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    Kriging

    References
    ----------
    .. [1] Kyriakidis, "A geostatistical framework for area-to-point spatial interpolation",
       Geographical Analysis, 2004, :doi:`10.1111/j.1538-4632.2004.tb01135.x`
    """
    noise = model.nugget / (model.sill + model.nugget) if model.nugget > 0 else 0.0
    between, toward = _systems(model.scale, factor, noise)
    whole = invert(between, np.ones((1, NEIGHBOURS), bool))[0] @ toward
    return Kriging(
        sill=1.0 - noise,
        between=between,
        toward=toward,
        weights=whole[:-1],
        variance=1.0 - noise - (toward * whole).sum(axis=0),
        factor=factor,
    )


def _systems(
    scale: float, factor: int, noise: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the covariances between neighbours, and toward fine centres, both bordered. [1]"""
    row, column = np.divmod(np.arange(NEIGHBOURS), WIDTH)
    lag = (1.0 - noise) * block_covariance(WIDTH, factor, scale)
    lag[0, 0] += noise
    between = np.ones((NEIGHBOURS + 1, NEIGHBOURS + 1))
    between[:-1, :-1] = lag[abs(row - row[:, None]), abs(column - column[:, None])]
    between[-1, -1] = 0.0
    points = block_point_covariance(np.arange(WIDTH) - REACH, factor, scale)
    toward = np.ones((NEIGHBOURS + 1, factor**2))
    toward[:-1] = (1.0 - noise) * points.reshape(NEIGHBOURS, factor**2)
    return between, toward
