"""The command `lstsr scaling fit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lstsr_physics.law.fit import Judged
    from lstsr_physics.law.law import Law


@click.command()
@click.argument("scenes", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="LAW.json",
    help="The law, for `lstsr sharpen --model scaling-law --set law=LAW.json`.",
)
def fit(scenes: tuple[Path, ...], output: Path) -> None:
    """Fit a scaling law on SCENES (.nc, .zarr) whose /reference is the truth on the fine grid.

    Scenes in one folder count as one place; the law is judged on places that it did not see.

    \b
    Example:
      lstsr scaling fit north/*.nc south/*.nc -o law.json
    """
    from rich.console import Console
    from rich.progress import track

    from lstsr_physics.law.fit import fit_law, judge
    from lstsr_physics.law.law import write_law
    from lstsr_physics.law.reading import gather_file, prior_for

    prior = prior_for(scenes)
    console = Console(stderr=True)
    evidence = [
        gather_file(path, prior)
        for path in track(scenes, "reading", console=console, disable=not console.is_terminal)
    ]
    law = fit_law(evidence, prior)
    write_law(law, output)
    _show(law, judge(evidence, prior))
    click.echo(output)


def _show(law: Law, judged: tuple[Judged, ...]) -> None:
    from lstsr_physics.law.bands import WAVELENGTH

    for octave in law.octaves:
        click.echo(
            f"octave of {octave.sigma * law.coarse_pixel * WAVELENGTH:6.0f} m: "
            f"gain {octave.gain:5.2f} +- {octave.gain_error:.2f}"
        )
    for place in sorted({one.place for one in judged}):
        there = [one for one in judged if one.place == place]
        ratio = sum(one.error for one in there) / sum(one.interpolated for one in there)
        click.echo(f"{place}: {ratio:.3f} of the error of interpolation, not fitted on it")
