"""Scores as tables on a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lstsr_runtime.bench.summary import (
    RATIO,
    baseline_of,
    comparisons,
    fold_means,
    mean_scores,
    places_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.referee import BenchProtocol
    from lstsr_runtime.bench.rows import Row
    from lstsr_runtime.bench.significance import Comparison


def _bare(title: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    return Table(title=title, title_justify="left", box=SIMPLE_HEAD)


def score_table(rows: Sequence[Row], protocol: BenchProtocol) -> Table:
    """Lay out the mean scores, a line a score and a column a model."""
    means = mean_scores(rows, protocol.leading)
    scenes = len({row.scene for row in rows})
    table = _bare(f"Mean over {scenes} scenes, protocol {protocol.name}")
    table.add_column("score")
    table.add_column("units")
    for model in means:
        table.add_column(model, justify="right")
    counts = Counter(row.model for row in rows)
    if len(set(counts.values())) > 1:
        table.add_row("scenes", "1", *(str(counts[model]) for model in means))
    for name, score in protocol.scores.items():
        table.add_row(name, score.units, *(f"{mean[name]:.3f}" for mean in means.values()))
        if name == protocol.leading:
            against = f"{name} / {baseline_of(list(means))}"
            table.add_row(against, "1", *(f"{mean[RATIO]:.3f}" for mean in means.values()))
    return table


def comparison_table(
    rows: Sequence[Row], protocol: BenchProtocol, split: Sequence[Placed]
) -> Table:
    """Lay out each model against the baseline and the best, with intervals over places."""
    table = _bare(f"Difference of {protocol.leading} [K] and where it is better, paired by scene")
    for heading in ("model", "against"):
        table.add_column(heading)
    for heading in ("mean", "95 %", "scenes", "places"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in comparisons(rows, places_of(split), protocol.leading):
        table.add_row(one.model, one.against, *words_of(one))
    return table


def words_of(one: Comparison) -> tuple[str, str, str, str]:
    """Write a comparison: difference, interval, scenes and places in which it is better."""
    return (
        f"{one.difference:+.3f}",
        f"{one.low:+.3f} to {one.high:+.3f}",
        f"{round(one.scenes_better * one.scenes)} of {one.scenes}",
        f"{round(one.places_better * one.places)} of {one.places}",
    )


def fold_table(rows: Sequence[Row], protocol: BenchProtocol, split: Sequence[Placed]) -> Table:
    """Lay out the mean leading score of each fold."""
    models = list(mean_scores(rows, protocol.leading))
    table = _bare(f"{protocol.leading} [K] by fold; no place is in two folds")
    for heading in ("fold", "places", "scenes", *models):
        table.add_column(heading, justify="right")
    places = places_of(split)
    for fold, inside, means in fold_means(rows, split, protocol.leading):
        table.add_row(
            str(fold),
            str(len({places[scene] for scene in inside})),
            str(len(inside)),
            *(f"{means[m][protocol.leading]:.3f}" if m in means else "" for m in models),
        )
    return table
