"""What kind of product lies at a path: its bands as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import xarray as xr

from lstsr_core.grid import on_grid
from lstsr_data.aster_l1t import is_l1t, refuse_l1t
from lstsr_data.granule_file import is_hdf4
from lstsr_data.gridded_file import is_gridded, open_gridded
from lstsr_data.hdf4 import open_hdf4
from lstsr_data.hdf5 import is_hdf5, open_hdf5
from lstsr_data.landsat_product import is_landsat, open_landsat
from lstsr_data.layer_names import moment_of
from lstsr_data.rasters import open_bands
from lstsr_data.sentinel2_safe import is_sentinel2, open_sentinel2
from lstsr_data.slstr_safe import is_slstr, open_slstr
from lstsr_data.tile_product import is_tile, open_tile

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from lstsr_data.rasters import Band

KINDS: Final = (
    (is_l1t, refuse_l1t),
    (is_hdf4, open_hdf4),
    (is_hdf5, open_hdf5),
    (is_landsat, open_landsat),
    (is_tile, open_tile),
    (is_sentinel2, open_sentinel2),
    (is_slstr, open_slstr),
    (is_gridded, open_gridded),
)
"""What tells each kind of product, and what reads it; anything else is a raster."""

CLOCKS: Final = ("%Y:%m:%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S")
"""Forms of the time of a TIFF (TIFF 6.0, DateTime; and what other writers put there). [UTC]"""


def open_product(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read the bands of a product, whatever it is.

    Parameters
    ----------
    path : path
        A granule, a product folder or tar, a layer of one, or a raster.
    names : sequence of str
        Bands to read, of which the product may lack some; empty for all. A GeoTIFF gives all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Bands as they are stored; attributes as far as the product tells them, with the names that
        STAC has for them. A swath has coordinates ``latitude`` and ``longitude``. [degree]

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE``, ``OPTION_INVALID`` or ``NO_SURFACE_TEMPERATURE``.
    SceneError
        ``SCENE_INCOMPLETE``, ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    for is_it, open_it in KINDS:
        if is_it(path):
            return open_it(path, names)
    return _open_raster(path)


def _open_raster(path: str | os.PathLike[str]) -> xr.Dataset:
    bands = open_bands(path)
    return xr.Dataset(
        {band.description or f"band_{band.index}": _stored(band) for band in bands},
        attrs=_start_of(bands[0].datetime),
    )


def _stored(band: Band) -> xr.DataArray:
    """Give the counts of a band with what its file says of them, which nobody has applied."""
    rows, columns = (slice(0, size) for size in band.box.shape)
    decoding = band.decoding
    stated = {
        "scale_factor": decoding.scale if decoding.scale != 1.0 else None,
        "add_offset": decoding.offset if decoding.offset != 0.0 else None,
        "_FillValue": decoding.nodata[0] if decoding.nodata else None,
        "units": band.units or None,
        "flag_values": list(band.classes) or None,
    }
    known = {name: value for name, value in stated.items() if value is not None}
    return on_grid(band.read_counts(rows, columns), band.box).assign_attrs(known)


def _start_of(text: str) -> dict[str, str]:
    """Give the time of a TIFF tag, which writes a date with colons, or ISO 8601."""
    start = next((moment for clock in CLOCKS if (moment := moment_of(text, clock))), "")
    return {"start_datetime": start} if start else {}
