"""Forms that a law may take, fitted alike and judged on places that they never saw."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.law.bands import WAVELENGTH
from lstsr_physics.law.fit import moments
from lstsr_physics.law.slopes import slopes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.evidence import Evidence, Term

    Coefficients = Callable[[NDArray[np.float64], tuple[Term, ...], float], Field]

MIDDLE: Final = 0.3
"""Octave whose gain a power law starts from. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Form:
    """A way to write the coefficients of a law by fewer numbers.

    Parameters
    ----------
    name, meaning : str
        For tables.
    start : callable
        ``start(terms)``: numbers to begin with.
    coefficients : callable
        ``coefficients(numbers, terms, steepness)``: one a term, for a scene of this steepness.
    by_scene : bool
        Whether the coefficients depend on the steepness.
    """

    name: str
    meaning: str
    start: Callable[[tuple[Term, ...]], tuple[float, ...]]
    coefficients: Coefficients
    by_scene: bool = False


def judge_form(form: Form, evidence: Sequence[Evidence]) -> dict[str, float]:
    """Give each scene's error over that of interpolation, its place left out of the fit. [1]"""
    steepness = {one.scene: steepness_of(one) for one in evidence}
    ratios = {}
    for place in sorted({one.place for one in evidence}):
        numbers = fit_form(form, [one for one in evidence if one.place != place], steepness)
        for one in (one for one in evidence if one.place == place):
            c = form.coefficients(numbers, one.terms, steepness[one.scene])
            error = float(one.variance - 2 * c @ one.right + c @ one.normal @ c)
            ratios[one.scene] = math.sqrt(max(error, 0.0) / one.variance)
    return ratios


def fit_form(
    form: Form, evidence: Sequence[Evidence], steepness: dict[str, float]
) -> NDArray[np.float64]:
    """Find the numbers of a form that leave least error, every place counting the same."""
    from scipy.optimize import minimize

    terms = evidence[0].terms
    start = np.array(form.start(terms))
    if not start.size:
        return start
    normal, right = moments(evidence)
    count = Counter(one.place for one in evidence)

    def loss_alike(numbers: NDArray[np.float64]) -> float:
        c = form.coefficients(numbers, terms, 0.0)
        return float(c @ normal @ c - 2 * c @ right)

    def loss_each(numbers: NDArray[np.float64]) -> float:
        total = 0.0
        for one in evidence:
            c = form.coefficients(numbers, terms, steepness[one.scene])
            total += float(c @ one.normal @ c - 2 * c @ one.right) / count[one.place]
        return total / len(count)

    loss = loss_each if form.by_scene else loss_alike
    found: NDArray[np.float64] = minimize(loss, start, method="BFGS").x
    return found


def steepness_of(one: Evidence) -> float:
    """Give the logarithm of the slope of the next coarser octave over the finest coarse one. [1]"""
    coarse = one.study.coarse
    fine, broad = (slopes_of(coarse, broad=width).scene for width in (1.2, 2.4))
    ratio = float(np.abs(broad).sum() / max(np.abs(fine).sum(), 1e-9))
    return math.log(min(max(ratio, 0.1), 10.0))


def _invariant(_: Field, terms: tuple[Term, ...], __: float) -> Field:
    return np.array(
        [1.0 if term.kind == "gain" and term.sigma <= MIDDLE else 0.0 for term in terms]
    )


def _constant(numbers: Field, terms: tuple[Term, ...], _: float) -> Field:
    return np.where([term.kind == "gain" for term in terms], np.maximum(numbers, 0.0), numbers)


def _power(numbers: Field, terms: tuple[Term, ...], _: float) -> Field:
    restored = iter(numbers[2:])
    return np.array(
        [
            numbers[0] * (term.sigma / MIDDLE) ** numbers[1]
            if term.kind == "gain"
            else next(restored)
            for term in terms
        ]
    )


def _slopes(numbers: Field, terms: tuple[Term, ...], steepness: float) -> Field:
    plain, changed = numbers[: len(terms)], iter(numbers[len(terms) :])
    change = [next(changed) if term.kind == "gain" else 0.0 for term in terms]
    return plain + steepness * np.array(change)


def _wiener(numbers: Field, terms: tuple[Term, ...], _: float) -> Field:
    """``W = m / (m^2 + n)`` restores, ``1 - m W`` is left to the guide."""
    width, noise, gain, power = np.abs(numbers[0]), np.abs(numbers[1]), numbers[2], numbers[3]
    found = []
    for term in terms:
        wavelength = WAVELENGTH * term.sigma
        passed = math.exp(-2 * (math.pi * width / wavelength) ** 2)
        restored = passed / (passed**2 + noise / wavelength**2)
        if term.kind == "gain":
            scale = gain * (term.sigma / MIDDLE) ** power
            found.append(scale * max(1.0 - passed * restored, 0.0))
        else:
            found.append(restored - 1.0)
    return np.array(found)


def _gains(terms: tuple[Term, ...]) -> int:
    return sum(term.kind == "gain" for term in terms)


FORMS: Final = (
    Form(
        name="invariant",
        meaning="the coarse slope at every scale, nothing restored",
        start=lambda _: (),
        coefficients=_invariant,
    ),
    Form(
        name="constant",
        meaning="a constant ratio per octave",
        start=lambda terms: (0.5,) * len(terms),
        coefficients=_constant,
    ),
    Form(
        name="power",
        meaning="gain a power of the wavelength",
        start=lambda terms: (0.5, 0.5) + (0.0,) * (len(terms) - _gains(terms)),
        coefficients=_power,
    ),
    Form(
        name="slopes",
        meaning="ratios that depend on how the scene's slope changes from octave to octave",
        start=lambda terms: (0.5,) * len(terms) + (0.0,) * _gains(terms),
        coefficients=_slopes,
        by_scene=True,
    ),
    Form(
        name="wiener",
        meaning="Wiener filter of footprint and noise; the guide fills what it leaves",
        start=lambda _: (0.3, 0.3, 1.0, 0.5),
        coefficients=_wiener,
    ),
)
"""The forms that are compared."""
