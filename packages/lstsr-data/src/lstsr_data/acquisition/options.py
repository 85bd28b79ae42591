"""The options that say what to fetch, the same for every command that fetches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SPREAD: Final = ("--files", "--guide-files")
"""Options that take every word up to the next option, as shells put them in place of ``*``."""


class Spreading(click.Command):
    """A command whose `SPREAD` options take several words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat each of those options before each of its words."""
        return super().parse_args(ctx, list(spread(args)))


def spread(words: Sequence[str]) -> Iterator[str]:
    """Give ``--files A --files B`` for ``--files A B``; other words stay as they are."""
    option = ""
    fresh = False
    for word in words:
        if word.startswith("-"):
            option = word if word in SPREAD else ""
            fresh = True
        elif option and not fresh:
            yield option
        if not word.startswith("-"):
            fresh = False
        yield word


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
    click.option(
        "--files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="PATH...",
        help="Products on disk, instead of a search; area and date may be left out.",
    ),
    click.option(
        "--guide-files",
        multiple=True,
        metavar="PATH...",
        help="Products on disk for the guides, or NAME=PATH for a plain raster.",
    ),
)
