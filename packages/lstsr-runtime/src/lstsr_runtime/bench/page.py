"""The results page of the documentation, generated from the tables of scores beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError
from lstsr_runtime.bench.markdown import lay_out
from lstsr_runtime.bench.page_speed import speed_section
from lstsr_runtime.bench.protocols import choose_protocol
from lstsr_runtime.bench.rows import read_rows
from lstsr_runtime.bench.sections import SECTIONS, Section
from lstsr_runtime.bench.summary import (
    RATIO,
    baseline_of,
    comparisons,
    fold_means,
    mean_scores,
)
from lstsr_runtime.bench.tables import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lstsr_runtime.bench.rows import Row

NAME: Final = "README.md"
"""File that is written."""
SPEED: Final = ("speed-scene", "speed-tile")
"""Tables of timings, by the names of their files."""
HEAD: Final = """\
# Benchmarks

This page is generated: `lstsr bench page docs/benchmarks` writes it from the tables (CSV) beside
it. Each table is the `scores.csv` or `speed.csv` of the command that stands above it, copied here;
DIR is a folder that holds the scenes, and `python tools/benchmarks.py DIR` runs them all.

Scores are means over scenes. A ratio compares a model with bicubic on the scenes that both have.
Intervals are 95 % of a bootstrap over places and the scenes in them: scenes of one place are alike.
A model that needs a guide that a scene lacks passes it over.
"""


def write_page(folder: Path) -> Path:
    """Write the page of a folder of tables.

    Parameters
    ----------
    folder : pathlib.Path
        Holds tables named as in `SECTIONS` and `SPEED`, ending in ``.csv``.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` where it holds none of them.
    """
    path = folder / NAME
    path.write_text(make_page(folder), encoding="utf-8", newline="\n")
    return path


def make_page(folder: Path) -> str:
    """Give the text of the page; see `write_page`."""
    known = [name for name in SECTIONS if (folder / f"{name}.csv").exists()]
    timed = [name for name in SPEED if (folder / f"{name}.csv").exists()]
    if not known and not timed:
        raise SourceError(
            "FILE_MISSING",
            found=f"no table in {folder}",
            expected=f"one of {', '.join(f'{name}.csv' for name in (*SECTIONS, *SPEED))}",
            remedy="copy scores.csv of `lstsr bench accuracy -o OUT` there under such a name",
        )
    tables = [_section(name, folder) for name in known]
    return "\n".join((HEAD, *tables, *speed_section(folder, timed)))


def _section(name: str, folder: Path) -> str:
    section, rows = SECTIONS[name], read_rows(folder / f"{name}.csv")
    leading = choose_protocol(section.protocol).leading
    scenes = len({row.scene for row in rows})
    paragraphs = (
        f"## {section.title}",
        section.words,
        f"[`{name}.csv`]({name}.csv), {scenes} scenes, made by `{section.command}`:",
        _scores(rows, section, leading),
        f"Difference of {leading} [K]; better in so many scenes and places:",
        _differences(rows, leading),
        *_folds(rows, leading),
    )
    return "\n\n".join(paragraphs) + "\n"


def _scores(rows: Sequence[Row], section: Section, leading: str) -> str:
    scores = choose_protocol(section.protocol).scores
    shown = [name for name in section.scores if name in rows[0].scores]
    means = mean_scores(rows, leading)
    order = sorted(means, key=lambda model: means[model][RATIO])
    heading = ("model", "scenes", "ratio", *(f"{n} [{scores[n].units}]" for n in shown))
    counts = {model: sum(row.model == model for row in rows) for model in means}
    return lay_out(
        heading,
        (
            (m, str(counts[m]), f"{means[m][RATIO]:.3f}", *(f"{means[m][n]:.3f}" for n in shown))
            for m in order
        ),
    )


def _places(rows: Sequence[Row]) -> dict[str, str]:
    return {row.scene: str(row.notes.get("place", row.scene)) for row in rows}


def _differences(rows: Sequence[Row], leading: str) -> str:
    found = sorted(
        comparisons(rows, _places(rows), leading), key=lambda one: (one.against, one.difference)
    )
    return lay_out(
        ("model", "against", "mean", "95 %", "scenes", "places"),
        ((one.model, one.against, *words_of(one)) for one in found),
    )


def _folds(rows: Sequence[Row], leading: str) -> tuple[str, ...]:
    """Lay out the mean of each fold, where the table says which scene is in which."""
    from lstsr_runtime.bench.folds import Placed

    table = {
        row.scene: Placed(
            scene=row.scene, place=str(row.notes["place"]), fold=int(str(row.notes["fold"]))
        )
        for row in rows
        if "fold" in row.notes
    }
    if not table:
        return ()
    models = list(mean_scores(rows, leading))
    lines = [
        (
            str(fold),
            str(len(inside)),
            *(f"{means[m][leading]:.3f}" if m in means else "" for m in models),
        )
        for fold, inside, means in fold_means(rows, tuple(table.values()), leading)
    ]
    words = f"Mean {leading} [K] by fold; scenes that share ground are in one fold, "
    words += f"and {baseline_of(models)} shows how hard a fold is:"
    return words, lay_out(("fold", "scenes", *models), lines)
