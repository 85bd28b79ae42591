"""Scores of many scenes become one number for each model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_runtime.bench.protocol import BORDER, COLDEST, EDGE
from lstsr_runtime.bench.scorecard import SCORES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lstsr_runtime.bench.accuracy import Row
    from lstsr_runtime.bench.folds import Placed

BASELINE: Final = "bicubic"
"""Model that the others are compared with."""
RATIO: Final = "ratio"
"""Mean ubRMSE over that of the baseline. [1]"""
GEOMETRIC: Final = "energy_"
"""Prefix of the scores that are ratios: their mean is geometric, so that half and twice cancel."""
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


def mean_scores(rows: Iterable[Row]) -> dict[str, dict[str, float]]:
    """Average the scores of each model over its scenes.

    Parameters
    ----------
    rows : iterable of Row
        Scores of scenes and models.

    Returns
    -------
    dict of str to dict
        For each model, in order, its mean scores and the ratio of its ubRMSE to that of the
        baseline (`BASELINE` if it was scored, else the first model).
    """
    by_model: dict[str, list[Mapping[str, float]]] = {}
    for row in rows:
        by_model.setdefault(row.model, []).append(row.scores)
    means = {model: _means(scores) for model, scores in by_model.items()}
    if means:
        against = means[baseline_of(list(means))]["ubrmse"]
        for mean in means.values():
            mean[RATIO] = mean["ubrmse"] / against if against > 0 else math.nan
    return means


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: _mean(name, [score[name] for score in scores]) for name in SCORES}


def _mean(name: str, values: Sequence[float]) -> float:
    known = np.array([value for value in values if math.isfinite(value)])
    if known.size == 0:
        return math.nan
    if name.startswith(GEOMETRIC):
        return float(np.exp(np.log(np.maximum(known, np.finfo(np.float64).tiny)).mean()))
    return float(known.mean())


def baseline_of(models: Sequence[str]) -> str:
    """Give the model that the others are compared with."""
    return BASELINE if BASELINE in models else models[0]


def _registration(rows: Sequence[Row]) -> str:
    """Tell how the references were registered; only an estimate has a correlation."""
    if all(math.isnan(row.shift.correlation) for row in rows):
        return "the constant displacement known of the database"
    return "estimated scene by scene, at the coarse scale, against the coarse temperature"


def summarise(rows: Sequence[Row], table: Sequence[Placed] = ()) -> dict[str, object]:
    """Put together what is worth keeping: protocol, versions, means, means of each fold.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.
    table : sequence of Placed
        Split of the scenes, if wanted.

    Returns
    -------
    dict
        Of plain values, for JSON; a mean that is not known is None.
    """
    folds = {}
    for fold in sorted({placed.fold for placed in table}):
        inside = {placed.scene for placed in table if placed.fold == fold}
        means = mean_scores(row for row in rows if row.scene in inside)
        folds[str(fold)] = {"scenes": sorted(inside), "means": _plain(means)}
    return {
        "protocol": {
            "name": "registered",
            "registration": _registration(rows),
            "reference_resampling": "bilinear, once",
            "coldest_reference_K": COLDEST,
            "reference_edge_pixels": EDGE,
            "border_coarse_pixels": BORDER,
            "mean_difference": "removed for each scene; reported as bias",
            "means": f"arithmetic over scenes; geometric for {GEOMETRIC}*",
        },
        "versions": versions(),
        "scenes": len({row.scene for row in rows}),
        "scores": {name: {"units": s.units, "meaning": s.meaning} for name, s in SCORES.items()},
        "means": _plain(mean_scores(rows)),
        "folds": folds,
    }


def _plain(means: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float | None]]:
    return {
        model: {name: value if math.isfinite(value) else None for name, value in mean.items()}
        for model, mean in means.items()
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
