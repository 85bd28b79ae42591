"""The command `lstsr bench speed`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lstsr_runtime.bench.speed import Size, Timing, Way


class Among(NamedTuple):
    """Tiles and devices to time models on, and commands of others, by name, to compare with."""

    ways: Sequence[Way]
    baselines: Mapping[str, str]


def among_of(tiles: Sequence[int], devices: Sequence[str], baselines: Mapping[str, str]) -> Among:
    """Put every tile on every device; the usual ones where none is named."""
    from lstsr_runtime.bench.speed import Way

    ways = [Way(tile, device) for tile in tiles or (0,) for device in devices or ("auto",)]
    return Among(ways=ways, baselines=baselines)


def run_speed(
    data: Path,
    models: tuple[str, ...],
    size: Size,
    output: Path | None,
    among: Among,
) -> None:
    """Time models on a scene or a tile; show the table and write the folder."""
    from contextlib import nullcontext

    from rich.console import Console

    from lstsr_runtime.bench.speed_report import speed_table, write_speed
    from lstsr_runtime.folder import draft_of

    with draft_of(output) if output else nullcontext() as draft:
        timings = _time(data, models, size, among)
        if draft:
            write_speed(draft, timings)
    Console().print(speed_table(timings))
    if output:
        click.echo(output)


def _time(data: Path, models: tuple[str, ...], size: Size, among: Among) -> tuple[Timing, ...]:
    from tempfile import TemporaryDirectory

    from lstsr_core import write_scene
    from lstsr_runtime.bench.accuracy import choose_models
    from lstsr_runtime.bench.speed import scene_of, time_models
    from lstsr_runtime.bench.strangers import time_command

    scene = scene_of(size, data)
    guides = {str(name) for name in scene["guide"].data_vars}
    chosen = [model.name for model in choose_models(models) if guides.issuperset(model.guides)]
    with TemporaryDirectory() as folder:
        path = write_scene(scene, Path(folder) / "scene.zarr")
        del scene
        timings = tuple(time_models(chosen, path, size, among.ways))
        return timings + tuple(time_command(*one, path, size) for one in among.baselines.items())
