"""Sharpeners that carry a regression of temperature on NDVI from the coarse to the fine grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core.nested import block_coverage, block_mean, repeat, upsample_cubic
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_statistical.spread import unseen_spread

if TYPE_CHECKING:
    from collections.abc import Callable

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

COVER_EXPONENT = 0.625
"""Exponent between NDVI and vegetation cover (Choudhury 1994, used by TsHARP). [1]"""
LEAST_COVERAGE = 0.5
"""Share of a coarse pixel that its guide has to cover to take part in the fit. [1]"""
FEWEST = 8
"""Coarse pixels below which nothing is fitted. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A polynomial in one predictor, continued by its tangent outside of the fitted range.

    Parameters
    ----------
    coefficients : tuple of float
        Highest order first, as `numpy.polyval` takes them.
    low, high : float
        Range of the predictor in the fit.
    """

    coefficients: tuple[float, ...]
    low: float
    high: float

    def __call__(self, predictor: Field) -> Field:
        """Evaluate at an array of any shape; NaN stays NaN. [K]"""
        inside = np.clip(predictor, self.low, self.high)
        slope = np.polyval(np.polyder(np.asarray(self.coefficients)), inside)
        value: Field = np.polyval(self.coefficients, inside) + slope * (predictor - inside)
        return value


@dataclass(frozen=True, kw_only=True)
class Regressor:
    """A Predictor that adds the regression's detail to the interpolated temperature.

    ``T_f = U(T_c) + r(N_f) - U(A(r(N_f)))`` with U the cubic upsampling and A the block mean:
    the regression at the fine scale with the coarse residual interpolated and added back. Where
    the guide is missing the detail is zero.

    Parameters
    ----------
    line : Line
        Temperature as a function of the predictor.
    transform : callable
        NDVI to the predictor.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    guided, unguided : float
        Standard uncertainty where the guide is there, and where it is missing. [K]
    """

    line: Line
    transform: Callable[[Field], Field]
    factor: int
    guided: float
    unguided: float

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        ndvi = guides[0].astype(np.float64)
        predicted = self.line(self.transform(ndvi))
        detail = predicted - upsample_cubic(block_mean(predicted, self.factor), self.factor)
        there = np.isfinite(detail)
        fine = upsample_cubic(lst.astype(np.float64), self.factor) + np.where(there, detail, 0.0)
        sigma = np.where(there, self.guided, self.unguided)
        sigma[~repeat(valid, self.factor)] = np.nan
        return fine.astype(np.float32), sigma.astype(np.float32)


def prepare_tsharp(scene: xr.DataTree) -> Regressor:
    """Fit temperature as a line in vegetation cover, ``1 - (1 - NDVI)^0.625``.

    References
    ----------
    .. [1] Agam et al., "A vegetation index based technique for spatial sharpening of thermal
       imagery", Remote Sensing of Environment, 2007, :doi:`10.1016/j.rse.2006.10.006`
    """
    return _prepare(scene, transform=cover, degree=1)


def prepare_distrad(scene: xr.DataTree) -> Regressor:
    """Fit temperature as a second-order polynomial in NDVI.

    References
    ----------
    .. [1] Kustas et al., "Estimating subpixel surface temperatures and energy fluxes from the
       vegetation index-radiometric temperature relationship", Remote Sensing of Environment,
       2003, :doi:`10.1016/S0034-4257(03)00036-1`
    """
    return _prepare(scene, transform=same, degree=2)


def cover(ndvi: Field) -> Field:
    """Give the vegetation cover that goes with an NDVI, rising with it. [1]"""
    result: Field = 1.0 - np.maximum(1.0 - ndvi, 0.0) ** COVER_EXPONENT
    return result


def same(ndvi: Field) -> Field:
    """Give NDVI as it is. [1]"""
    return ndvi


def _prepare(scene: xr.DataTree, *, transform: Callable[[Field], Field], degree: int) -> Regressor:
    factor = factor_of(scene)
    lst = scene[COARSE][LST].to_numpy().astype(np.float64)
    predictor = _coarse_predictor(scene, factor, transform)
    line = fit(predictor, lst, degree)
    return Regressor(
        line=line,
        transform=transform,
        factor=factor,
        guided=unseen_spread(lst - line(predictor), factor),
        unguided=unseen_spread(lst, factor),
    )


def _coarse_predictor(
    scene: xr.DataTree, factor: int, transform: Callable[[Field], Field]
) -> NDArray[np.float64]:
    """Give the predictor from the mean NDVI of each sufficiently covered coarse pixel."""
    ndvi = scene[GUIDE]["ndvi"].to_numpy()
    mean = block_mean(ndvi, factor).astype(np.float64)
    mean[block_coverage(ndvi, factor) < LEAST_COVERAGE] = np.nan
    return transform(mean).astype(np.float64)


def fit(predictor: Field, lst: Field, degree: int) -> Line:
    """Fit a polynomial by least squares.

    Parameters
    ----------
    predictor : array, shape (h, w)
        NaN where there is none. [1]
    lst : array, shape (h, w)
        Coarse temperature, NaN where there is none. [K]
    degree : int
        Highest order. [1]

    Returns
    -------
    Line
        The constant mean where the pixels are too few, or the predictor does not vary.
    """
    both = np.isfinite(predictor) & np.isfinite(lst)
    x, y = predictor[both], lst[both]
    if x.size < FEWEST or np.ptp(x) < 1e-6 * max(1.0, float(np.abs(x).max())):
        middle = float(np.nanmean(lst))
        return Line(coefficients=(0.0, middle), low=0.0, high=1.0)
    coefficients = np.polyfit(x - x.mean(), y, degree)
    shifted = np.polynomial.Polynomial(coefficients[::-1])(np.polynomial.Polynomial([-x.mean(), 1]))
    return Line(
        coefficients=tuple(float(c) for c in shifted.coef[::-1]),
        low=float(x.min()),
        high=float(x.max()),
    )
