"""A scene of the MODIS-ASTER database from the files as they were published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr
from affine import Affine
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from odc.geo.xr import xr_coords

from lstsr_core import SourceError, build_scene
from lstsr_core.grid import TOLERANCE, divide, geobox_of, on_grid
from lstsr_data.modis_aster_by_index import Laid, lay_by_index
from lstsr_data.modis_aster_pickle import read_plain_pickle
from lstsr_data.modis_aster_reference import open_aster
from lstsr_data.modis_aster_registry import aster_file, fields_file, read_verified

if TYPE_CHECKING:
    from pathlib import Path

FACTOR: Final = 4
"""Fine pixels along one edge of a coarse pixel: NDVI at 232 m, LST at 927 m. [1]"""
SHAPES: Final = {"LST": (64, 64), "NDVI": (256, 256)}
"""Rows and columns of the published fields."""


def open_published(folder: Path, name: str, laid: Laid = "place") -> xr.DataTree:
    """Open a published scene, its digests proved first.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``N_data_dict.pkl`` and ``N_aster_250m.tif``.
    name : str
        Three digits.
    laid : {"place", "index"}
        How the guide is laid: by its geotransform, or by array index.

    Returns
    -------
    xarray.DataTree
        ``lst`` [K] in /coarse; ``ndvi`` in /guide, NaN on the rim that the published NDVI does
        not reach; ASTER's ``lst`` [K] in /reference.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``DIGEST_MISMATCH``, ``UNSAFE_PICKLE`` or ``FILE_UNREADABLE``.
    """
    fields = read_plain_pickle(read_verified(folder / fields_file(name)))
    lst, ndvi = _field(fields, "LST"), _field(fields, "NDVI")
    fine = divide(geobox_of(lst), FACTOR)
    read_verified(folder / aster_file(name))
    scene = build_scene(
        xr.Dataset({"lst": lst}),
        xr.Dataset({"ndvi": _laid(ndvi, fine)}),
        open_aster(folder / aster_file(name)),
    )
    return scene if laid == "place" else lay_by_index(scene, ndvi)


def _field(fields: dict[str, object], name: str) -> xr.DataArray:
    values, corner, crs = (fields.get(key) for key in (name, f"geo {name}", "CRS"))
    known = isinstance(values, np.ndarray) and values.shape == SHAPES[name]
    placed = isinstance(corner, np.ndarray) and corner.shape == (6,) and isinstance(crs, str)
    if not (known and placed):
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"a pickle with {', '.join(map(str, fields)) or 'nothing'}",
            expected=f"{name} of {SHAPES[name]} pixels, its geotransform and its CRS",
            remedy="remove the file and fetch it again: lstsr demo",
        )
    return _placed(values, corner, crs)


def _placed(values: Any, corner: Any, crs: Any) -> xr.DataArray:  # noqa: ANN401  just checked
    """Put a field on the grid of its GDAL geotransform."""
    box = GeoBox(values.shape, Affine.from_gdal(*corner), CRS(crs))
    return on_grid(values.astype(np.float32), box)


def _laid(guide: xr.DataArray, fine: GeoBox) -> xr.DataArray:
    """Move a guide by the whole pixels between the corners of the two grids."""
    at = xr_coords(fine)
    within = TOLERANCE * fine.resolution.x
    moved = guide.reindex(y=at["y"], x=at["x"], method="nearest", tolerance=within)
    return on_grid(moved.to_numpy(), fine)
