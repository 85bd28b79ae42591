"""The commands `lstsr scaling ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lstsr_physics.scaling.reading import Inputs

ANALYSE: Final = "analyse"
"""Command that files without a command are for."""


class FilesOrCommand(click.Group):
    """A group that takes files where no subcommand is named, and analyses them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before words that are neither a command nor a cry for help."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [ANALYSE, *args]
        return super().parse_args(ctx, args)


@click.group(cls=FilesOrCommand)
def scaling() -> None:
    """Measure how temperature and guides change across scales.

    Files without a subcommand are analysed; a file named like a subcommand is ./NAME.

    \b
    Examples:
      lstsr scaling LST.tif ndvi=NDVI.tif -o OUT
      lstsr scaling SCENE.nc -o OUT
    """


def _pairs(
    context: click.Context, parameter: click.Parameter, words: tuple[str, ...]
) -> dict[str, str]:
    """Split words of the form NAME=VALUE."""
    parts = [word.partition("=") for word in words]
    pairs = {name: value for name, _, value in parts}
    if len(pairs) < len(words) or not all(name and value for name, value in pairs.items()):
        raise click.BadParameter("not of the form NAME=VALUE, each once", context, parameter)
    return pairs


@scaling.command(ANALYSE)
@click.argument("files", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the result; it appears complete or not at all.",
)
@click.option(
    "--footprint",
    "footprints",
    multiple=True,
    callback=_pairs,
    metavar="NAME=SENSOR",
    help="What a field was seen by: a sensor, or its MTF at the Nyquist frequency; lst=aster.",
)
@click.option("--classes", type=click.Path(path_type=Path), metavar="FILE", help="Land cover.")
@click.option(
    "--windows", type=click.IntRange(0, 64), default=0, help="Windows along an edge, by themselves."
)
def analyse(
    *,
    files: tuple[str, ...],
    output: Path,
    footprints: dict[str, str],
    classes: Path | None,
    windows: int,
) -> None:
    """Measure a temperature, its guides and their pairs at every scale.

    FILES are rasters, the temperature [K] first, then guides as NAME=FILE (or FILE, which gives
    the name); or one scene (.nc, .zarr). DIR receives scaling.nc, scaling.json and figures.

    \b
    Examples:
      lstsr scaling LST.tif ndvi=NDVI.tif -o OUT
      lstsr scaling LST.tif ndvi=NDVI.tif --footprint lst=aster --classes COVER.tif -o OUT
    """
    from lstsr_physics.scaling.analysis import analyse as measure
    from lstsr_physics.scaling.reading import read_inputs
    from lstsr_physics.scaling.report import write_report

    lst, guides = _named(files)
    inputs = read_inputs(lst, guides, footprints)
    found = measure(
        inputs.lst, inputs.guides, laid=inputs.laid, regions=_regions(inputs, classes, windows)
    )
    sources = {"lst": str(lst), **{name: str(path) for name, path in guides.items()}}
    for path in write_report(found, output, sources):
        click.echo(path)


def _named(files: Sequence[str]) -> tuple[Path, dict[str, Path]]:
    """Tell the temperature from the guides, and name them."""
    first, *rest = files
    guides: dict[str, Path] = {}
    for word in rest:
        name, equals, path = word.partition("=")
        place = Path(path if equals else word)
        guides[name if equals else place.stem] = place
    if len(guides) < len(rest) or "lst" in guides:
        raise click.UsageError("each guide needs a name of its own: NAME=FILE")
    return Path(first.removeprefix("lst=")), guides


def _regions(inputs: Inputs, classes: Path | None, count: int) -> dict[str, NDArray[np.bool_]]:
    from lstsr_physics.scaling import regions
    from lstsr_physics.scaling.reading import read_classes

    shape = inputs.lst.values.shape
    found = regions.windows((shape[0], shape[1]), count)
    if classes is not None:
        found |= regions.classes(read_classes(classes, inputs.box))
    return found
