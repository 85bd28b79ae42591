"""The command `lstsr sharpen`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstsr_runtime.execution_options import execution_options, read_execution

if TYPE_CHECKING:
    from lstsr_runtime.execution import Execution
    from lstsr_runtime.request import Request

PAIR = "NAME=VALUE"
"""How a named option is written."""


def read_pairs(
    context: click.Context, parameter: click.Parameter, words: tuple[str, ...]
) -> dict[str, str]:
    """Split words of the form NAME=VALUE."""
    pairs: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not (name and equals and value):
            raise click.BadParameter(f"{word!r} is not of the form {PAIR}", context, parameter)
        if name in pairs:
            raise click.BadParameter(f"{name!r} is given twice", context, parameter)
        pairs[name] = value
    return pairs


@click.command()
@click.argument("lst", required=False, type=click.Path(path_type=Path))
@click.option(
    "--guide",
    "guides",
    multiple=True,
    callback=read_pairs,
    metavar="NAME=FILE",
    help="A fine guide, such as ndvi=NDVI.tif; may be repeated.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the result; it appears complete or not at all.",
)
@click.option(
    "--model",
    default="best",
    show_default=True,
    help="A model of `lstsr plugins`; best = the best that the guides allow.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    callback=read_pairs,
    metavar="NAME=VALUE",
    help="An option of the model; may be repeated. `lstsr plugins options MODEL` lists them.",
)
@click.option(
    "--texture",
    metavar="SHARE",
    help="0 (least error, the default) to 1 or `full` (all the texture that the ground has); "
    "short for --set texture=SHARE.",
)
@click.option(
    "--correction",
    "corrections",
    multiple=True,
    metavar="NAME[:OPTION=VALUE,...]",
    help="A correction of `lstsr plugins`; may be repeated, applied in order.",
)
@click.option("--sensor", metavar="NAME", help="Decodes the bands of LST by this sensor.")
@click.option(
    "--factor",
    type=int,
    help="Fine pixels along one edge of a coarse pixel; "
    "by default the one nearest to the first guide's pixel.",
)
@click.option(
    "--units",
    type=click.Choice(["kelvin", "celsius", "fahrenheit"]),
    help="Units of LST, where the file does not say.",
)
@click.option("--scale", type=float, help="Units per stored count of LST, such as 0.02.")
@click.option("--offset", type=float, help="LST at a stored count of 0, with --scale.")
@click.option(
    "--guide-scale",
    "guide_scales",
    multiple=True,
    callback=read_pairs,
    metavar="NAME=SCALE",
    help="Units per stored count of a guide.",
)
@click.option("--nodata", type=float, help="A further stored value that means nothing here.")
@click.option("--datetime", metavar="ISO8601", help="Acquisition time, UTC, for the STAC Item.")
@click.option(
    "--tile",
    type=int,
    help="Coarse pixels along one edge of a tile; the result does not depend on it.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="run.yaml",
    help="Repeat the run of a run folder, byte for byte.",
)
@click.option("--device", help="Where networks run: auto, cpu, cuda:0 or tensorrt:0, no other.")
@click.option(
    "--batch",
    metavar="LIST.csv|GLOB",
    help="Many scenes: a table with the columns lst, name, datetime and one for each guide, "
    "or a pattern in quotes. DIR receives a folder for each, and summary.csv.",
)
@execution_options
@click.option("--plan", is_flag=True, help="Print what would be done, and do nothing.")
@click.pass_context
def sharpen(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401  click passes them
    """Sharpen the temperature LST by fine guides.

    LST is a raster in kelvin, or a scene (.nc, .zarr). Guides are laid on it by their
    geotransforms. DIR receives lst.tif, lst_uncertainty.tif, quality.tif, quicklook.png,
    item.json, run.yaml and log.jsonl.

    \b
    Examples:
      lstsr sharpen LST.tif --guide ndvi=NDVI.tif -o OUT
      lstsr sharpen LST.tif --guide ndvi=NDVI.tif --model tsharp --plan
      lstsr sharpen --config OUT/run.yaml -o AGAIN
      lstsr sharpen --batch 'scenes/*.zarr' -o OUT --memory 4GB
    """
    output, only_plan, batch = (options.pop(name) for name in ("output", "plan", "batch"))
    if output is None and not only_plan:
        raise click.UsageError("Missing option '-o' / '--output'.", context)
    execution = read_execution(options)
    if batch is not None:
        if only_plan or output is None:
            raise click.UsageError("--batch does not go with --plan", context)
        context.exit(_run_batch(batch, _shared(context, options), output, execution))
    request = _request(context, options)
    if only_plan:
        _show_plan(request, output)
    else:
        _run(request, output, execution)


def _shared(context: click.Context, options: dict[str, Any]) -> dict[str, Any]:
    """Give the fields that hold for every scene of a batch."""
    given = {name: value for name, value in options.items() if _is_given(context, name)}
    for name in ("lst", "config"):
        if name in given:
            raise click.UsageError(f"--batch does not go with {name.upper()}", context)
    return _with_texture(given)


def _run_batch(words: str, shared: dict[str, Any], output: Path, execution: Execution) -> int:
    """Sharpen the scenes of a list, print what became of each, and give the exit status."""
    from lstsr_runtime.batch import SUMMARY, gravest, run_batch
    from lstsr_runtime.batch_list import read_entries
    from lstsr_runtime.log import told

    with told():
        outcomes = run_batch(read_entries(words, shared), output, execution=execution)
    for one in outcomes:
        click.echo(f"{one.outcome:<7} {one.seconds:8.1f} s  {one.code or '-':<20} {one.scene}")
    click.echo(output / SUMMARY)
    return gravest(outcomes)


def _request(context: click.Context, options: dict[str, Any]) -> Request:
    from lstsr_runtime.request import make_request, read_request

    config = options.pop("config")
    given = {name: value for name, value in options.items() if _is_given(context, name)}
    if config is not None:
        if given:
            named = ", ".join(sorted(given))
            raise click.UsageError(f"--config already fixes: {named}", context)
        return read_request(config)
    if "lst" not in given:
        raise click.UsageError("Missing argument 'LST'.", context)
    return make_request(**_with_texture(given))


def _with_texture(given: dict[str, Any]) -> dict[str, Any]:
    """Count ``--texture`` among the options of the model."""
    texture = given.pop("texture", None)
    if texture is None:
        return given
    share = "1" if texture == "full" else texture
    return {**given, "settings": {**given.get("settings", {}), "texture": share}}


def _is_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT


def _run(request: Request, output: Path, execution: Execution) -> None:
    from lstsr_runtime.log import told
    from lstsr_runtime.runs import run

    with told():
        folder = run(request, output, execution=execution)
    click.echo(folder)
    click.echo(folder / "quicklook.png")


def _show_plan(request: Request, output: Path | None) -> None:
    from lstsr_runtime.plan import plan

    for subject, intent in plan(request, output if output is not None else Path("(no -o given)")):
        click.echo(f"{subject:<12} {intent}")
