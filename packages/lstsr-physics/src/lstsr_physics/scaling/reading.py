"""The fields of an analysis, read from rasters or from a scene."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SceneError, SourceError
from lstsr_core.grid import check_north_up, factor_between, geobox_of, same_grid
from lstsr_core.nested import block_mean
from lstsr_core.scene import COARSE, GUIDE, LST
from lstsr_core.storage import NETCDF, ZARR, read_scene
from lstsr_core.vocabulary import GUIDES
from lstsr_physics.scaling.analysis import Layer
from lstsr_physics.scaling.response import transfer_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

METRES_PER_DEGREE: Final = 6371007.181 * math.pi / 180
"""Length of a degree on the sphere of the MODIS grid. [m]"""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What is analysed.

    Parameters
    ----------
    lst : Layer
        Temperature. [K]
    guides : tuple of Layer
        Each on its own grid.
    laid : mapping of str to array
        Guides on the grid of the temperature.
    box : GeoBox
        That grid.
    """

    lst: Layer
    guides: tuple[Layer, ...]
    laid: Mapping[str, NDArray[np.float32]]
    box: GeoBox


def read_inputs(
    lst: Path, guides: Mapping[str, Path], footprints: Mapping[str, str] | None = None
) -> Inputs:
    """Read a temperature and its guides.

    Parameters
    ----------
    lst : path
        A raster [K], or a scene (``.nc``, ``.zarr``) that brings its guides.
    guides : mapping of str to path
        Rasters by the names of the guides; those on another grid are averaged onto that of the
        temperature, by their geotransforms, for the pairs.
    footprints : mapping of str to str, optional
        What the fields were seen by, by their names, ``lst`` for the temperature: see
        `transfer_of`.

    Returns
    -------
    Inputs

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED``.
    """
    fields = _of_scene(lst) if lst.suffix in (NETCDF, ZARR) else {LST: read_raster(lst)}
    fields |= {name: read_raster(path) for name, path in guides.items()}
    words = footprints or {}
    layers = {name: _layer(name, *field, words.get(name)) for name, field in fields.items()}
    _, box = fields.pop(LST)
    return Inputs(
        lst=layers.pop(LST),
        guides=tuple(layers.values()),
        laid={name: lay(*field, box) for name, field in fields.items()},
        box=box,
    )


def _layer(name: str, values: NDArray[np.float32], box: GeoBox, footprint: str | None) -> Layer:
    pixel = pixel_of(box)
    known = GUIDES.get(name)
    units = known.units if known else "1"
    return Layer(
        name=name,
        values=values,
        pixel=pixel,
        units="K" if name == LST else units,
        transfer=transfer_of(footprint, pixel) if footprint else None,
    )


def _of_scene(path: Path) -> dict[str, tuple[NDArray[np.float32], GeoBox]]:
    tree = read_scene(path)
    fields = {LST: tree[COARSE].to_dataset()[LST]}
    fields |= {str(name): field for name, field in tree[GUIDE].to_dataset().data_vars.items()}
    return {
        name: (field.to_numpy().astype(np.float32), geobox_of(field))
        for name, field in fields.items()
    }


def read_raster(path: Path) -> tuple[NDArray[np.float32], GeoBox]:
    """Read the first band of a raster, scaled as it says, NaN where it has no value.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED``.
    """
    import rasterio
    from rasterio.errors import RasterioError

    if not path.exists():
        raise SourceError(
            "FILE_MISSING",
            found=f"nothing at {path}",
            expected="a raster or a scene",
            remedy="check the path",
        )
    try:
        with rasterio.open(path) as file:
            counts = file.read(1, masked=True)
            scaled = counts.astype(np.float32) * file.scales[0] + file.offsets[0]
            return scaled.filled(np.nan).astype(np.float32), _box_of(file, path)
    except RasterioError as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error}",
            expected="a complete raster, such as a GeoTIFF",
            remedy="download or write it again",
        ) from error


def _box_of(file: Any, path: Path) -> GeoBox:  # noqa: ANN401  rasterio is untyped
    from odc.geo.crs import CRS
    from odc.geo.geobox import GeoBox

    if file.crs is None:
        raise SceneError(
            "NO_CRS",
            found=f"{path} without CRS",
            expected="a raster that says which coordinate system it is in",
            remedy="gdal_edit.py -a_srs EPSG:... FILE",
        )
    box = GeoBox((file.height, file.width), file.transform, CRS(file.crs.to_wkt()))
    check_north_up(box)
    return box


def lay(values: NDArray[np.float32], own: GeoBox, target: GeoBox) -> NDArray[np.float32]:
    """Average a field onto another grid by the geotransforms; same units."""
    if same_grid(own, target):
        return values
    try:
        return np.asarray(block_mean(values, factor_between(target, own)), np.float32)
    except SceneError:
        return _warped(values, own, target, "average")


def read_classes(path: Path, target: GeoBox) -> NDArray[np.float32]:
    """Read a map of classes and give each pixel of a grid its most frequent one."""
    values, own = read_raster(path)
    return values if same_grid(own, target) else _warped(values, own, target, "mode")


def _warped(
    values: NDArray[np.float32], own: GeoBox, target: GeoBox, how: str
) -> NDArray[np.float32]:
    import rasterio.warp
    from rasterio.enums import Resampling

    laid = np.full(target.shape, np.nan, np.float32)
    rasterio.warp.reproject(
        values,
        laid,
        src_transform=own.affine,
        src_crs=str(own.crs),
        src_nodata=np.nan,
        dst_transform=target.affine,
        dst_crs=str(target.crs),
        dst_nodata=np.nan,
        resampling=Resampling[how],
    )
    return laid


def pixel_of(box: GeoBox) -> float:
    """Give the edge of the square that is as large as a pixel in the middle of a grid. [m]"""
    width, height = abs(box.affine.a), abs(box.affine.e)
    if box.crs is None or not box.crs.geographic:
        return math.sqrt(width * height)
    rows, columns = box.shape
    latitude = (box.affine * (columns / 2, rows / 2))[1]
    return METRES_PER_DEGREE * math.sqrt(width * height * math.cos(math.radians(latitude)))
