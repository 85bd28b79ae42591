"""Layers on disk as cloud-optimised GeoTIFFs, written a tile at a time."""

from __future__ import annotations

import errno
import shutil
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.errors import RasterioError
from rasterio.windows import Window

from lstsr_core.grid import geobox_of
from lstsr_runtime.folder import disk_full

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import xarray as xr
    from odc.geo.geobox import GeoBox

BLOCK: Final = 512
"""Edge of the blocks inside a file. [pixel]"""
CACHE: Final = 256
"""Memory that GDAL may use for blocks. [MB]"""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """How a variable of a result becomes a file.

    Parameters
    ----------
    dtype : str
        Type of the pixels.
    nodata : float
        Value of pixels without a measurement.
    overviews : str
        How overviews are made.
    description, units : str
        What the band holds.
    """

    dtype: str
    nodata: float
    overviews: str
    description: str
    units: str


LAYERS: Final = {
    "lst": Layer(
        dtype="float32",
        nodata=np.nan,
        overviews="average",
        description="land surface temperature",
        units="K",
    ),
    "lst_uncertainty": Layer(
        dtype="float32",
        nodata=np.nan,
        overviews="average",
        description="standard uncertainty of the land surface temperature",
        units="K",
    ),
    "quality": Layer(
        dtype="uint8",
        nodata=0,
        overviews="mode",
        description="quality flags",
        units="1",
    ),
}
"""The layers of every result, by the names of their variables."""


def _nothing() -> None:
    """Take no notice of a written block."""


class _Target:
    """A GeoTIFF that dask can store into."""

    def __init__(self, file: Any, wrote: Callable[[], None]) -> None:  # noqa: ANN401
        self.file = file
        self.wrote = wrote

    def __setitem__(self, key: tuple[slice, slice], block: np.ndarray[Any, Any]) -> None:
        if not self.file.closed:  # where another tile has failed, the files are closed early
            self.file.write(block, 1, window=Window.from_slices(*key))
            self.wrote()


def write_layers(
    result: xr.Dataset, folder: Path, wrote: Callable[[], None] = _nothing
) -> Mapping[str, Path]:
    """Compute a result and write each of its layers as a COG.

    The tiles are computed once and written as they come; memory holds the tiles in flight.

    Parameters
    ----------
    result : xarray.Dataset, dims (y, x)
        ``lst`` [K], ``lst_uncertainty`` [K], ``quality``.
    folder : pathlib.Path
        Where to put ``lst.tif`` and its siblings.
    wrote : callable
        Called after each block of each layer.

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
    box = geobox_of(result)
    drafts = {name: folder / f"{name}.draft.tif" for name in LAYERS}
    check_room(box, folder)
    try:
        with rasterio.Env(GDAL_CACHEMAX=CACHE):
            _store(result, drafts, wrote)
            for name, draft in drafts.items():
                _copy(draft, folder / f"{name}.tif", result[name], LAYERS[name])
    except RasterioError as error:
        raise OSError(errno.ENOSPC, f"not written: {error}") from error
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return {name: folder / f"{name}.tif" for name in LAYERS}


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
    """Give the bytes that the working copies of all layers take, at most. [byte]"""
    pixel = sum(np.dtype(layer.dtype).itemsize for layer in LAYERS.values())
    return int(box.shape[0]) * int(box.shape[1]) * pixel * 2


def _store(result: xr.Dataset, drafts: Mapping[str, Path], wrote: Callable[[], None]) -> None:
    import dask.array as da

    box = geobox_of(result)
    files = {name: _create(path, box, LAYERS[name]) for name, path in drafts.items()}
    lock = threading.Lock()
    targets = [_Target(files[name], wrote) for name in LAYERS]
    try:
        da.store(
            [da.asarray(result[name].data) for name in LAYERS],
            cast("Any", targets),  # dask asks for __setitem__ alone
            lock=lock,
            compute=True,
        )
    finally:
        with lock:  # a thread may still be writing when another has failed
            for file in files.values():
                file.close()


def _create(path: Path, box: GeoBox, layer: Layer) -> Any:  # noqa: ANN401  rasterio is untyped
    return rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=box.shape[0],
        width=box.shape[1],
        count=1,
        dtype=layer.dtype,
        crs=str(box.crs),
        transform=box.affine,
        nodata=layer.nodata,
        tiled=True,
        blockxsize=BLOCK,
        blockysize=BLOCK,
        BIGTIFF="IF_SAFER",
    )


def _copy(draft: Path, final: Path, variable: xr.DataArray, layer: Layer) -> None:
    """Turn a GeoTIFF into a COG and prove that both hold the same."""
    with rasterio.open(draft, "r+") as file:
        file.set_band_description(1, layer.description)
        file.set_band_unit(1, layer.units)
        file.update_tags(1, **_tags(variable))
    rasterio.shutil.copy(
        draft,
        final,
        driver="COG",
        COMPRESS="DEFLATE",
        PREDICTOR="YES",
        BLOCKSIZE=str(BLOCK),
        OVERVIEW_RESAMPLING=layer.overviews.upper(),
        STATISTICS="YES",
        BIGTIFF="IF_SAFER",
        NUM_THREADS="ALL_CPUS",
    )
    with rasterio.open(draft) as before, rasterio.open(final) as after:
        if before.checksum(1) != after.checksum(1):
            raise RasterioError(f"{final.name} does not read back as it was written")


def _tags(variable: xr.DataArray) -> dict[str, str]:
    """Give the CF attributes that GeoTIFF has no field for."""
    kept = ("standard_name", "flag_masks", "flag_meanings")
    return {
        key: " ".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in variable.attrs.items()
        if key in kept
    }
