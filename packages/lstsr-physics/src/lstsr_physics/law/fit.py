"""A law is fitted on scenes with a known fine temperature, and judged on places it never saw."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SceneError
from lstsr_core.nested import upsample_linear
from lstsr_physics.law.bands import TURN, fine_octaves, mean_around, split_fine
from lstsr_physics.law.detail import guide_energy
from lstsr_physics.law.evidence import law_of
from lstsr_physics.law.law import Spread
from lstsr_physics.law.variance import variance_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.evidence import Evidence
    from lstsr_physics.law.law import Law, Octave

RIDGE: Final = 1e-3
"""Share of a term's variance that keeps octaves which resemble each other apart. [1]"""
STEADY: Final = 0.3
"""Variance added to the weights of the fit of a spread, so that calm places do not rule it. [K2]"""
EVERY: Final = 7
"""Every so many pixels are enough for the fit of a spread. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """How well a law does on a scene that it was not fitted on.

    Parameters
    ----------
    scene, place : str
        The scene, and the ground that it shows.
    error, interpolated : float
        Root mean square errors of the law and of cubic interpolation, means taken off. [K]
    """

    scene: str
    place: str
    error: float
    interpolated: float


def fit_law(evidence: Sequence[Evidence], prior: Law) -> Law:
    """Fit gains, restoration, texture and spread.

    Parameters
    ----------
    evidence : sequence of Evidence
        Of scenes with one factor.
    prior : Law
        Gives coarse pixel, expected displacement and provenance.

    Returns
    -------
    Law

    Raises
    ------
    SceneError
        ``NO_SCENES_TO_FIT`` without evidence.
    """
    if not evidence:
        raise SceneError(
            "NO_SCENES_TO_FIT",
            found="no scene with a reference",
            expected="at least one",
            remedy="give scenes with a /reference, such as simulated ones",
        )
    law = fit_gains(evidence, prior)
    law = replace(law, octaves=_with_errors(law, evidence))
    law = replace(law, octaves=_with_texture(law, evidence))
    return replace(law, spread=_fit_spread(law, evidence))


def judge(evidence: Sequence[Evidence], prior: Law) -> tuple[Judged, ...]:
    """Fit gains without each place in turn, and score them there."""
    judged = []
    for place in sorted({one.place for one in evidence}):
        law = fit_gains([one for one in evidence if one.place != place], prior)
        judged += [_judge(one, law) for one in evidence if one.place == place]
    return tuple(judged)


def _judge(one: Evidence, law: Law) -> Judged:
    return Judged(
        scene=one.scene,
        place=one.place,
        error=error_of(one, law),
        interpolated=float(np.sqrt(one.variance)),
    )


def error_of(one: Evidence, law: Law) -> float:
    """Give the root mean square error of a law on a scene, means taken off. [K]"""
    gains = {("gain", octave.sigma): octave.gain for octave in law.octaves}
    gains |= {("restoration", sigma): share for sigma, share in law.restoration.items()}
    c = np.array([gains[term.kind, term.sigma] for term in one.terms])
    return float(np.sqrt(one.variance - 2 * c @ one.right + c @ one.normal @ c))


def fit_gains(evidence: Sequence[Evidence], prior: Law) -> Law:
    """Solve the normal equations; a gain below 0 is taken as 0, and the others again."""
    terms = evidence[0].terms
    normal, right = moments(evidence)
    free = np.ones(len(terms), bool)
    while True:
        solved = np.zeros(len(terms))
        solved[free] = np.linalg.solve(normal[np.ix_(free, free)], right[free])
        below = np.array([t.kind == "gain" for t in terms]) & (solved < 0)
        if not below.any():
            break
        free &= ~below
    law = law_of(terms, solved)
    return replace(
        law,
        coarse_pixel=prior.coarse_pixel,
        displacement=prior.displacement,
        provenance=prior.provenance,
    )


def moments(evidence: Sequence[Evidence]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average the normal equations of scenes so that every place counts the same."""
    scenes = Counter(one.place for one in evidence)
    weights = np.array([1.0 / scenes[one.place] for one in evidence]) / len(scenes)
    normal = np.einsum("e,eij->ij", weights, [one.normal for one in evidence])
    right = np.einsum("e,ei->i", weights, [one.right for one in evidence])
    return normal + RIDGE * np.diag(np.diag(normal)), right


def _with_errors(law: Law, evidence: Sequence[Evidence]) -> tuple[Octave, ...]:
    """Give gains their standard errors, by leaving out each place in turn (jackknife)."""
    places = sorted({one.place for one in evidence})
    if len(places) == 1:
        return law.octaves
    without = [fit_gains([one for one in evidence if one.place != place], law) for place in places]
    gains = np.array([[octave.gain for octave in other.octaves] for other in without])
    count = len(places)
    errors = np.sqrt((count - 1) / count * ((gains - gains.mean(axis=0)) ** 2).sum(axis=0))
    return tuple(
        replace(octave, gain_error=float(error))
        for octave, error in zip(law.octaves, errors, strict=True)
    )


def _with_texture(law: Law, evidence: Sequence[Evidence]) -> tuple[Octave, ...]:
    """Give octaves the amplitude of nature over that of the law, the median of all scenes."""
    factor = evidence[0].study.factor
    ratios = np.median([_amplitude_ratios(law, one) for one in evidence], axis=0)
    raised = dict(zip(fine_octaves(factor), ratios, strict=True))
    return tuple(
        replace(octave, texture=float(raised.get(octave.sigma, 1.0))) for octave in law.octaves
    )


def _amplitude_ratios(law: Law, one: Evidence) -> NDArray[np.float64]:
    compared = np.isfinite(one.truth)
    sharp = np.where(compared, one.study.sharpen(law), np.nan).astype(np.float32)
    pairs = zip(
        split_fine(one.truth, one.study.factor), split_fine(sharp, one.study.factor), strict=True
    )
    return np.array([truth[compared].std() / ours[compared].std() for truth, ours in pairs])


def _fit_spread(law: Law, evidence: Sequence[Evidence]) -> Spread:
    """Explain squared errors by the variances that a scene shows, none of them negatively."""
    from scipy.optimize import nnls

    rows, errors = zip(*(_spread_samples(law, one) for one in evidence), strict=True)
    x, y = np.concatenate(rows), np.concatenate(errors)
    weight = 1.0 / (STEADY + x[:, 1])
    floor, thermal, guide = nnls(x * weight[:, None], y * weight)[0]
    return Spread(floor=float(floor), thermal=float(thermal), guide=float(guide))


def _spread_samples(law: Law, one: Evidence) -> tuple[Field, Field]:
    study, compared = one.study, np.isfinite(one.truth)
    error = study.sharpen(law)[compared] - one.truth[compared]
    energy = guide_energy(study.guides, study.slopes, law, study.factor)
    variances = (
        upsample_linear(variance_around(study.coarse), study.factor),
        mean_around(energy, TURN * study.factor),
    )
    columns = [np.ones(error.size), *(variance[compared] for variance in variances)]
    return np.stack(columns, axis=1)[::EVERY], ((error - error.mean()) ** 2)[::EVERY]
