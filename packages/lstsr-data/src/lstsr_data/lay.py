"""Laying a band on a grid by its geotransform, never by its index."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import rasterio.warp

from lstsr_core import SceneError
from lstsr_core.grid import TOLERANCE, on_grid
from lstsr_data.resampling import resample

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

    How = Literal["shifted", "averaged", "majority"]

CHUNK = 2048
"""Pixels along one edge of the blocks in which a raster is read. [pixel]"""
PAD = 2
"""Source pixels read around a window that is resampled. [pixel]"""


class Layable(Protocol):
    """What can be laid: a band of a file, or a decoded field."""

    @property
    def path(self) -> str:
        """Where it comes from, for messages."""
        ...  # pragma: no cover

    @property
    def box(self) -> GeoBox:
        """Its grid."""
        ...  # pragma: no cover

    @property
    def classes(self) -> tuple[float, ...]:
        """Values that name classes; empty for numbers."""
        ...  # pragma: no cover

    def read(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Give the values of a window that lies inside the grid, NaN where there is none."""
        ...  # pragma: no cover


def lay(band: Layable, box: GeoBox) -> xr.DataArray:
    """Lay a band on a grid.

    Where the grids differ by whole pixels the values are copied; else each pixel of the grid is
    the mean of the band over its area or, of classes, the one that covers most of it. Pixels
    outside the band are NaN.

    Parameters
    ----------
    band : Band or DecodedField
        What to lay.
    box : GeoBox
        Where to lay it.

    Returns
    -------
    xarray.DataArray, dims (y, x)
        Lazy values of the band; ``attrs["laid"]`` is "shifted", "averaged" or "majority". Classes
        keep their ``flag_values``.

    Raises
    ------
    SceneError
        ``NO_OVERLAP``.
    """
    import dask.array as da
    from dask.base import tokenize

    how = how_to_lay(band, box)
    if how == "shifted":
        read = partial(_shifted, band)
    else:
        _demand_overlap(band, box)
        read = partial(_resampled, band, "mode" if how == "majority" else "average")
    chunks = da.core.normalize_chunks(CHUNK, box.shape, dtype=np.float32)
    values = da.map_blocks(
        partial(_block, read=read, box=box),
        chunks=chunks,
        dtype=np.float32,
        meta=np.empty((0, 0), np.float32),
        name=f"lay-{tokenize(band, box)}",
    )
    classes = {"flag_values": list(band.classes)} if band.classes else {}
    return on_grid(values, box).assign_attrs(laid=how, **classes)


def _block(
    *,
    read: partial[NDArray[np.float32]],
    box: GeoBox,
    block_info: Any = None,  # noqa: ANN401  dask's own structure
) -> NDArray[np.float32]:
    (top, bottom), (left, right) = block_info[None]["array-location"]
    return read(box[top:bottom, left:right])


def how_to_lay(band: Layable, box: GeoBox) -> How:
    """Tell whether a band can be copied onto a grid or has to be averaged, or counted if classes.

    Raises
    ------
    SceneError
        ``NO_OVERLAP`` where the two share a grid and no pixel.
    """
    shift = whole_shift(band.box, box)
    if shift is None:
        return "majority" if band.classes else "averaged"
    inside = overlap(shift, band.box, box)
    if any(part.stop <= part.start for part in inside):
        raise _no_overlap(band, box)
    return "shifted"


def whole_shift(source: GeoBox, target: GeoBox) -> tuple[int, int] | None:
    """Give the (rows, columns) from the source's corner to the target's, if they are whole."""
    if source.crs != target.crs:
        return None
    s, t = source.affine, target.affine
    size = max(*source.shape, *target.shape)
    if max(abs(s.a - t.a), abs(s.e - t.e)) * size > TOLERANCE * abs(s.a):
        return None
    columns, rows = (t.c - s.c) / s.a, (t.f - s.f) / s.e
    if abs(columns - round(columns)) > TOLERANCE or abs(rows - round(rows)) > TOLERANCE:
        return None
    return round(rows), round(columns)


def overlap(shift: tuple[int, int], source: GeoBox, target: GeoBox) -> tuple[slice, slice]:
    """Give the rows and columns of the target that the source covers."""
    rows, columns = (
        slice(max(0, -move), min(there, here - move))
        for move, here, there in zip(shift, source.shape, target.shape, strict=True)
    )
    return rows, columns


def _shifted(band: Layable, box: GeoBox) -> NDArray[np.float32]:
    values = np.full(box.shape, np.nan, np.float32)
    shift = whole_shift(band.box, box)
    if shift is None:
        raise _no_overlap(band, box)
    rows, columns = overlap(shift, band.box, box)
    if rows.start < rows.stop and columns.start < columns.stop:
        values[rows, columns] = band.read(
            slice(rows.start + shift[0], rows.stop + shift[0]),
            slice(columns.start + shift[1], columns.stop + shift[1]),
        )
    return values


def _resampled(band: Layable, how: str, box: GeoBox) -> NDArray[np.float32]:
    window = window_of(band.box, box)
    if window is None:
        return np.full(box.shape, np.nan, np.float32)
    return resample(band.read(*window), band.box[window], box, how=how)


def window_of(source: GeoBox, target: GeoBox) -> tuple[slice, slice] | None:
    """Give the rows and columns of the source that a target needs, or None where it has none."""
    left, bottom, right, top = rasterio.warp.transform_bounds(
        str(target.crs), str(source.crs), *target.boundingbox.bbox, densify_pts=21
    )
    (c0, r0), (c1, r1) = ~source.affine * (left, top), ~source.affine * (right, bottom)
    if not all(map(math.isfinite, (c0, r0, c1, r1))):
        return None
    rows = _within(r0, r1, source.shape[0])
    columns = _within(c0, c1, source.shape[1])
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    return rows, columns


def _within(start: float, stop: float, size: int) -> slice:
    return slice(max(math.floor(start) - PAD, 0), min(math.ceil(stop) + PAD, size))


def _demand_overlap(band: Layable, box: GeoBox) -> None:
    if not box.extent.intersects(band.box.extent.to_crs(str(box.crs))):
        raise _no_overlap(band, box)


def _no_overlap(band: Layable, box: GeoBox) -> SceneError:
    here = band.box.geographic_extent.boundingbox.bbox
    there = box.geographic_extent.boundingbox.bbox
    west, south, east, north = (f"{value:.3f}" for value in here)
    w, s, e, n = (f"{value:.3f}" for value in there)
    return SceneError(
        "NO_OVERLAP",
        found=f"{band.path} from {west}, {south} to {east}, {north} degrees",
        expected=f"ground shared with the temperature, from {w}, {s} to {e}, {n} degrees",
        remedy="choose a guide of the same area",
    )
