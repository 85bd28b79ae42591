"""The commands `lstsr bench ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lstsr_runtime.bench.accuracy import Row
    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.protocol import Registration


def _names(
    context: click.Context,  # noqa: ARG001  click passes it
    parameter: click.Parameter,  # noqa: ARG001  click passes it
    words: str | None,
) -> tuple[str, ...]:
    """Split names at commas; each counts once."""
    split = (word.strip() for word in (words or "").split(","))
    return tuple(dict.fromkeys(word for word in split if word))


@click.group()
def bench() -> None:
    """Compare models with each other on scenes that have a reference."""


@bench.command()
@click.option(
    "--data",
    required=True,
    envvar="LSTSR_SHARED_DATA",
    show_envvar=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the MODIS-ASTER database, or one that holds it.",
)
@click.option(
    "--models",
    callback=_names,
    metavar="A,B,C",
    help="Models of `lstsr plugins`; all of them if left out.",
)
@click.option("--scenes", callback=_names, metavar="N,M", help="Only these scenes.")
@click.option(
    "--folds",
    type=click.Choice(["places"]),
    help="Split the scenes: overlapping ones stay together.",
)
@click.option(
    "--registration",
    type=click.Choice(["database", "scene"]),
    default="database",
    show_default=True,
    help="Undo the constant displacement of ASTER, or one estimated scene by scene.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for scores.csv, summary.json and accuracy.png.",
)
def accuracy(  # noqa: PLR0913  one parameter an option
    *,
    data: Path,
    models: tuple[str, ...],
    scenes: tuple[str, ...],
    folds: str | None,
    registration: Registration,
    output: Path | None,
) -> None:
    """Score models against ASTER by the registered protocol.

    The displacement of ASTER, known from the coarse scale, is undone, 8 fine pixels are left out
    at the border, and each scene's mean difference is removed and reported apart.

    \b
    Examples:
      lstsr bench accuracy --data DIR --models bicubic,tsharp
      lstsr bench accuracy --data DIR --folds places -o OUT
    """
    from contextlib import nullcontext

    from lstsr_runtime.bench.accuracy import (
        choose_models,
        choose_scenes,
        score_scenes,
        split_scenes,
    )
    from lstsr_runtime.folder import draft_of

    chosen, opened = choose_models(models), choose_scenes(data, scenes)
    table = split_scenes(opened) if folds else ()
    with draft_of(output) if output else nullcontext() as draft:
        rows = tuple(
            _watched(score_scenes(opened, chosen, registration), len(opened) * len(chosen))
        )
        if draft:
            from lstsr_runtime.bench.report import write_report

            write_report(draft, rows, table)
    _show(rows, table)
    if output:
        click.echo(output)


def _watched(rows: Iterable[Row], total: int) -> Iterable[Row]:
    """Show progress on a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(
        rows, "scoring", total, console=console, transient=True, disable=not console.is_terminal
    )


def _show(rows: tuple[Row, ...], table: tuple[Placed, ...]) -> None:
    from rich.console import Console

    from lstsr_runtime.bench.report import fold_table, score_table

    console = Console()
    console.print(score_table(rows))
    if table:
        console.print(fold_table(rows, table))
