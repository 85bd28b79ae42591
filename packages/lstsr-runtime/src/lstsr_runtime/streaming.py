"""A result is computed unit by unit; what is finished is on the disk and out of the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from lstsr_runtime.computing import compute_all
from lstsr_runtime.cpus import usable_cpus
from lstsr_runtime.execution import IN_THREADS
from lstsr_runtime.memory import tiles_in_flight, watched
from lstsr_runtime.units import find_kept, keep_unit, units_of, write_manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import dask.array as da
    import xarray as xr

    from lstsr_runtime.execution import Execution
    from lstsr_runtime.units import Unit

ROWS_HELD: Final = 3 * 2048
"""Rows of a guide that wait for their tiles, at most: blocks of `lstsr_data`. [fine pixel]"""


def compute_units(
    layers: Sequence[xr.DataArray],
    home: Path,
    *,
    run: str = "",
    wrote: Callable[[int], None],
    execution: Execution = IN_THREADS,
) -> Mapping[Unit, Path]:
    """Compute layers, each unit of which is kept as soon as it is there.

    Parameters
    ----------
    layers : sequence of xarray.DataArray, dims (y, x)
        Of one grid.
    home : pathlib.Path
        Folder of the units; those that an earlier process has finished are not computed again.
    run : str
        What the layers depend on beside what their names say.
    wrote : callable
        Called with the number of units that were finished.
    execution : Execution
        How much memory there is.

    Returns
    -------
    mapping of Unit to pathlib.Path
        Files of one band a layer, in the order of the layers.

    Raises
    ------
    LstsrError
        Of the unit that failed.
    """
    arrays = _alike([_array(layer) for layer in layers])
    units = units_of(arrays, run)
    kept = dict(find_kept(home, units))
    write_manifest(home, units)
    wrote(len(kept))

    def finished(name: str) -> None:
        kept[name.partition("-")[0]] = name
        wrote(1)

    todo = [unit for unit in units if unit.key not in kept]
    _compute(_tasks(arrays, todo, home), finished, execution, _held(arrays[0].shape))
    return {unit: home / kept[unit.key] for unit in units}


def _array(layer: xr.DataArray) -> da.Array:
    import dask.array as da

    lazy: da.Array = da.asarray(layer.data)
    return lazy


def _alike(arrays: Sequence[da.Array]) -> Sequence[da.Array]:
    """Cut all layers as the one with the most blocks is cut."""
    finest = max(arrays, key=lambda array: array.npartitions)
    return [array.rechunk(finest.chunks) for array in arrays]


def _tasks(arrays: Sequence[da.Array], units: Sequence[Unit], home: Path) -> list[Any]:
    """Give a later value for each unit: the name of its file."""
    from dask.delayed import Delayed
    from dask.highlevelgraph import HighLevelGraph

    place = str(home.absolute())
    tasks: dict[Any, Any] = {
        f"keep-{unit.key}": (
            keep_unit,
            [(array.name, *unit.place) for array in arrays],
            unit.key,
            place,
        )
        for unit in units
    }
    graph = HighLevelGraph.from_collections("keep", tasks, dependencies=cast("Any", arrays))
    return [Delayed(key, graph, layer="keep") for key in tasks]


def _held(shape: tuple[int, ...]) -> int:
    """Give the memory of the rows of a guide that wait for their tiles, at most. [byte]"""
    rows, columns = shape
    return min(ROWS_HELD, rows) * columns * np.dtype(np.float32).itemsize


def _compute(
    tasks: list[Any], finished: Callable[[str], None], execution: Execution, held: int
) -> None:
    """Compute tasks; where memory is limited, the first one tells what one takes."""
    memory = execution.memory
    if memory is None or execution.workers or execution.cluster or not tasks:
        compute_all(tasks, finished)
        return
    with watched() as watch:
        compute_all(tasks[:1], finished, threads=1)
    compute_all(tasks[1:], finished, threads=tiles_in_flight(memory, watch, held, usable_cpus()))
