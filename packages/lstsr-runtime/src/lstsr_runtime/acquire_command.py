"""The command `lstsr run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from lstsr_data.acquisition.commands import read_order, show_plan
from lstsr_data.acquisition.options import Spreading, order_options
from lstsr_runtime.commands import read_pairs
from lstsr_runtime.execution_options import execution_options, read_execution

SHARPENING: Final = ("model", "settings", "corrections", "tile", "device")
"""Options that say how to sharpen; the others say what to fetch."""


@click.command("run", cls=Spreading)
@click.option("--sensor", required=True, metavar="NAME", help="Thermal sensor of `lstsr plugins`.")
@order_options
@click.option("--model", default="best", show_default=True, help="A model of `lstsr plugins`.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    callback=read_pairs,
    metavar="NAME=VALUE",
    help="An option of the model; may be repeated.",
)
@click.option(
    "--correction",
    "corrections",
    multiple=True,
    metavar="NAME[:OPTION=VALUE,...]",
    help="A correction of `lstsr plugins`; may be repeated, applied in order.",
)
@click.option("--tile", type=int, help="Coarse pixels along one edge of a tile.")
@click.option("--device", help="Where networks run: auto, cpu, cuda:0 or tensorrt:0, no other.")
@execution_options
@click.option("--plan", is_flag=True, help="Print granules, megabytes, holes; read no file.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the result; it appears complete or not at all.",
)
def acquire(*, sensor: str, output: Path | None, plan: bool, **words: Any) -> None:  # noqa: ANN401  click passes them
    """Fetch a scene and sharpen it: `lstsr fetch` and `lstsr sharpen` in one.

    The scene is kept beside DIR, as DIR-scene.zarr.

    \b
    Example:
      lstsr run --sensor modis --guide modis-ndvi-8day --bbox 2 44 3 45 --date 2023-08-11 -o OUT \
        --memory 4GB --workers 2
    """
    if output is None and not plan:
        raise click.UsageError("Missing option '-o' / '--output'.")
    options = {name: words.pop(name) for name in SHARPENING}
    execution = read_execution(words)
    order = read_order(sensor, **words)
    if plan:
        show_plan(order)
        return
    from lstsr_runtime.acquire import acquire as fetch_and_run
    from lstsr_runtime.log import told

    given = {name: value for name, value in options.items() if value not in (None, {}, ())}
    with told():
        folder = fetch_and_run(order, Path(output or ""), given, execution=execution)
    click.echo(folder)
    click.echo(folder / "quicklook.png")
