"""A band of a raster file: its grid and how its counts decode, read a window at a time."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from lstsr_core import SceneError, SourceError
from lstsr_core.grid import check_north_up, unsupported
from lstsr_data.decode import Decoding

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

DRIVERS = ("GTiff", "netCDF", "HDF5", "HDF5Image", "JP2OpenJPEG", "ENVI", "AAIGrid")
"""GDAL drivers that may open a user's file; formats that name other files (VRT) are left out."""
MOST_PIXELS = 2**34
"""More pixels than a 100 m map of all land has; a header that claims more is damaged. [pixel]"""


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
    """

    path: str
    index: int
    box: GeoBox
    decoding: Decoding
    units: str = ""
    description: str = ""
    datetime: str = ""

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
    try:
        with warnings.catch_warnings():
            # A missing geotransform is refused below, in words that say what to do.
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(source) as file:
                return _bands(file, source)
    except RasterioError as error:
        raise unreadable(str(source), error) from error


def _bands(file: Any, source: Path) -> tuple[Band, ...]:  # noqa: ANN401  rasterio is untyped
    if file.driver not in DRIVERS:
        raise unreadable(str(source), ValueError(f"format {file.driver}"))
    if file.width * file.height > MOST_PIXELS:
        raise unreadable(str(source), ValueError(f"{file.width} x {file.height} pixels claimed"))
    box = _box(file, source)
    general = file.tags()
    return tuple(
        Band(
            path=str(source.resolve()),
            index=index,
            box=box,
            decoding=_decoding(file, index, {**general, **file.tags(index)}),
            units=file.units[index - 1] or {**general, **file.tags(index)}.get("units", ""),
            description=file.descriptions[index - 1] or "",
            datetime=general.get("TIFFTAG_DATETIME", ""),
        )
        for index in file.indexes
    )


def _box(file: Any, source: Path) -> GeoBox:  # noqa: ANN401  rasterio is untyped
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
