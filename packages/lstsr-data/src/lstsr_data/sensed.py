"""What a sensor decodes, out of a raster, a granule or a product folder."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import FileSource, Sensor, StacSource
from lstsr_data.product import open_product
from lstsr_data.swath import grid_around, is_swath, lay_swath

if TYPE_CHECKING:
    import os

    import xarray as xr

logger = logging.getLogger(__name__)


def open_sensed(path: str | os.PathLike[str], sensor: Sensor) -> xr.Dataset:
    """Read a file as it is stored and let the sensor make physics of it.

    Parameters
    ----------
    path : path
        A raster whose bands the sensor knows by their descriptions, or by ``band_1`` and so on;
        or a product, see `lstsr_data.product`: an HDF-EOS granule or a zip of one, a Landsat
        folder or tar, a tile of ECOSTRESS or ASTER, a SAFE folder, netCDF or Zarr.
    sensor : Sensor
        Whose product it is.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        What was decoded, a swath laid on a grid of the sensor's pixels; attributes ``sensor`` and,
        as far as known, ``datetime``.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE`` or ``OPTION_INVALID``.
    SceneError
        ``SCENE_INCOMPLETE``, ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    decoded = _decoded(open_product(path, bands_of(sensor)), sensor)
    for comment in {str(field.attrs.get("comment", "")) for field in decoded.data_vars.values()}:
        if comment:
            logger.warning("%s: %s", path, comment)
    return decoded.assign_attrs({"sensor": sensor.name, **_moment_of(decoded)})


def _decoded(raw: xr.Dataset, sensor: Sensor) -> xr.Dataset:
    decoded: xr.Dataset = sensor.decode(raw)
    if is_swath(decoded):
        return lay_swath(decoded, grid_around(decoded, sensor.resolution))
    on_its_grid: xr.Dataset = decoded.odc.assign_crs(raw.odc.crs)
    return on_its_grid


def bands_of(sensor: Sensor) -> tuple[str, ...]:
    """Give the bands that a sensor decodes, as its sources name them; empty for all."""
    named: dict[str, None] = {}
    for source in sensor.sources:
        if isinstance(source, FileSource):
            named |= dict.fromkeys(source.bands)
        elif isinstance(source, StacSource):
            named |= dict.fromkeys(source.assets)
    return tuple(named)


def _moment_of(decoded: xr.Dataset) -> dict[str, str]:
    """Give the median time of the views, else the time at which the product begins."""
    times = decoded.get("view_time")
    if times is not None and times.dtype.kind == "M":
        seen = times.to_numpy()[times.notnull().to_numpy()]
        if seen.size:
            middle = np.sort(seen)[seen.size // 2]
            return {"datetime": f"{middle.astype('datetime64[s]')}Z"}
    start = decoded.attrs.get("start_datetime")
    return {"datetime": str(start)} if start else {}
