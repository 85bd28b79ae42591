"""Layers on disk as cloud-optimised GeoTIFFs, joined from the units of a run."""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.errors import RasterioError

from lstsr_core.grid import geobox_of
from lstsr_runtime.execution import IN_THREADS
from lstsr_runtime.folder import disk_full
from lstsr_runtime.layer import BLOCK, LAYERS
from lstsr_runtime.mosaic import write_mosaic
from lstsr_runtime.statistics import statistics_of
from lstsr_runtime.streaming import compute_units
from lstsr_runtime.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import xarray as xr
    from odc.geo.geobox import GeoBox

    from lstsr_runtime.execution import Execution
    from lstsr_runtime.units import Unit

CACHE: Final = 256
"""Memory that GDAL may use for blocks. [MB]"""
LEAST_CACHE: Final = 32
"""The same where memory is scarce: a row of blocks of a country. [MB]"""
POOL: Final = 256
"""Units that GDAL holds open: more than stand in a row of a continent. [1]"""


def _nothing(_: int) -> None:
    """Take no notice of finished units."""


def write_layers(
    result: xr.Dataset,
    folder: Path,
    *,
    run: str = "",
    wrote: Callable[[int], None] = _nothing,
    execution: Execution = IN_THREADS,
) -> Mapping[str, Path]:
    """Compute a result and write each of its layers as a COG.

    The tiles are computed once and written as they come; memory holds the tiles in flight. Those
    that a process which was killed has finished are not computed again.

    Parameters
    ----------
    result : xarray.Dataset, dims (y, x)
        ``lst`` [K], ``lst_uncertainty`` [K], ``quality``.
    folder : pathlib.Path
        Where to put ``lst.tif`` and its siblings.
    run : str
        What the result depends on beside what the names of its arrays say.
    wrote : callable
        Called with the number of tiles that were finished.
    execution : Execution
        How to compute.

    Returns
    -------
    mapping of str to pathlib.Path
        The file of each layer.

    Raises
    ------
    ResourceError
        ``DISK_FULL`` where the result cannot fit.
    OSError
        Where the files cannot be written; it means no room, for all that GDAL says.
    """
    check_room(geobox_of(result), folder)
    layers = [result[name] for name in LAYERS]
    home = folder / UNITS
    try:
        with rasterio.Env(GDAL_CACHEMAX=_cache(execution.memory), GDAL_MAX_DATASET_POOL_SIZE=POOL):
            units = compute_units(layers, home, run=run, wrote=wrote, execution=execution)
            for band, variable in enumerate(layers, start=1):
                _join(units, band, variable, folder)
    except RasterioError as error:
        raise OSError(errno.ENOSPC, f"not written: {error}") from error
    shutil.rmtree(home)
    return {name: folder / f"{name}.tif" for name in LAYERS}


def _cache(memory: int | None) -> int:
    """Give the share of a memory that GDAL may use for blocks. [MB]"""
    return CACHE if memory is None else max(min(CACHE, memory // 16_000_000), LEAST_CACHE)


def check_room(box: GeoBox, folder: Path) -> None:
    """Refuse to start where the disk cannot hold the result.

    Raises
    ------
    ResourceError
        ``DISK_FULL``.
    """
    free = shutil.disk_usage(folder).free
    if free < room_needed(box):
        needed = f"{room_needed(box) / 1e6:.0f} MB needed, {free / 1e6:.0f} MB free"
        raise disk_full(folder.parent, OSError(needed))


def room_needed(box: GeoBox) -> int:
    """Give the bytes that the units and all layers with their overviews take, at most. [byte]"""
    pixels = int(box.shape[0]) * int(box.shape[1])
    units = len(LAYERS) * np.dtype(np.float32).itemsize
    layers = sum(np.dtype(layer.dtype).itemsize for layer in LAYERS.values())
    return pixels * (units + 2 * layers)


def _join(units: Mapping[Unit, Path], band: int, variable: xr.DataArray, folder: Path) -> None:
    """Join one band of all units to a COG and prove that it holds the same."""
    name = str(variable.name)
    layer, final = LAYERS[name], folder / f"{name}.tif"
    draft = folder / UNITS / f"{name}.vrt"
    write_mosaic(draft, units, band, variable)
    with rasterio.open(draft, "r+") as file:
        file.update_tags(1, **statistics_of(file))
    rasterio.shutil.copy(
        draft,
        final,
        driver="COG",
        COMPRESS="DEFLATE",
        PREDICTOR="YES",
        BLOCKSIZE=str(BLOCK),
        OVERVIEW_RESAMPLING=layer.overviews.upper(),
        BIGTIFF="IF_SAFER",
        NUM_THREADS="ALL_CPUS",
    )
    with rasterio.open(draft) as before, rasterio.open(final) as after:
        if before.checksum(1) != after.checksum(1):
            raise RasterioError(f"{final.name} does not read back as it was written")
