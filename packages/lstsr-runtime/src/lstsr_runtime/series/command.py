"""The command `lstsr series`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="SERIES.zarr",
    help="The Zarr; it appears complete or not at all.",
)
@click.option(
    "--by",
    type=click.Choice(["month", "season", "all"]),
    default="month",
    show_default=True,
    help="What part of the year a day is compared with.",
)
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    help="Measured days below which nothing is called usual.",
)
def series(*, runs: tuple[Path, ...], output: Path, by: str, least: int) -> None:
    """Put the run folders RUNS, or folders of them, into one Zarr with climatology and anomaly.

    Gaps stay gaps: anomaly is NaN where there is no temperature, or too few days to compare with;
    `quality` says why, `count` how many days there were, `measured` how much of each scene.

    \b
    Examples:
      lstsr sharpen --batch 'days/*.zarr' -o DAYS
      lstsr series DAYS -o SERIES.zarr
      lstsr series DAYS --by season --least 10 -o SERIES.zarr
    """
    from lstsr_runtime.series.sights import find_sights
    from lstsr_runtime.series.writing import write_series

    click.echo(write_series(find_sights(runs), output, by=by, least=least))
