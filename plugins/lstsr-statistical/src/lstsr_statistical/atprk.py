"""Regression on guides, its residual brought to fine pixels by area-to-point kriging."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_statistical.deconvolution import deconvolve
from lstsr_statistical.kriging import REACH, Kriging, kriging_of
from lstsr_statistical.linear import REACH as FOLLOWED
from lstsr_statistical.linear import Surface, fit_surface
from lstsr_statistical.options import KrigingOptions
from lstsr_statistical.regression import others
from lstsr_statistical.samples import POWER, learn_from
from lstsr_statistical.semivariogram import semivariogram_of
from lstsr_statistical.spread import unseen_spread
from lstsr_statistical.windows import LocalSurface, fit_windows

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.predictors import Layout
    from lstsr_statistical.samples import Samples

    Learned: TypeAlias = Surface | LocalSurface
    Pair: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]

DEFAULT = KrigingOptions()
"""What both methods do unless told otherwise."""
WINDOW = 5
"""Edge of the moving window of AATPRK. [coarse pixel]"""
ANYWHERE = 1e6
"""How far predictors are followed where the reference does not bound them, in ranges. [1]"""


@dataclass(frozen=True, kw_only=True)
class KrigingRegressor:
    """A Predictor that adds the kriged coarse residual to a regression on the fine guides.

    Where a guide is missing there is no regression, and the interpolated temperature stands.

    Parameters
    ----------
    surface : Surface or LocalSurface
        Temperature as a function of the predictors.
    layout : Layout
        How guides become predictors.
    kriging : Kriging
        Brings the coarse residual to the fine pixels.
    variance : float
        What a kriging variance of 1 stands for. [K2]
    unguided : float
        Standard uncertainty where a guide is missing. [K]
    quirks : bool
        Whether the errors of the reference are repeated.
    row, column : int
        Where the tile starts in the scene. [coarse pixel]
    """

    surface: Learned
    layout: Layout
    kriging: Kriging
    variance: float
    unguided: float
    quirks: bool = False
    row: int = 0
    column: int = 0

    def at(self, row: int, column: int) -> KrigingRegressor:
        """Give the Predictor of the tile that starts here."""
        return replace(self, row=row, column=column)

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        coarse, factor = lst.astype(np.float64), self.kriging.factor
        predictors = self.layout.expand(guides)
        surface = self._surface(lst.shape)
        predicted = surface(predictors)
        if self.quirks:
            residual, variance = self._bare(coarse - see_power(surface, predictors, factor))
        else:
            residual, variance = self.kriging(coarse - block_mean(predicted, factor))
        fine = predicted + residual
        there = np.isfinite(fine)
        fine = np.where(there, fine, upsample_cubic(coarse, factor))
        sigma = np.where(there, np.sqrt(self.variance * np.maximum(variance, 0.0)), self.unguided)
        sigma[~repeat(valid, factor)] = np.nan
        return fine.astype(np.float32), sigma.astype(np.float32)

    def _surface(self, shape: tuple[int, ...]) -> Learned:
        if isinstance(self.surface, Surface):
            return self.surface
        rows, columns = shape
        return self.surface.cut(
            slice(self.row, self.row + rows), slice(self.column, self.column + columns)
        )

    def _bare(self, residual: Field) -> Pair:
        """Krige, and leave the outermost pixels without residual, as the reference does.

        Inside a scene they belong to the margin of a tile and are cut off.
        """
        inner = np.zeros(residual.shape, bool)
        inner[REACH:-REACH, REACH:-REACH] = True
        inner = repeat(inner, self.kriging.factor)
        fine, variance = self.kriging(residual)
        return np.where(inner, fine, 0.0), np.where(inner, variance, 1.0)


def see_power(surface: Learned, predictors: Field, factor: int) -> Field:
    """Predict the coarse temperature from power means, as the reference does. [K]"""
    means = block_mean(predictors**POWER, factor) ** (1 / POWER)
    return see_coarse(surface, means)


def see_coarse(surface: Learned, means: Field) -> Field:
    """Predict the coarse temperature from coarse predictors, shape (p, h, w). [K]"""
    return surface.coarse(means) if isinstance(surface, LocalSurface) else surface(means)


def prepare_atprk(scene: xr.DataTree, options: KrigingOptions = DEFAULT) -> KrigingRegressor:
    """Fit one plane in all guides, and the semivariogram of what it leaves.

    References
    ----------
    .. [1] Wang et al., "Downscaling MODIS images with area-to-point regression kriging", Remote
       Sensing of Environment, 2015, :doi:`10.1016/j.rse.2015.06.003`
    """
    return _prepare(scene, "atprk", options)


def prepare_aatprk(scene: xr.DataTree, options: KrigingOptions = DEFAULT) -> KrigingRegressor:
    """Fit a plane in all guides around every coarse pixel, and the semivariogram of the rest.

    References
    ----------
    .. [1] Wang, Shi & Atkinson, "Area-to-point regression kriging for pan-sharpening", ISPRS
       Journal of Photogrammetry and Remote Sensing, 2016, :doi:`10.1016/j.isprsjprs.2016.02.006`
    """
    return _prepare(scene, "aatprk", replace(options, window=options.window or WINDOW))


def _prepare(scene: xr.DataTree, model: str, options: KrigingOptions) -> KrigingRegressor:
    quirks = options.reference_quirks
    samples = learn_from(scene, others(scene), model, power_mean=quirks)
    surface = _learn(samples, options)
    residual = samples.lst - see_coarse(surface, samples.predictors)
    found = semivariogram_of(residual)
    points = deconvolve(found, samples.factor, noisy=not (options.exact or quirks))
    kriging = kriging_of(points, samples.factor)
    return KrigingRegressor(
        surface=surface,
        layout=samples.layout,
        kriging=kriging,
        variance=unseen_spread(residual, samples.factor) ** 2 / float(kriging.variance.mean()),
        unguided=unseen_spread(samples.lst, samples.factor),
        quirks=quirks,
    )


def _learn(samples: Samples, options: KrigingOptions) -> Learned:
    reach = ANYWHERE if options.reference_quirks else FOLLOWED
    if options.window:
        return fit_windows(samples, options.window, weighted=options.weighted, reach=reach)
    return fit_surface(samples, weighted=options.weighted, reach=reach)
