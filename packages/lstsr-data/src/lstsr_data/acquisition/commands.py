"""The commands `lstsr fetch` and `lstsr data`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from lstsr_data.acquisition.fetch import Order


def order_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what to fetch, in one order for every command that fetches."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option(
        "--guide", "guides", multiple=True, metavar="SENSOR", help="A guide; may be repeated."
    ),
    click.option(
        "--bbox",
        nargs=4,
        type=float,
        metavar="W S E N",
        help="Area in degrees; W above E lies over the antimeridian.",
    ),
    click.option("--area", type=click.Path(path_type=Path), help="Area as GeoJSON polygons."),
    click.option("--point", nargs=2, type=float, metavar="LON LAT", help="Middle of the area."),
    click.option("--radius", type=float, metavar="KM", help="How far it reaches, with --point."),
    click.option("--date", metavar="D", help="Day, such as 2023-08-11."),
    click.option(
        "--day",
        "clock",
        type=click.Choice(["utc", "local"]),
        default="utc",
        show_default=True,
        help="Whether a day begins at midnight UTC or at local solar midnight.",
    ),
    click.option(
        "--guide-days",
        type=click.IntRange(min=0, max=60),
        default=0,
        show_default=True,
        help="Compose guides of so many days before and after: median of the clear ones.",
    ),
    click.option(
        "--only", default="", metavar="TEXT", help="Only granules whose names begin so, as MYD."
    ),
    click.option("--partial", is_flag=True, help="Take an area that is not covered as it is."),
    click.option(
        "--factor", type=click.IntRange(min=2), help="Fine pixels along one edge of a coarse one."
    ),
    click.option(
        "--catalogue",
        metavar="URL",
        help="STAC API that is asked instead of those that the sensors name.",
    ),
)


@click.command()
@click.argument("sensor")
@order_options
@click.option("--dates", metavar="A/B", help="A span of days: one Zarr with time; gaps stay gaps.")
@click.option("--plan", is_flag=True, help="Print granules, megabytes, holes; read no file.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="SCENE",
    help="Scene to write, ending in .zarr or .nc.",
)
def fetch(sensor: str, *, output: Path | None, plan: bool, dates: str | None, **words: Any) -> None:  # noqa: ANN401  click passes them
    """Fetch a scene of a thermal SENSOR from catalogues.

    Sensors and guides are those of `lstsr plugins`. The scene lies on the product's own grid;
    guides are laid on the fine grid that divides it.

    \b
    Examples:
      lstsr fetch modis --guide modis-ndvi-8day --bbox 2 44 3 45 --date 2023-08-11 -o scene.zarr
      lstsr fetch modis --point 11.5 48.1 --radius 30 --date 2023-08-11 --plan
      lstsr fetch modis --area city.geojson --dates 2023-08-01/2023-08-31 -o series.zarr
    """
    if output is None and not plan:
        raise click.UsageError("Missing option '-o' / '--output'.")
    order = read_order(sensor, dates=dates, **words)
    if plan:
        show_plan(order)
        return
    click.echo(_written(order, Path(output or "")))


def read_order(sensor: str, *, dates: str | None = None, **words: Any) -> Order:  # noqa: ANN401
    """Turn the words of a command line into an order; names become values here.

    Raises
    ------
    LstsrError
        ``UNKNOWN_NAME``, ``AREA_INVALID`` or ``DATE_INVALID``.
    """
    from lstsr_data.acquisition.days import one_day, span_of_days
    from lstsr_data.acquisition.fetch import Order
    from lstsr_data.acquisition.names import guide_of, thermal_of

    if (words["date"] is None) == (dates is None):
        raise click.UsageError("give one of --date and --dates")
    days = span_of_days(dates, words["clock"]) if dates else one_day(words["date"], words["clock"])
    catalogue = words["catalogue"]
    return Order(
        sensor=thermal_of(sensor, catalogue),
        guides=tuple(guide_of(name, catalogue) for name in words["guides"]),
        area=_area(words),
        days=days,
        guide_days=words["guide_days"],
        only=words["only"],
        partial=words["partial"],
        factor=words["factor"],
    )


def _area(words: dict[str, Any]) -> Any:  # noqa: ANN401  imported late
    from lstsr_data.acquisition.area import area_of_file, box_area, disc_area

    given = [name for name in ("bbox", "area", "point") if words[name] is not None]
    if len(given) != 1 or (words["radius"] is None) != (given != ["point"]):
        raise click.UsageError("give one of --bbox, --area, and --point with --radius")
    if given == ["bbox"]:
        return box_area(*words["bbox"])
    if given == ["area"]:
        return area_of_file(words["area"])
    longitude, latitude = words["point"]
    return disc_area(longitude, latitude, words["radius"])


def show_plan(order: Order) -> None:
    """Print what a fetch would read."""
    from lstsr_data.acquisition.fetch import open_access
    from lstsr_data.acquisition.plan import plan

    for subject, intent in plan(order, open_access()):
        click.echo(f"{subject:<18} {intent}")


def _written(order: Order, output: Path) -> Path:
    from lstsr_core import write_scene
    from lstsr_data.acquisition.fetch import fetch as fetch_scene
    from lstsr_data.acquisition.fetch import open_access
    from lstsr_data.acquisition.series import fetch_series

    if order.days.first != order.days.last:
        return fetch_series(order, output, open_access())
    return write_scene(fetch_scene(order), output)


@click.group()
def data() -> None:
    """Look after what was fetched."""


@data.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Look whether files can be read, catalogues answer and credentials are set.

    \b
    Example:
      lstsr data check
    """
    from lstsr_core.codes import USER_INPUT
    from lstsr_data.acquisition.check import examine

    findings = tuple(examine())
    for finding in findings:
        click.echo(f"{'ok  ' if finding.healthy else 'MEND'} {finding.subject}: {finding.state}")
        if not finding.healthy:
            click.echo(f"     remedy: {finding.remedy}")
    if not all(finding.healthy for finding in findings):
        context.exit(USER_INPUT)


@data.command()
@click.option("--clear", is_flag=True, help="Drop everything that is kept.")
@click.option("--trim", is_flag=True, help="Drop the least recently used files above the limit.")
def cache(*, clear: bool, trim: bool) -> None:
    """Show the cache: where it is, how much it holds, how much it may.

    LSTSR_CACHE_DIR names its folder, LSTSR_CACHE_GB its limit.

    \b
    Examples:
      lstsr data cache
      lstsr data cache --clear
    """
    from lstsr_data.acquisition.cache import GIGABYTE, open_cache

    known = open_cache()
    if clear:
        known.clear()
    if trim:
        click.echo(f"dropped {known.trim()} files")
    click.echo(f"folder  {known.folder}")
    click.echo(f"files   {len(known.files())}")
    click.echo(f"size    {known.size() / GIGABYTE:.3f} of {known.limit / GIGABYTE:g} GB")
