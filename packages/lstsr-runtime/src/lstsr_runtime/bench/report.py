"""Scores as files to keep: the table, the summary and pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lstsr_runtime.bench.rows import write_rows
from lstsr_runtime.bench.summary import comparisons, places_of, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.referee import BenchProtocol
    from lstsr_runtime.bench.rows import Row

PLAIN: dict[str, None] = {"Software": None}
"""Metadata of pictures, so that the same scores give the same bytes."""


def write_report(
    folder: Path, rows: Sequence[Row], protocol: BenchProtocol, table: Sequence[Placed] = ()
) -> None:
    """Write ``scores.csv``, ``summary.json`` and pictures.

    The pictures are ``accuracy.png`` (scene by scene), ``ranking.png`` (with intervals),
    ``spectra.png`` where the protocol scores octaves, and ``errors.png`` (maps).

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    rows : sequence of Row
        Scores of scenes and models.
    protocol : BenchProtocol
        How they were scored.
    table : sequence of Placed
        Split of the scenes, if wanted.
    """
    write_rows(folder / "scores.csv", rows, table)
    summary = json.dumps(summarise(rows, protocol, table), indent=1, allow_nan=False)
    (folder / "summary.json").write_text(summary + "\n", encoding="utf-8")
    _draw(folder, rows, protocol, table)


def _draw(
    folder: Path, rows: Sequence[Row], protocol: BenchProtocol, table: Sequence[Placed]
) -> None:
    from lstsr_runtime.bench.figure import draw_ranking, draw_scenes
    from lstsr_runtime.bench.figure_errors import draw_errors
    from lstsr_runtime.bench.figure_spectra import draw_spectra

    leading = protocol.leading
    found = comparisons(rows, places_of(table), leading)
    pictures = {
        "accuracy": draw_scenes(rows, leading),
        "ranking": draw_ranking(rows, found, leading),
        "spectra": draw_spectra(rows),
        "errors": draw_errors(rows, leading),
    }
    for name, picture in pictures.items():
        if picture is not None:
            picture.savefig(folder / f"{name}.png", metadata=PLAIN)
