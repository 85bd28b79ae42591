"""The command `lstsr validate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN: Final = ("n", "bias", "rmse", "ubrmse", "robust", "within_1_sigma", "coarse_ubrmse")
"""Statistics that the terminal shows; the others stand in statistics.json."""


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--station",
    "files",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="SURFRAD, QCRad, OzFlux, FLUXNET or a table time,up,down; may be repeated.",
)
@click.option("--at", "place", nargs=2, type=float, metavar="LAT LON", help="Place of a table.")
@click.option("--utc-offset", type=float, metavar="H", help="Clock of a tower ahead of UTC.")
@click.option(
    "--emissivity",
    type=click.FloatRange(0.5, 1),
    default=0.97,
    show_default=True,
    help="Of the ground below the radiometer, over all wavelengths.",
)
@click.option(
    "--emissivity-uncertainty",
    type=click.FloatRange(0, 0.2),
    default=0.01,
    show_default=True,
    help="Its standard uncertainty.",
)
@click.option(
    "--minutes",
    type=click.FloatRange(0, 180),
    default=30.0,
    show_default=True,
    help="How far measurements before and after a view may lie from it.",
)
@click.option(
    "--view-zenith",
    "zenith",
    type=click.FloatRange(0, 90),
    default=90.0,
    show_default=True,
    help="Largest angle of a view, where the scene states it.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the table, the statistics and the picture.",
)
def validate(  # noqa: PLR0913  one parameter an option
    *,
    runs: tuple[Path, ...],
    files: tuple[Path, ...],
    place: tuple[float, float] | None,
    utc_offset: float | None,
    emissivity: float,
    emissivity_uncertainty: float,
    minutes: float,
    zenith: float,
    output: Path,
) -> None:
    """Compare run folders with long-wave radiation measured on the ground.

    \b
    The ground's temperature follows from the radiation by its emissivity, and is interpolated to
    the time of each view. DIR gets matchups.csv, statistics.json and validation.png.

    \b
    Examples:
      lstsr validate runs/* --station slv16001.dat --station slv16002.dat -o OUT
      lstsr validate runs/* --station tower.nc --utc-offset 9.5 --emissivity 0.98 -o OUT
      lstsr validate runs/* --station mine.csv --at 48.1 11.5 -o OUT
    """
    from lstsr_runtime.folder import draft_of
    from lstsr_runtime.validation.ground import Ground
    from lstsr_runtime.validation.matching import Rules, match
    from lstsr_runtime.validation.reading import read_stations
    from lstsr_runtime.validation.report import write_validation
    from lstsr_runtime.validation.scores import score_groups
    from lstsr_runtime.validation.tower import Site

    stations = read_stations(files, Site(place=place, utc_offset=utc_offset))
    ground = Ground(emissivity=emissivity, emissivity_uncertainty=emissivity_uncertainty)
    rules = Rules(minutes=minutes, zenith=zenith, ground=ground)
    matches = match(runs, stations, rules)
    with draft_of(output) as draft:
        write_validation(draft, matches, rules)
    _show(score_groups(matches))
    click.echo(output)


def _show(groups: Mapping[str, Mapping[str, float]]) -> None:
    width = max(map(len, groups))
    click.echo(" " * width + "".join(f"{name:>16}" for name in SHOWN))
    for group, own in groups.items():
        click.echo(f"{group:<{width}}" + "".join(f"{own[name]:16.3g}" for name in SHOWN))
