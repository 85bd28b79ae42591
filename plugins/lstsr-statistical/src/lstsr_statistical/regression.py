"""Sharpeners that carry a regression of temperature on guides from the coarse to the fine grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lstsr_core.nested import repeat
from lstsr_core.scene import GUIDE
from lstsr_core.strips import strips_of
from lstsr_statistical.linear import Surface, fit_surface
from lstsr_statistical.options import AS_PUBLISHED, RegressionOptions
from lstsr_statistical.residual import add_back, add_back_as_blocks
from lstsr_statistical.samples import block_power_mean, learn_from
from lstsr_statistical.spread import unseen_spread
from lstsr_statistical.windows import LocalSurface, fit_windows

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_statistical.predictors import Layout
    from lstsr_statistical.samples import Samples

    Learned: TypeAlias = Surface | LocalSurface

COVER_EXPONENT = 0.625
"""Exponent between NDVI and vegetation cover (Choudhury 1994, used by TsHARP). [1]"""


@dataclass(frozen=True, kw_only=True)
class Regressor:
    """A Predictor that adds the regression's detail to the interpolated temperature.

    Parameters
    ----------
    surface : Surface or LocalSurface
        Temperature as a function of the predictors.
    layout : Layout
        How guides become predictors.
    cover : int
        Which predictor is NDVI and becomes vegetation cover; -1 for none.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    guided, unguided : float
        Standard uncertainty where every guide is there, and where one is missing. [K]
    options : RegressionOptions
        How the residual is added back.
    """

    surface: Learned
    layout: Layout
    cover: int
    factor: int
    guided: float
    unguided: float
    options: RegressionOptions

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        predictors = with_cover(self.layout.expand_as(guides, np.float32), self.cover)
        predicted = self.surface(predictors)
        coarse = lst.astype(np.float64)
        if self.options.reference_quirks:
            seen = self.surface(block_power_mean(predictors, self.factor))
            fine: Field = add_back_as_blocks(predicted, coarse, self.factor, seen)
        else:
            fine = add_back(predicted, coarse, self.factor, exact=self.options.exact)
        sigma = np.where(np.isfinite(predicted), self.guided, self.unguided)
        sigma[~repeat(valid, self.factor)] = np.nan
        return fine.astype(np.float32), sigma.astype(np.float32)

    def at(self, row: int, column: int) -> Regressor | PlacedRegressor:
        """Give the Predictor of the tile that starts here."""
        if isinstance(self.surface, Surface):
            return self
        return PlacedRegressor(whole=self, row=row, column=column)


@dataclass(frozen=True, kw_only=True)
class PlacedRegressor:
    """A Regressor whose windows are cut out as soon as a tile says how large it is."""

    whole: Regressor
    row: int
    column: int

    def __call__(
        self,
        lst: NDArray[np.float32],
        guides: NDArray[np.float32],
        valid: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Sharpen one tile; see `lstsr_core.Predictor`."""
        rows = slice(self.row, self.row + lst.shape[0])
        columns = slice(self.column, self.column + lst.shape[1])
        surface = self.whole.surface
        here = surface.cut(rows, columns) if isinstance(surface, LocalSurface) else surface
        return replace(self.whole, surface=here)(lst, guides, valid)


def with_cover(predictors: Field, place: int) -> Field:
    """Turn the predictor at this place from NDVI to vegetation cover; -1 for none."""
    if place < 0:
        return predictors
    changed = predictors.copy()
    for strip in strips_of(predictors.shape):
        changed[place, strip.inner] = cover(predictors[place, strip.inner])
    return changed


def cover(ndvi: Field) -> Field:
    """Give the vegetation cover that goes with an NDVI, rising with it. [1]"""
    result: Field = 1.0 - np.maximum(1.0 - ndvi, 0.0) ** COVER_EXPONENT
    return result


def prepare_tsharp(scene: xr.DataTree, options: RegressionOptions = AS_PUBLISHED) -> Regressor:
    """Fit temperature as a line in vegetation cover, ``1 - (1 - NDVI)^0.625``, and other guides.

    References
    ----------
    .. [1] Agam et al., "A vegetation index based technique for spatial sharpening of thermal
       imagery", Remote Sensing of Environment, 2007, :doi:`10.1016/j.rse.2006.10.006`
    """
    names = ("ndvi", *others(scene, "ndvi"))
    samples = learn_from(scene, names, "tsharp", power_mean=options.reference_quirks)
    place = -1 if options.reference_quirks else 0
    covered = with_cover(samples.predictors, place).astype(np.float64, copy=False)
    samples = replace(samples, predictors=covered)
    return regressor(samples, 1, options, cover=place)


def prepare_distrad(scene: xr.DataTree, options: RegressionOptions = AS_PUBLISHED) -> Regressor:
    """Fit temperature as a polynomial, of second order by default, in all guides.

    References
    ----------
    .. [1] Kustas et al., "Estimating subpixel surface temperatures and energy fluxes from the
       vegetation index-radiometric temperature relationship", Remote Sensing of Environment,
       2003, :doi:`10.1016/S0034-4257(03)00036-1`
    """
    samples = learn_from(scene, others(scene), "distrad", power_mean=options.reference_quirks)
    return regressor(samples, 2, options)


def prepare_huts(scene: xr.DataTree, options: RegressionOptions = AS_PUBLISHED) -> Regressor:
    """Fit the 15 coefficients of a polynomial of fourth order in NDVI and albedo.

    References
    ----------
    .. [1] Dominguez et al., "High-resolution urban thermal sharpener (HUTS)", Remote Sensing of
       Environment, 2011, :doi:`10.1016/j.rse.2011.03.008`
    """
    samples = learn_from(scene, ("ndvi", "albedo"), "huts", power_mean=options.reference_quirks)
    return regressor(samples, 4, options)


def others(scene: xr.DataTree, *first: str) -> tuple[str, ...]:
    """Give the guides of a scene but those named, in alphabetical order."""
    return tuple(sorted({str(name) for name in scene[GUIDE].data_vars} - set(first)))


def regressor(
    samples: Samples, degree: int, options: RegressionOptions, *, cover: int = -1
) -> Regressor:
    """Fit a polynomial of a degree and judge what it leaves unknown."""
    surface = learn(samples, degree, options)
    return Regressor(
        surface=surface,
        layout=samples.layout,
        cover=cover,
        factor=samples.factor,
        guided=unseen_spread(_missed(samples, surface), samples.factor),
        unguided=unseen_spread(samples.lst, samples.factor),
        options=options,
    )


def _missed(samples: Samples, surface: Learned) -> Field:
    """Give what a surface leaves of the coarse temperature, shape (h, w). [K]"""
    if isinstance(surface, LocalSurface):
        return samples.lst - surface.coarse(samples.predictors)
    left = np.empty(samples.lst.shape)
    for strip in strips_of(left.shape):
        rows = strip.inner
        left[rows] = samples.lst[rows] - surface(samples.predictors[:, rows])
    return left


def learn(samples: Samples, degree: int, options: RegressionOptions) -> Learned:
    """Fit one surface for the scene, or one around every coarse pixel."""
    if options.window:
        return fit_windows(samples, options.window, weighted=options.weighted)
    return fit_surface(samples, degree=options.degree or degree, weighted=options.weighted)
