"""The layers of a product, files of their own, as bands on one grid."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from lstsr_core import factor_between
from lstsr_core.grid import on_grid
from lstsr_core.nested import repeat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

    from lstsr_data.rasters import Band

CHUNK: Final = 2048
"""Pixels along one edge of the blocks in which a layer is read. [pixel]"""


def open_layers(bands: Mapping[str, Band]) -> xr.Dataset:
    """Join bands of one or of nested grids.

    Parameters
    ----------
    bands : mapping of str to Band
        One or more, by the names that `Sensor.decode` knows.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy counts as they are stored. Each pixel of coarser bands is repeated over the finest
        grid, which must divide it.

    Raises
    ------
    SceneError
        ``CRS_MISMATCH`` or ``GRID_NOT_NESTED``.
    """
    finest = max((band.box for band in bands.values()), key=lambda box: int(box.shape[0]))
    return xr.Dataset({name: _counts(band, finest) for name, band in bands.items()})


def _counts(band: Band, box: GeoBox) -> xr.DataArray:
    import dask.array as da
    from dask.base import tokenize

    read = partial(_block, band=band, factor=factor_between(band.box, box))
    counts = da.map_blocks(
        read,
        chunks=da.core.normalize_chunks(CHUNK, box.shape, dtype=band.dtype),
        dtype=band.dtype,
        meta=np.empty((0, 0), band.dtype),
        name=f"layer-{tokenize(band, box)}",
    )
    return on_grid(counts, box)


def _block(
    *,
    band: Band,
    factor: int,
    block_info: Any = None,  # noqa: ANN401  dask's own structure
) -> NDArray[Any]:
    """Read the pixels that a block of the fine grid lies in, and repeat them."""
    fine = [slice(*span) for span in block_info[None]["array-location"]]
    rows, columns = (slice(s.start // factor, -(-s.stop // factor)) for s in fine)
    counts = repeat(band.read_counts(rows, columns), factor)
    top, left = rows.start * factor, columns.start * factor
    return counts[
        fine[0].start - top : fine[0].stop - top, fine[1].start - left : fine[1].stop - left
    ]
