"""Local solar hours become UTC where the day and the longitude are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import xarray as xr

RADIUS: Final = 6_371_007.181
"""Radius of the sphere of the MODIS sinusoidal grid (MODLAND grid). [m]"""
DAY: Final = 24.0
"""Length of a day. [h]"""
DEGREES_AN_HOUR: Final = 15.0
"""Longitude that the sun passes in an hour. [degree per hour]"""
SECONDS: Final = 3600.0
"""Length of an hour. [s]"""


def view_time(hours: xr.DataArray, raw: xr.Dataset) -> xr.DataArray:
    """Give the UTC time of each view, or the local solar hours where it cannot be had.

    Parameters
    ----------
    hours : xarray.DataArray, dims (y, x)
        Local solar time, NaN where nothing was seen. [h]
    raw : xarray.Dataset
        Its attribute ``start_datetime`` (ISO 8601) names the UTC day, its coordinates and CRS,
        sinusoidal or geographic, the longitude.

    Returns
    -------
    xarray.DataArray, dims (y, x)
        ``datetime64[s]`` with NaT where nothing was seen; or `hours` as they are, with units.
        The hours are stored to 0.1 h, so times are known to 3 minutes, and within 3 minutes of
        midnight UTC the day may be wrong by one.

    Notes
    -----
    Local solar time = UTC + longitude / 15 degree per hour (MOD11 user guide, "View time").
    """
    longitude = longitude_of(raw)
    day = str(raw.attrs.get("start_datetime", ""))[:10]
    if longitude is None or not day:
        return hours.assign_attrs(units="h", long_name="local solar time of the view")
    import numpy as np

    seen = hours.notnull()
    utc = (hours - longitude / DEGREES_AN_HOUR) % DAY
    seconds = (utc.where(seen, 0.0) * SECONDS).round().astype("timedelta64[s]")
    times = (np.datetime64(day, "s") + seconds).where(seen)
    return times.drop_attrs().assign_attrs(long_name="time of the view, UTC")


def longitude_of(raw: xr.Dataset) -> xr.DataArray | None:
    """Give the longitude of each pixel, None where the grid is of another kind. [degree_east]

    Notes
    -----
    Sinusoidal: ``x = R * longitude * cos(latitude)``, ``y = R * latitude`` on the sphere
    (Snyder, "Map projections: a working manual", 1987, :doi:`10.3133/pp1395`, p. 247).
    """
    import numpy as np
    import xarray as xr

    if "spatial_ref" not in raw.coords or not {"x", "y"} <= raw.coords.keys():
        return None
    crs = str(raw["spatial_ref"].attrs.get("crs_wkt", ""))
    if crs.startswith("GEOG"):
        return 0.0 * raw["y"] + raw["x"]
    if "Sinusoidal" not in crs:
        return None
    cosine = xr.DataArray(np.cos(raw["y"].to_numpy() / RADIUS), dims="y")
    return (180.0 / math.pi / RADIUS / cosine) * raw["x"]
