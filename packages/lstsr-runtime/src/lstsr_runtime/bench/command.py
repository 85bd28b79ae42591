"""The commands `lstsr bench ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lstsr_runtime.commands import read_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lstsr_core import Model
    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.protocol import Registration
    from lstsr_runtime.bench.referee import BenchProtocol, Scenes
    from lstsr_runtime.bench.rows import Row
    from lstsr_runtime.bench.speed import Size


def _names(
    context: click.Context,  # noqa: ARG001  click passes it
    parameter: click.Parameter,  # noqa: ARG001  click passes it
    words: str | None,
) -> tuple[str, ...]:
    """Split names at commas; each counts once."""
    split = (word.strip() for word in (words or "").split(","))
    return tuple(dict.fromkeys(word for word in split if word))


data_option = click.option(
    "--data",
    required=True,
    envvar="LSTSR_SHARED_DATA",
    show_envvar=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the scenes, or one that holds it.",
)
models_option = click.option(
    "--models",
    callback=_names,
    metavar="A,B,C",
    help="Models of `lstsr plugins`; all of them if left out.",
)


@click.group()
def bench() -> None:
    """Compare models with each other on scenes that have a reference."""


@bench.command()
@data_option
@models_option
@click.option("--scenes", callback=_names, metavar="N,M", help="Only these scenes.")
@click.option(
    "--protocol",
    "name",
    type=click.Choice(["registered", "registered-utm", "p0", "wald"]),
    default="registered",
    show_default=True,
    help="How results are compared with references.",
)
@click.option(
    "--folds",
    type=click.Choice(["places"]),
    help="Show the mean of each fold of the scenes: overlapping ones stay together.",
)
@click.option(
    "--registration",
    type=click.Choice(["database", "scene"]),
    default="database",
    show_default=True,
    help="Undo the constant displacement of ASTER, or one estimated scene by scene; registered.",
)
@click.option(
    "--reference-quirks",
    "quirks",
    is_flag=True,
    help="Let models that can repeat the peculiarities of the published codes.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for scores.csv, summary.json and pictures.",
)
def accuracy(  # noqa: PLR0913  one parameter an option
    *,
    data: Path,
    models: tuple[str, ...],
    scenes: tuple[str, ...],
    name: str,
    folds: str | None,
    registration: Registration,
    quirks: bool,
    output: Path | None,
) -> None:
    """Score models against a finer sensor's temperature.

    \b
    Protocols:
      registered      ASTER laid on the scene's grid, its displacement undone, 8 fine pixels
                      left out at the border, each scene's mean difference removed
      p0              as published: guide laid by array index, inscribed rectangle in UTM,
                      mean difference kept; for comparison with print, never to rank by
      registered-utm  the rectangle of p0, guide and ASTER laid where they belong
      wald            fine scenes degraded by the footprint to 1 km and recovered

    \b
    Examples:
      lstsr bench accuracy --data DIR --models bicubic,tsharp
      lstsr bench accuracy --data DIR --protocol p0 --reference-quirks -o OUT
    """
    from contextlib import nullcontext

    from lstsr_runtime.bench.accuracy import choose_models, choose_scenes, split_scenes
    from lstsr_runtime.bench.protocols import choose_protocol
    from lstsr_runtime.folder import draft_of

    protocol = choose_protocol(name, registration)
    chosen = choose_models(models, quirks=quirks)
    opened = choose_scenes(data, scenes, protocol)
    split = split_scenes(opened)
    with draft_of(output) if output else nullcontext() as draft:
        rows = _score(opened, chosen, protocol)
        if draft:
            from lstsr_runtime.bench.report import write_report

            write_report(draft, rows, protocol, split)
    _show(rows, protocol, split if folds else (), split)
    if output:
        click.echo(output)


@bench.command()
@data_option
@models_option
@click.option(
    "--size",
    type=click.Choice(["scene", "tile"]),
    default="scene",
    show_default=True,
    help="One scene of 64 x 64 coarse pixels, or a mosaic of 1200 x 1200.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for speed.csv, speed.json and speed.png.",
)
@click.option("--tile", "tiles", multiple=True, type=click.IntRange(min=1), help="May be repeated.")
@click.option("--device", "devices", multiple=True, help="May be repeated: cpu, cuda:0.")
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    callback=read_pairs,
    metavar="NAME=COMMAND",
    help="A command of others to time beside; {scene} stands for the scene, a Zarr.",
)
def speed(  # noqa: PLR0913  one parameter an option
    *,
    data: Path,
    models: tuple[str, ...],
    size: Size,
    output: Path | None,
    tiles: tuple[int, ...],
    devices: tuple[str, ...],
    baselines: dict[str, str],
) -> None:
    """Time models side by side, each in processes of its own.

    Only ratios of one run can be compared: another machine, or the same one with other work to
    do, gives other seconds.

    \b
    Example:
      lstsr bench speed --data DIR --models bicubic,tsharp --size tile
      lstsr bench speed --data DIR --size tile --tile 128 --tile 256 --device cuda:0 -o OUT
      lstsr bench speed --data DIR --models tsharp --baseline 'theirs=python theirs.py {scene}'
    """
    from lstsr_runtime.bench.speed_command import among_of, run_speed

    run_speed(data, models, size, output, among_of(tiles, devices, baselines))


@bench.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def page(folder: Path) -> None:
    """Write README.md of a folder of results from the tables of scores (CSV) in it."""
    from lstsr_runtime.bench.page import write_page

    click.echo(write_page(folder))


def _score(scenes: Scenes, models: Sequence[Model], protocol: BenchProtocol) -> tuple[Row, ...]:
    from lstsr_core import SceneError
    from lstsr_runtime.bench.accuracy import score_scenes

    rows = tuple(_watched(score_scenes(scenes, models, protocol), len(scenes) * len(models)))
    if not rows:
        raise SceneError(
            "NO_VALID_PIXELS",
            found=f"no scene that the protocol {protocol.name} and these models can use",
            expected="scenes large enough, with the guides that a model needs",
            remedy="leave --scenes and --models out to score all",
        )
    return rows


def _watched(rows: Iterable[Row], total: int) -> Iterable[Row]:
    """Show progress on a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(
        rows, "scoring", total, console=console, transient=True, disable=not console.is_terminal
    )


def _show(
    rows: tuple[Row, ...],
    protocol: BenchProtocol,
    folds: tuple[Placed, ...],
    split: tuple[Placed, ...],
) -> None:
    from rich.console import Console

    from lstsr_runtime.bench.tables import comparison_table, fold_table, score_table

    console = Console()
    console.print(score_table(rows, protocol))
    if len({row.model for row in rows}) > 1:
        console.print(comparison_table(rows, protocol, split))
    if folds:
        console.print(fold_table(rows, protocol, folds))
