"""What one scene with a known fine temperature says about a law, as normal equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import Footprint
from lstsr_core.nested import repeat, upsample_cubic
from lstsr_core.scene import GUIDE, factor_of
from lstsr_physics.law.bands import COARSE, RESTORED, fine_octaves
from lstsr_physics.law.detail import coarse_detail, fine_detail
from lstsr_physics.law.displacement import expected_shift
from lstsr_physics.law.law import Law, Octave
from lstsr_physics.law.slopes import slopes_of, view
from lstsr_physics.shift import realign_values

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.slopes import CoarseView, Slopes

BORDER: Final = 2
"""Coarse pixels left out at the border of a scene. [coarse pixel]"""
COARSE_PART: Final = COARSE[:1]
"""Octaves of the coarse grid that a law has a gain for: in broader ones MODIS itself knows better.
[coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Term:
    """One coefficient of a law: a gain or a restoration.

    Parameters
    ----------
    kind : {"gain", "restoration"}
        What it multiplies.
    sigma : float
        Narrower Gaussian of its octave. [coarse pixel]
    """

    kind: str
    sigma: float


@dataclass(frozen=True, kw_only=True)
class Study:
    """A scene made ready for many laws."""

    coarse: CoarseView
    slopes: Slopes
    guides: NDArray[np.float32]
    factor: int

    @classmethod
    def of(cls, scene: xr.DataTree, prior: Law) -> Study:
        """Lay the guides on the temperature, and learn slopes."""
        names = tuple(sorted(map(str, scene[GUIDE].data_vars)))
        shift = expected_shift(scene, names, prior)
        coarse = view(scene, names, shift, Footprint(mtf=prior.footprint_mtf))
        raw = [scene[GUIDE][name].to_numpy() for name in names]
        laid = [realign_values(guide, shift) if shift else guide for guide in raw]
        guides = np.stack(laid).astype(np.float32)
        return cls(coarse=coarse, slopes=slopes_of(coarse), guides=guides, factor=factor_of(scene))

    def detail(self, law: Law) -> Field:
        """Give what a law adds to the interpolated temperature, on the fine grid. [K]"""
        added = coarse_detail(self.coarse, self.slopes, law)
        fine: Field = upsample_cubic(added, self.factor)
        fine = fine + fine_detail(self.guides, self.slopes, law, self.factor)
        return fine

    def sharpen(self, law: Law) -> Field:
        """Give the sharpened temperature of a law without texture, on the fine grid. [K]"""
        sharp: Field = upsample_cubic(self.coarse.lst, self.factor) + self.detail(law)
        return sharp


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Moments of a scene: detail that each term gives with coefficient 1, and detail of the truth.

    Parameters
    ----------
    scene, place : str
        Scenes of one place share ground.
    terms : tuple of Term
        In the order of the moments.
    normal : array, shape (t, t)
        Mean products of the terms, their means taken off. [K2]
    right : array, shape (t,)
        The same with the truth less the interpolated temperature. [K2]
    variance : float
        Of the truth less the interpolated temperature. [K2]
    study : Study
        The scene, for what no moment holds.
    truth : array, shape (factor * h, factor * w)
        NaN where it is not compared. [K]
    """

    scene: str
    place: str
    terms: tuple[Term, ...]
    normal: NDArray[np.float64]
    right: NDArray[np.float64]
    variance: float
    study: Study
    truth: NDArray[np.float32]


def terms_of(factor: int) -> tuple[Term, ...]:
    """List the terms of a law for scenes of a factor."""
    octaves = (*fine_octaves(factor), *COARSE_PART)
    gains = (Term(kind="gain", sigma=sigma) for sigma in octaves)
    restored = (Term(kind="restoration", sigma=sigma) for sigma in RESTORED)
    return (*gains, *restored)


def law_of(terms: tuple[Term, ...], coefficients: Field, coarse_pixel: float = 0.0) -> Law:
    """Give the law of coefficients; what has no term is 0."""
    known = {(t.kind, t.sigma): float(c) for t, c in zip(terms, coefficients, strict=True)}
    sigmas = sorted({t.sigma for t in terms if t.kind != "restoration"})
    octaves = tuple(Octave(sigma=sigma, gain=known["gain", sigma]) for sigma in sigmas)
    restored = {t.sigma: known[t.kind, t.sigma] for t in terms if t.kind == "restoration"}
    return Law(coarse_pixel=coarse_pixel, octaves=octaves, restoration=restored)


def gather(scene: xr.DataTree, truth: Field, *, place: str, prior: Law) -> Evidence:
    """Compare a scene with its truth.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene with guides.
    truth : array, shape (factor * h, factor * w)
        Temperature on its fine grid, NaN where there is none. [K]
    place : str
        Name of the ground that it shows.
    prior : Law
        Expected displacement of the guides.

    Returns
    -------
    Evidence
    """
    study = Study.of(scene, prior)
    terms = terms_of(study.factor)
    compared = _compared(study, truth)
    wanted = (truth - upsample_cubic(study.coarse.lst, study.factor))[compared]
    layers = [study.detail(unit)[compared] for unit in _units(terms)]
    x, y = np.stack(layers).astype(np.float64), wanted - wanted.mean()
    x -= x.mean(axis=1, keepdims=True)
    return Evidence(
        scene=str(scene.name),
        place=place,
        terms=terms,
        normal=x @ x.T / y.size,
        right=x @ y / y.size,
        variance=float(y @ y / y.size),
        study=study,
        truth=np.where(compared, truth, np.nan).astype(np.float32),
    )


def _compared(study: Study, truth: Field) -> NDArray[np.bool_]:
    """Tell where a truth is compared: off the border, where all is measured."""
    edge = BORDER * study.factor
    inner = np.zeros(truth.shape, bool)
    inner[edge:-edge, edge:-edge] = True
    measured = repeat(np.isfinite(study.coarse.lst), study.factor)
    compared: NDArray[np.bool_] = inner & measured & np.isfinite(truth)
    return compared


def _units(terms: tuple[Term, ...]) -> list[Law]:
    """Give for each term the law in which it alone is 1."""
    return [law_of(terms, row) for row in np.eye(len(terms))]
