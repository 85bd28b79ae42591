"""A field on one grid is resampled to another by their geotransforms."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import rasterio.warp
from rasterio.enums import Resampling

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

Number = TypeVar("Number", np.float32, np.float64)

EXACT_WARP: Final = 0.0
"""Error allowed to the coordinate transformation. [pixel]"""
ONE_WARP: Final = threading.Lock()
"""rasterio silences a warning about its own work arrays in a way that other threads undo."""


def resample(
    values: NDArray[Number], source: GeoBox, target: GeoBox, *, how: str
) -> NDArray[Number]:
    """Resample a field from its grid to another, in any coordinate systems.

    Parameters
    ----------
    values : array, shape of `source`
        NaN where nothing was measured; any units.
    source, target : GeoBox
        The grid that the field is on, and the one that it should be on.
    how : str
        Name of a `rasterio.enums.Resampling`: "average" by area, "bilinear", ...

    Returns
    -------
    array, shape of `target`
        NaN where `source` has nothing; same units and type.
    """
    laid = np.full(target.shape, np.nan, values.dtype)
    with ONE_WARP:
        rasterio.warp.reproject(
            values,
            laid,
            src_transform=source.affine,
            src_crs=str(source.crs),
            src_nodata=np.nan,
            dst_transform=target.affine,
            dst_crs=str(target.crs),
            dst_nodata=np.nan,
            resampling=Resampling[how],
            tolerance=EXACT_WARP,
        )
    return laid
