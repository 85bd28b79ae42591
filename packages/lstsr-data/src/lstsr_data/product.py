"""What kind of product lies at a path: its bands as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import xarray as xr

from lstsr_core.grid import on_grid
from lstsr_data.granule_file import is_hdf4
from lstsr_data.hdf4 import open_hdf
from lstsr_data.landsat_product import is_landsat, open_landsat
from lstsr_data.rasters import open_bands
from lstsr_data.sentinel2_safe import is_sentinel2, open_sentinel2
from lstsr_data.slstr_safe import is_slstr, open_slstr
from lstsr_data.tile_product import is_tile, open_tile

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

KINDS: Final = (
    (is_hdf4, open_hdf),
    (is_landsat, open_landsat),
    (is_tile, open_tile),
    (is_sentinel2, open_sentinel2),
    (is_slstr, open_slstr),
)
"""What tells each kind of product, and what reads it; anything else is a raster."""


def open_product(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read the bands of a product, whatever it is.

    Parameters
    ----------
    path : path
        A granule, a product folder or tar, a layer of one, or a raster.
    names : sequence of str
        Bands to read, of which the product may lack some; empty for all. A raster gives all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Bands as they are stored; attributes as far as the product tells them, with the names that
        STAC has for them. A swath has coordinates ``latitude`` and ``longitude``. [degree]

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE`` or ``OPTION_INVALID``.
    SceneError
        ``SCENE_INCOMPLETE``, ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    for is_it, open_it in KINDS:
        if is_it(path):
            return open_it(path, names)
    return _open_raster(path)


def _open_raster(path: str | os.PathLike[str]) -> xr.Dataset:
    bands = open_bands(path)
    rows, columns = (slice(0, size) for size in bands[0].box.shape)
    return xr.Dataset(
        {
            band.description or f"band_{band.index}": on_grid(
                band.read_counts(rows, columns), band.box
            )
            for band in bands
        }
    )
