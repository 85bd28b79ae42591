"""Scores of many scenes become one number for each model."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_runtime.bench.score import GEOMETRIC
from lstsr_runtime.bench.significance import best_of, compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.referee import BenchProtocol
    from lstsr_runtime.bench.rows import Row
    from lstsr_runtime.bench.significance import Comparison

BASELINE: Final = "bicubic"
"""Model that the others are compared with."""
RATIO: Final = "ratio"
"""Mean leading score over that of the baseline. [1]"""
PACKAGES: Final = (
    "lstsr-core",
    "lstsr-data",
    "lstsr-physics",
    "lstsr-runtime",
    "lstsr-statistical",
    "numpy",
    "rasterio",
    "xarray",
)
"""Packages whose versions are kept with the scores."""


def mean_scores(rows: Iterable[Row], leading: str = "ubrmse") -> dict[str, dict[str, float]]:
    """Average the scores of each model over its scenes.

    Parameters
    ----------
    rows : iterable of Row
        Scores of scenes and models.
    leading : str
        Score that models are compared by. [K]

    Returns
    -------
    dict of str to dict
        For each model, in order, its mean scores and the ratio of its leading score to that of
        the baseline (`BASELINE` if it was scored, else the first model) on the scenes of both.
    """
    by_model: dict[str, dict[str, Mapping[str, float]]] = {}
    for row in rows:
        by_model.setdefault(row.model, {})[row.scene] = row.scores
    means = {model: _means(list(scores.values())) for model, scores in by_model.items()}
    if means:
        against = by_model[baseline_of(list(means))]
        for model, mean in means.items():
            mean[RATIO] = _ratio(by_model[model], against, leading)
    return means


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: _mean(name, [score[name] for score in scores]) for name in scores[0]}


def _mean(name: str, values: Sequence[float]) -> float:
    known = np.array([value for value in values if math.isfinite(value)])
    if known.size == 0:
        return math.nan
    if name.startswith(GEOMETRIC):
        return float(np.exp(np.log(np.maximum(known, np.finfo(np.float64).tiny)).mean()))
    return float(known.mean())


def _ratio(
    own: Mapping[str, Mapping[str, float]], other: Mapping[str, Mapping[str, float]], leading: str
) -> float:
    shared = [scene for scene in own if scene in other]
    above, below = (sum(scores[scene][leading] for scene in shared) for scores in (own, other))
    return above / below if below > 0 else math.nan


def baseline_of(models: Sequence[str]) -> str:
    """Give the model that the others are compared with."""
    return BASELINE if BASELINE in models else models[0]


def places_of(table: Sequence[Placed]) -> dict[str, str]:
    """Give the place of each scene of a split."""
    return {placed.scene: placed.place for placed in table}


def comparisons(
    rows: Sequence[Row], place_of: Mapping[str, str], leading: str
) -> tuple[Comparison, ...]:
    """Compare every model with the baseline, and with the best where that is another."""
    models = list(dict.fromkeys(row.model for row in rows))
    against = dict.fromkeys((baseline_of(models), best_of(rows, leading)))
    return tuple(one for other in against for one in compare(rows, place_of, leading, other))


def summarise(
    rows: Sequence[Row], protocol: BenchProtocol, table: Sequence[Placed] = ()
) -> dict[str, object]:
    """Put together what is worth keeping: protocol, versions, means, means of each fold.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.
    protocol : BenchProtocol
        How they were scored.
    table : sequence of Placed
        Split of the scenes, if wanted.

    Returns
    -------
    dict
        Of plain values, for JSON; a mean that is not known is None.
    """
    leading = protocol.leading
    found = comparisons(rows, places_of(table), leading)
    return {
        "protocol": {"name": protocol.name, "leading_score": leading, **protocol.about},
        "versions": versions(),
        "scenes": len({row.scene for row in rows}),
        "scores": {
            name: {"units": s.units, "meaning": s.meaning} for name, s in protocol.scores.items()
        },
        "means": _plain(mean_scores(rows, leading)),
        "comparisons": [_finite(asdict(one)) for one in found],
        "folds": {
            str(fold): {"scenes": sorted(inside), "means": _plain(means)}
            for fold, inside, means in fold_means(rows, table, leading)
        },
    }


def fold_means(
    rows: Sequence[Row], table: Sequence[Placed], leading: str
) -> Iterator[tuple[int, set[str], dict[str, dict[str, float]]]]:
    """Give each fold that holds a scored scene, its scenes, and the mean scores on them."""
    scored = {row.scene for row in rows}
    for fold in sorted({placed.fold for placed in table}):
        inside = {placed.scene for placed in table if placed.fold == fold} & scored
        if inside:
            yield fold, inside, mean_scores((r for r in rows if r.scene in inside), leading)


def _plain(means: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float | None]]:
    return {model: _finite(mean) for model, mean in means.items()}


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write what is not a number as None; JSON has no NaN."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }


def versions() -> dict[str, str]:
    """Give the versions of the packages that the scores depend on."""
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
