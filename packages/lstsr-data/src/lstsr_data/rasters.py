"""A band of a raster file: its grid and how its counts decode, read a window at a time."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from lstsr_core import SceneError, SourceError
from lstsr_core.grid import check_north_up, unsupported
from lstsr_data.decode import Decoding
from lstsr_data.granule_file import is_hdf4

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

DRIVERS = ("GTiff", "netCDF", "HDF5", "HDF5Image", "JP2OpenJPEG", "ENVI", "AAIGrid")
"""GDAL drivers that may open a user's file; formats that name other files (VRT) are left out."""
MOST_PIXELS = 2**34
"""More pixels than a 100 m map of all land has; a header that claims more is damaged. [pixel]"""
MOST_BANDS = 1024
"""More bands than a spectrometer or a year of days has; a header that claims more lies. [1]"""
MOST_CLASSES = 64
"""More colours than a map of classes has; a palette of more is a ramp that shows numbers. [1]"""


@dataclass(frozen=True, kw_only=True)
class Band:
    """One band of a raster file.

    Parameters
    ----------
    path : str
        The file.
    index : int
        Number of the band, from 1.
    box : GeoBox
        Its grid.
    decoding : Decoding
        How counts become values.
    units : str
        Units as the file states them; empty where it does not.
    description : str
        What the file calls the band; empty where it does not.
    datetime : str
        Acquisition time as the file states it (TIFFTAG_DATETIME); empty where it does not.
    dtype : str
        Type of the counts.
    classes : tuple of float
        Values that name classes, of which no mean can be taken; empty for numbers.
    """

    path: str
    index: int
    box: GeoBox
    decoding: Decoding
    units: str = ""
    description: str = ""
    datetime: str = ""
    dtype: str = "float32"
    classes: tuple[float, ...] = ()

    def decoded_by(self, **changes: Any) -> Band:  # noqa: ANN401  passes fields of Decoding on
        """Give the same band with another decoding."""
        return replace(self, decoding=replace(self.decoding, **changes))

    def read(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Read and decode a window that lies inside the grid.

        Raises
        ------
        SourceError
            ``FILE_UNREADABLE`` where the pixels cannot be read.
        """
        return self.decoding(self.read_counts(rows, columns))

    def read_counts(self, rows: slice, columns: slice) -> NDArray[Any]:
        """Read the stored counts of a window that lies inside the grid."""
        window = Window.from_slices(rows, columns)
        try:
            with rasterio.open(self.path) as file:
                counts: NDArray[Any] = file.read(self.index, window=window)
        except RasterioError as error:
            raise unreadable(self.path, error) from error
        return counts


def open_bands(path: str | os.PathLike[str]) -> tuple[Band, ...]:
    """Read the header of a raster file.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    tuple of Band
        All bands, in the order of the file.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED``.
    """
    source = Path(path)
    if not source.exists():
        raise SourceError(
            "FILE_MISSING",
            found=f"nothing at {source}",
            expected="a raster file",
            remedy="check the path",
        )
    if is_hdf4(source):
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{source}: HDF4, or a zip, whose bands mean nothing without their sensor",
            expected="a raster, or the sensor that the granule comes from",
            remedy="--sensor modis, or another of `lstsr plugins`, for a temperature; "
            "a GeoTIFF of one band for a guide",
        )
    return bands_at(str(source.resolve()))


def bands_at(source: str, box: GeoBox | None = None) -> tuple[Band, ...]:
    """Read the header of a raster that GDAL finds by this name, such as one in ``/vsitar/``.

    Parameters
    ----------
    source : str
        Name that GDAL knows.
    box : GeoBox, optional
        The grid where the file does not state it, and something else does.

    Returns
    -------
    tuple of Band

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED``.
    """
    try:
        with warnings.catch_warnings():
            # A missing geotransform is refused below, in words that say what to do.
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(source) as file:
                return _bands(file, source, box)
    except RasterioError as error:
        raise unreadable(source, error) from error


def _bands(file: Any, source: str, stated: GeoBox | None) -> tuple[Band, ...]:  # noqa: ANN401
    if file.driver not in DRIVERS:
        raise unreadable(source, ValueError(f"format {file.driver}"))
    if file.width * file.height > MOST_PIXELS:
        raise unreadable(source, ValueError(f"{file.width} x {file.height} pixels claimed"))
    if file.count > MOST_BANDS:
        raise unreadable(source, ValueError(f"{file.count} bands claimed"))
    box = _box(file, source, stated)
    general = file.tags()
    return tuple(
        Band(
            path=source,
            index=index,
            box=box,
            decoding=_decoding(file, index, {**general, **file.tags(index)}),
            units=file.units[index - 1] or {**general, **file.tags(index)}.get("units", ""),
            description=file.descriptions[index - 1] or "",
            datetime=general.get("TIFFTAG_DATETIME", ""),
            dtype=file.dtypes[index - 1],
            classes=_classes(file, index),
        )
        for index in file.indexes
    )


def _classes(file: Any, index: int) -> tuple[float, ...]:  # noqa: ANN401  rasterio is untyped
    """Give the classes of a map: those that CF attributes name, or that have a colour."""
    named = re.findall(r"-?\d+", file.tags(index).get("flag_values", ""))
    if named:
        return tuple(map(float, named))
    if file.colorinterp[index - 1] is not ColorInterp.palette:
        return ()
    palette = file.colormap(index).items()
    coloured = tuple(float(code) for code, (*colour, _) in palette if any(colour))
    return coloured if len(coloured) <= MOST_CLASSES else ()


def _box(file: Any, source: str, stated: GeoBox | None) -> GeoBox:  # noqa: ANN401
    if file.crs is None and stated is not None:
        if tuple(stated.shape) != (file.height, file.width):
            raise unsupported(
                f"{source} of {file.height} x {file.width} pixels, not {stated.shape}"
            )
        return stated
    if file.crs is None:
        has_points = bool(file.gcps[0])
        raise SceneError(
            "NO_CRS",
            found=f"{source} {'with ground control points only' if has_points else 'without CRS'}",
            expected="a raster that says which coordinate system it is in",
            remedy="gdalwarp it" if has_points else "gdal_edit.py -a_srs EPSG:... FILE",
        )
    if file.transform.is_identity:
        raise unsupported(f"{source} without a geotransform")
    box = GeoBox((file.height, file.width), file.transform, CRS(file.crs.to_wkt()))
    check_north_up(box)
    return box


def _decoding(file: Any, index: int, tags: dict[str, str]) -> Decoding:  # noqa: ANN401
    """Take scale and offset where GDAL keeps them, else where CF attributes keep them."""
    scale, offset = file.scales[index - 1], file.offsets[index - 1]
    if (scale, offset) == (1.0, 0.0):
        scale = float(tags.get("scale_factor", 1.0))
        offset = float(tags.get("add_offset", 0.0))
    nodata = file.nodatavals[index - 1]
    known = () if nodata is None or np.isnan(nodata) else (float(nodata),)
    return Decoding(scale=scale, offset=offset, nodata=known)


def unreadable(path: str, error: Exception) -> SourceError:
    """Make the error for a file whose content cannot be used."""
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{path}: {error.__cause__ or error}",
        expected="a complete raster in a format such as GeoTIFF, netCDF or HDF",
        remedy="download or write it again; gdalinfo FILE shows what GDAL makes of it",
    )
