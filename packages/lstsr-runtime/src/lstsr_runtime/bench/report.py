"""Scores on paper: a table on the terminal, files to keep."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Final

from lstsr_runtime.bench.scorecard import SCORES
from lstsr_runtime.bench.summary import RATIO, baseline_of, mean_scores, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.table import Table

    from lstsr_runtime.bench.accuracy import Row
    from lstsr_runtime.bench.folds import Placed

SHIFT_COLUMNS: Final = ("shift_dx", "shift_dy", "shift_correlation", "shift_at_limit")
"""Registration of the reference: how far it lay to the right and down [fine pixel], correlation
at the coarse scale [1], whether a better shift may lie beyond the search."""
PLACE_COLUMNS: Final = ("place", "fold")
"""Where a scene stands in the split."""


def score_table(rows: Sequence[Row]) -> Table:
    """Lay out the mean scores, a line a score and a column a model."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    means = mean_scores(rows)
    scenes = len({row.scene for row in rows})
    title = f"Mean over {scenes} scenes, registered protocol"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("score")
    table.add_column("units")
    for model in means:
        table.add_column(model, justify="right")
    for name, score in SCORES.items():
        table.add_row(name, score.units, *(f"{mean[name]:.3f}" for mean in means.values()))
        if name == "ubrmse":
            against = f"ubrmse / {baseline_of(list(means))}"
            table.add_row(against, "1", *(f"{mean[RATIO]:.3f}" for mean in means.values()))
    return table


def fold_table(rows: Sequence[Row], table: Sequence[Placed]) -> Table:
    """Lay out the mean ubRMSE of each fold."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    models = list(mean_scores(rows))
    title = "ubRMSE [K] by fold; no place is in two folds"
    laid_out = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for heading in ("fold", "places", "scenes", *models):
        laid_out.add_column(heading, justify="right")
    for fold in sorted({placed.fold for placed in table}):
        inside = {placed.scene: placed.place for placed in table if placed.fold == fold}
        means = mean_scores(row for row in rows if row.scene in inside)
        laid_out.add_row(
            str(fold),
            str(len(set(inside.values()))),
            str(len(inside)),
            *(f"{means[model]['ubrmse']:.3f}" for model in models),
        )
    return laid_out


def write_report(folder: Path, rows: Sequence[Row], table: Sequence[Placed] = ()) -> None:
    """Write ``scores.csv``, ``summary.json`` and ``accuracy.png``.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    rows : sequence of Row
        Scores of scenes and models.
    table : sequence of Placed
        Split of the scenes, if wanted.
    """
    from lstsr_runtime.bench.figure import draw

    _write_csv(folder / "scores.csv", rows, table)
    summary = json.dumps(summarise(rows, table), indent=1, allow_nan=False)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")
    draw(rows).savefig(folder / "accuracy.png", metadata={"Software": None})


def _write_csv(path: Path, rows: Sequence[Row], table: Sequence[Placed]) -> None:
    placed = {entry.scene: (entry.place, entry.fold) for entry in table}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("scene", "model", *SCORES, *SHIFT_COLUMNS, *(PLACE_COLUMNS if placed else ()))
        )
        for row in rows:
            shift = (row.shift.dx, row.shift.dy, row.shift.correlation)
            writer.writerow(
                (
                    row.scene,
                    row.model,
                    *(f"{row.scores[name]:.6g}" for name in SCORES),
                    *(f"{value:.6g}" for value in shift),
                    row.shift.at_limit,
                    *placed.get(row.scene, ()),
                )
            )
