"""What the package brings to the front door: `lstsr demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lstsr_core import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lstsr.demo import Score

NOTE = """\
error: root mean square with the bias removed; detail skill: 1 is perfect, 0 is no detail.
One scene says little: `lstsr bench accuracy` scores all that there are."""
"""What a reader of the table has to know."""


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A copy of the MODIS-ASTER database; LSTSR_SHARED_DATA names one too.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the result; by default lstsr-demo, or lstsr-demo-2 where that is taken.",
)
def demo(data: Path | None, output: Path | None) -> None:
    """Sharpen one scene and score the result.

    The scene is real where --data names a copy of the MODIS-ASTER database or the published one
    can be downloaded (1 MB), else it is simulated.

    \b
    Examples:
      lstsr demo
      lstsr demo --data modis-aster -o OUT
    """
    from lstsr.demo import sharpen_and_score
    from lstsr.demo_source import choose_scene
    from lstsr_runtime.folder import check_free

    output = output if output is not None else _free_name()
    check_free(output)
    scene = choose_scene(data)
    click.echo(f"This is {scene.told}")
    scores = sharpen_and_score(scene.tree, output)
    click.echo(f"\nScored against {scene.reference}:\n{_table(scores)}")
    click.echo(f"\nPicture: {(output / 'quicklook.png').absolute()}")


def _free_name() -> Path:
    """Give the first name of the demo's folders that is free, so that it runs again and again."""
    names = ("lstsr-demo", *(f"lstsr-demo-{number}" for number in range(2, 1000)))
    return next(path for path in map(Path, names) if not path.exists())


def _table(scores: Iterable[Score]) -> str:
    head = f"{'model':<14}{'error [K]':>11}{'bias [K]':>11}{'correlation':>13}{'detail skill':>14}"
    rows = (
        f"{s.model:<14}{s.error:>11.2f}{s.bias:>11.2f}{s.correlation:>13.3f}{s.skill:>14.3f}"
        for s in scores
    )
    return "\n".join((head, *rows, NOTE))


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr demo`."""
    return [demo]
