"""The commands `lstsr train` and `lstsr export`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import click

CLOCK = re.compile(r"(?:(\d+):)?([0-5]?\d):([0-5]\d)")
"""A time as [HOURS:]MINUTES:SECONDS."""


def _time(
    context: click.Context, parameter: click.Parameter, text: str | None
) -> dt.timedelta | None:
    """Read a time."""
    if text is None:
        return None
    found = CLOCK.fullmatch(text)
    if not found:
        raise click.BadParameter(f"{text!r} is not HH:MM:SS", context, parameter)
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


@click.command()
@click.argument("recipe", required=False, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of recipe, checkpoints, logs and the trained network.",
)
@click.option("--dump-config", is_flag=True, help="Print the recipe with every default, and stop.")
@click.option("--resume", is_flag=True, help="Go on after the last whole epoch in DIR.")
@click.option(
    "--max-time",
    callback=_time,
    metavar="HH:MM:SS",
    help="Stop after this time of all runs in DIR together.",
)
def train(
    recipe: Path | None,
    output: Path | None,
    *,
    dump_config: bool,
    resume: bool,
    max_time: dt.timedelta | None,
) -> None:
    """Train a network by a RECIPE (YAML).

    \b
    Examples:
      lstsr train --dump-config > recipe.yaml
      lstsr train recipe.yaml -o OUT
      lstsr train recipe.yaml -o OUT --resume --max-time 00:30:00
    """
    from lstsr_models.recipe import Recipe
    from lstsr_models.recipe_file import read_recipe, write_recipe

    if recipe is None and not dump_config:
        raise click.UsageError("name a recipe; `lstsr train --dump-config` prints one")
    chosen = read_recipe(recipe) if recipe is not None else Recipe()
    if dump_config:
        click.echo(write_recipe(chosen), nl=False)
        return
    if output is None:
        raise click.UsageError("name the folder of the training: -o DIR")
    from lstsr_models.training.fit import train as fit
    from lstsr_models.training.room import Room

    room = Room(folder=output)
    trained = fit(chosen, room, resume=resume, max_time=max_time)
    scores = trained.about["validation"]
    if "ratio" in scores:
        click.echo(f"error {scores['error']:.3f} K, {scores['ratio']:.3f} of cubic convolution")
    click.echo(room.trained)


@click.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--version", default="0.1.0", show_default=True, help="Version of the bundle.")
@click.option("--summary", default="", help="One line for lists.")
@click.option("--licence", default="Apache-2.0", show_default=True, help="SPDX name.")
@click.option("--rank", type=click.IntRange(0), default=0, help="Place in the choice of `best`.")
def export(checkpoint: Path, bundle: Path, **label: Any) -> None:  # noqa: ANN401  the options above
    """Write the network of a CHECKPOINT as a BUNDLE, a folder that runs without torch.

    \b
    Example:
      lstsr export OUT/trained.ckpt my-bundle
    """
    from lstsr_models.bundle.contract import Label
    from lstsr_models.bundle.export import export_bundle
    from lstsr_models.training.checkpoint import load_checkpoint

    click.echo(export_bundle(load_checkpoint(checkpoint), bundle, Label(**label)))
