"""The commands `lstsr fetch` and `lstsr data`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstsr_data.acquisition.options import Spreading, order_options

if TYPE_CHECKING:
    from lstsr_data.acquisition.fetch import Order


@click.command(cls=Spreading)
@click.argument("sensor", required=False)
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
def fetch(
    sensor: str | None,
    *,
    output: Path | None,
    plan: bool,
    dates: str | None,
    **words: Any,  # noqa: ANN401  click passes them
) -> None:
    """Fetch a scene of a thermal SENSOR from catalogues, or from files on disk.

    Sensors and guides are those of `lstsr plugins`; without a SENSOR files are rasters of a
    temperature. The scene lies on the product's own grid; guides are laid on the fine grid that
    divides it.

    \b
    Examples:
      lstsr fetch modis --guide modis-ndvi-8day --bbox 2 44 3 45 --date 2023-08-11 -o scene.zarr
      lstsr fetch modis --point 11.5 48.1 --radius 30 --date 2023-08-11 --plan
      lstsr fetch modis --area city.geojson --dates 2023-08-01/2023-08-31 -o series.zarr
      lstsr fetch modis --files MOD11A1.*.hdf --guide modis-ndvi-8day --guide-files MOD09Q1.*.hdf
      lstsr fetch --files LST.tif --guide-files ndvi=NDVI.tif --date 2023-08-11 -o scene.zarr
    """
    if output is None and not plan:
        raise click.UsageError("Missing option '-o' / '--output'.")
    order = read_order(sensor, dates=dates, **words)
    if plan:
        show_plan(order)
        return
    click.echo(_written(order, Path(output or "")))


def read_order(sensor: str | None, *, dates: str | None = None, **words: Any) -> Order:  # noqa: ANN401
    """Turn the words of a command line into an order; names become values here.

    Raises
    ------
    LstsrError
        ``UNKNOWN_NAME``, ``AREA_INVALID`` or ``DATE_INVALID``; those of reading files.
    """
    from lstsr_data.acquisition.fetch import Order
    from lstsr_data.acquisition.from_files import day_of, hold
    from lstsr_data.acquisition.names import guide_of, thermal_of
    from lstsr_data.plain_sensor import plain_temperature

    if sensor is None and not words["files"]:
        raise click.UsageError("Missing argument 'SENSOR'.")
    catalogue, area, days = words["catalogue"], _area(words), _days(words, dates)
    thermal = thermal_of(sensor, catalogue) if sensor is not None else plain_temperature()
    named = tuple(guide_of(name, catalogue) for name in words["guides"])
    guides, held = hold((thermal, *named), words["files"], words["guide_files"], days)
    return Order(
        sensor=thermal,
        guides=guides,
        area=area,
        days=days if days is not None else day_of(held[thermal.name], words["only"]),
        guide_days=words["guide_days"],
        only=words["only"],
        partial=words["partial"],
        factor=words["factor"],
        held=held,
    )


def _days(words: dict[str, Any], dates: str | None) -> Any:  # noqa: ANN401  imported late
    from lstsr_data.acquisition.days import one_day, span_of_days

    given = [text for text in (words["date"], dates) if text is not None]
    if not given and words["files"]:
        return None
    if len(given) != 1:
        raise click.UsageError("give one of --date and --dates")
    return span_of_days(dates, words["clock"]) if dates else one_day(words["date"], words["clock"])


def _area(words: dict[str, Any]) -> Any:  # noqa: ANN401  imported late
    from lstsr_data.acquisition.area import area_of_file, box_area, disc_area

    given = [name for name in ("bbox", "area", "point") if words[name] is not None]
    if not given and words["radius"] is None and words["files"]:
        return None
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
