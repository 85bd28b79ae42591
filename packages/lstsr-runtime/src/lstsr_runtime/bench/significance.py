"""Whether one model is better than another, or whether other places would say the reverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lstsr_runtime.bench.rows import Row

DRAWS: Final = 2000
"""Samples of the bootstrap. [1]"""
SEED: Final = 20250204
"""Start of its random numbers, so that the same scores give the same interval. [1]"""
INTERVAL: Final = (2.5, 97.5)
"""Percentiles of the samples between which the interval lies. [%]"""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One model against another, on the scenes that both have.

    Parameters
    ----------
    model, against : str
        Their names.
    difference : float
        Mean of the model's score less the other's; below 0 the model is better. [K]
    low, high : float
        95 % interval of it, over places and scenes. [K]
    scenes_better, places_better : float
        Share of the scenes, and of the means over places, in which the model is better. [1]
    scenes, places : int
        How many there are.
    """

    model: str
    against: str
    difference: float
    low: float
    high: float
    scenes_better: float
    places_better: float
    scenes: int
    places: int


def compare(
    rows: Sequence[Row], place_of: Mapping[str, str], leading: str, against: str
) -> tuple[Comparison, ...]:
    """Compare every model with one of them, paired by scene.

    The interval is a bootstrap in two stages: places are drawn with replacement, then scenes of
    each place drawn. Scenes of one place are alike, so they count for less than as many places.

    Parameters
    ----------
    rows : sequence of Row
        Scores of scenes and models.
    place_of : mapping of str to str
        Place of each scene.
    leading : str
        Name of the score; less is better.
    against : str
        Name of the model that the others are compared with.

    Returns
    -------
    tuple of Comparison
        Of every other model that shares a scene with it, in order.

    References
    ----------
    .. [1] Davison & Hinkley, "Bootstrap Methods and their Application", Cambridge, 1997,
       :doi:`10.1017/CBO9780511802843`, section 3.8
    """
    scores: dict[str, dict[str, float]] = {}
    for row in rows:
        scores.setdefault(row.model, {})[row.scene] = row.scores[leading]
    found = (
        _compare(model, against, _by_place(own, scores[against], place_of))
        for model, own in scores.items()
        if model != against
    )
    return tuple(one for one in found if one is not None)


def best_of(rows: Sequence[Row], leading: str) -> str:
    """Give the model with the least mean score on the scenes that all models share."""
    scores: dict[str, dict[str, float]] = {}
    for row in rows:
        scores.setdefault(row.model, {})[row.scene] = row.scores[leading]
    shared = set.intersection(*(set(own) for own in scores.values()))
    if not shared:
        return next(iter(scores))
    return min(scores, key=lambda model: np.mean([scores[model][scene] for scene in shared]))


def _by_place(
    own: Mapping[str, float], other: Mapping[str, float], place_of: Mapping[str, str]
) -> dict[str, list[float]]:
    """Gather the differences of the shared scenes under their places. [K]"""
    gathered: dict[str, list[float]] = {}
    for scene in own:
        if scene in other and np.isfinite(own[scene] - other[scene]):
            place = place_of.get(scene, scene)
            gathered.setdefault(place, []).append(own[scene] - other[scene])
    return gathered


def _compare(
    model: str, against: str, by_place: Mapping[str, Sequence[float]]
) -> Comparison | None:
    if not by_place:
        return None
    groups = [np.array(differences) for differences in by_place.values()]
    every = np.concatenate(groups)
    low, high = np.percentile(bootstrap_means(groups), INTERVAL)
    return Comparison(
        model=model,
        against=against,
        difference=float(every.mean()),
        low=float(low),
        high=float(high),
        scenes_better=float((every < 0).mean()),
        places_better=float(np.mean([group.mean() < 0 for group in groups])),
        scenes=every.size,
        places=len(groups),
    )


def bootstrap_means(groups: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Draw groups with replacement, then members of each drawn group, and average them.

    Parameters
    ----------
    groups : sequence of arrays
        Values of each group; any units.

    Returns
    -------
    array, shape (DRAWS,)
        Mean of each sample; same units.
    """
    random = np.random.default_rng(SEED)
    drawn = random.integers(len(groups), size=(DRAWS, len(groups)))
    totals, counts = np.zeros(drawn.shape), np.zeros(drawn.shape)
    for index, group in enumerate(groups):
        here = drawn == index
        members = random.integers(group.size, size=(int(here.sum()), group.size))
        totals[here], counts[here] = group[members].sum(axis=1), group.size
    means: NDArray[np.float64] = totals.sum(axis=1) / counts.sum(axis=1)
    return means
