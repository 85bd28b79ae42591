"""The command `lstsr plan-earth`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime


@click.command("plan-earth")
@click.option("--sensor", required=True, metavar="NAME", help="modis or viirs.")
@click.option("--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="Cores that sharpen.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MPX/S",
    help="What one core sharpens in a second; measured once on a shared machine if left out.",
)
@click.option(
    "--speed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="speed.json",
    help="Takes the rate from what `lstsr bench speed --size tile -o DIR` has measured.",
)
@click.option("--model", default="scaling-law", show_default=True, help="Which model of it.")
@click.option(
    "--price",
    type=click.FloatRange(min=0),
    default=0.04,
    show_default=True,
    help="Of a core for an hour, in your currency.",
)
@click.option(
    "--network",
    type=click.FloatRange(min=0, min_open=True),
    default=200.0,
    show_default=True,
    metavar="MB/S",
    help="What all workers together download.",
)
@click.option("--tiles", type=click.IntRange(min=1), help="Tiles with land, if you know them.")
def plan_earth(  # noqa: PLR0913  one parameter an option
    *,
    sensor: str,
    day: datetime,
    workers: int,
    rate: float | None,
    speed: Path | None,
    model: str,
    price: float,
    network: float,
    tiles: int | None,
) -> None:
    """Tell what sharpening the whole Earth for a day takes: layers, bytes, hours, cost.

    Nothing is downloaded. Every assumption is printed; measure the rate on your own machine.

    \b
    Examples:
      lstsr plan-earth --sensor modis --date 2023-08-11
      lstsr plan-earth --sensor modis --date 2023-08-11 --workers 400 --speed OUT/speed.json
    """
    from lstsr_runtime.earth.grid import grid_of
    from lstsr_runtime.earth.plan import RATE, Fleet, lines_of, plan_day
    from lstsr_runtime.earth.rate import rate_of

    if rate is not None and speed is not None:
        raise click.UsageError("--rate does not go with --speed")
    found = rate_of(speed, model) if speed is not None else rate or RATE
    grid = grid_of(sensor)
    fleet = Fleet(workers=workers, rate=found, price=price, network=network)
    for subject, words in lines_of(grid, fleet, plan_day(grid, fleet, tiles=tiles), day.date()):
        click.echo(f"{subject:<12} {words}")
