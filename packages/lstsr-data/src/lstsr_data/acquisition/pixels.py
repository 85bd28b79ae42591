"""Counts of a remote raster on a window of a grid: only the blocks under it are read."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio
import rasterio.warp
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from rasterio.enums import Resampling
from rasterio.windows import Window

from lstsr_core import LstsrError, SceneError, SourceError
from lstsr_core.grid import check_north_up
from lstsr_data.acquisition.redaction import redacted
from lstsr_data.acquisition.remote_file import RemoteFile
from lstsr_data.acquisition.stated_grid import MOST_PIXELS, known_crs
from lstsr_data.lay import overlap, whole_shift, window_of
from lstsr_data.resampling import EXACT_WARP, ONE_WARP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lstsr_data.acquisition.remote_file import Access

QUIET: Final = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GTIFF_IGNORE_READ_ERRORS": "NO"}
"""GDAL looks for no files beside the one that it is given."""


@contextmanager
def opened(href: str, access: Access) -> Iterator[Any]:  # rasterio is untyped
    """Open a remote GeoTIFF.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE`` and whatever kept it from being read.
    """
    remote = RemoteFile(href=href, access=access)
    remote.open()
    name = f"{uuid.uuid4().hex}.tif"
    views: list[RemoteFile] = []

    def open_view(path: str, mode: str = "rb") -> RemoteFile:  # noqa: ARG001  GDAL names it
        if not path.endswith(name):
            raise FileNotFoundError(path)
        views.append(replace(remote))
        return views[-1]

    try:
        with rasterio.Env(**QUIET), rasterio.open(name, opener=open_view) as file:
            yield file
    except LstsrError:
        raise
    except Exception as error:  # GDAL and what lies between raise errors of many kinds
        reasons = [view.error for view in views if view.error is not None]
        raise (reasons[0] if reasons else _unreadable(href, error)) from error


def read_counts(href: str, box: GeoBox, access: Access, fill: float = 0) -> NDArray[Any]:
    """Read the counts of the first band that lie on a window.

    Parameters
    ----------
    href : str
        Unsigned address of a GeoTIFF.
    box : GeoBox
        The window. On the file's own grid counts are copied; else the nearest is taken, because
        bits and fill have no mean.
    access : Access
        How it is reached.
    fill : float
        What stands where the file has no pixel.

    Returns
    -------
    array, shape of `box`
        Counts as they are stored.

    Raises
    ------
    SourceError
        As `opened`.
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED``.
    """
    with opened(href, access) as file:
        source = _grid_of(file, href)
        shift = whole_shift(source, box)
        if shift is None:
            return _nearest(file, source, box, fill)
        counts = np.full(box.shape, fill, file.dtypes[0])
        rows, columns = overlap(shift, source, box)
        if rows.start < rows.stop and columns.start < columns.stop:
            window = Window.from_slices(
                (rows.start + shift[0], rows.stop + shift[0]),
                (columns.start + shift[1], columns.stop + shift[1]),
            )
            counts[rows, columns] = file.read(1, window=window)
        return counts


def grid_of(href: str, access: Access) -> GeoBox:
    """Read the grid of a remote GeoTIFF from its header."""
    with opened(href, access) as file:
        return _grid_of(file, href)


def _grid_of(file: Any, href: str) -> GeoBox:  # noqa: ANN401  rasterio is untyped
    if file.width * file.height > MOST_PIXELS:
        raise _unreadable(href, ValueError(f"{file.width} x {file.height} pixels claimed"))
    if file.crs is None:
        raise SceneError(
            "NO_CRS",
            found=f"{redacted(href)} without CRS",
            expected="a raster that says which coordinate system it is in",
            remedy="tell the keeper of the catalogue; --only leaves the item out",
        )
    crs = known_crs(CRS(file.crs.to_wkt()))
    box = GeoBox((file.height, file.width), file.transform, crs)
    check_north_up(box)
    return box


def _nearest(file: Any, source: GeoBox, box: GeoBox, fill: float) -> NDArray[Any]:  # noqa: ANN401
    """Read what lies under a window of another grid, and take the nearest count of each place."""
    counts = np.full(box.shape, fill, file.dtypes[0])
    under = window_of(source, box)
    if under is None:
        return counts
    read = file.read(1, window=Window.from_slices(*under))
    with ONE_WARP:
        rasterio.warp.reproject(
            read,
            counts,
            src_transform=source[under].affine,
            src_crs=str(source.crs),
            dst_transform=box.affine,
            dst_crs=str(box.crs),
            resampling=Resampling.nearest,
            init_dest_nodata=False,
            tolerance=EXACT_WARP,
        )
    return counts


def _unreadable(href: str, error: Exception) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=redacted(f"{href}: {error.__cause__ or error}"),
        expected="a complete GeoTIFF",
        remedy="`lstsr data cache --clear` and try again; tell the keeper of the catalogue",
    )
