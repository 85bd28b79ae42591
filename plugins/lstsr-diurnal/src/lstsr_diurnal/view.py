"""When and where each pixel of a scene was seen, in local solar time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SceneError, geobox_of
from lstsr_diurnal.cycle import DEGREES_AN_HOUR
from lstsr_diurnal.options import DAY

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    Field = NDArray[np.floating[Any]]

TIME: Final = "view_time"
"""Variable of /coarse that holds the times."""
SOLAR: Final = "local solar time"
"""What the name of plain hours begins with where they are solar."""
HOUR: Final = np.timedelta64(3_600_000_000_000, "ns")
"""An hour."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Times and places of the pixels of a scene.

    Parameters
    ----------
    hour : array, shape (h, w)
        Mean local solar time, NaN where nothing was seen. [h]
    latitude : array, shape (h, w)
        [degree_north]
    day_of_year : int
        1 to 366. [d]
    """

    hour: Field
    latitude: Field
    day_of_year: int


def view_of(coarse: xr.Dataset, clock: str) -> View:
    """Find out when the pixels of a scene were seen.

    Parameters
    ----------
    coarse : xarray.Dataset, dims (y, x)
        ``view_time``, in UTC as datetime64, or in plain hours of a day that the attribute
        ``datetime`` names.
    clock : {"as-stated", "solar", "utc"}
        What plain hours are in.

    Raises
    ------
    SceneError
        ``TIME_UNKNOWN``, or as `lstsr_core.geobox_of`.

    Notes
    -----
    Local solar time = UTC + longitude / (15 degrees per hour), as MOD11 has it; the sun itself is
    up to 16 minutes before or behind.
    """
    if TIME not in coarse:
        raise _unknown(f"a scene with {', '.join(map(str, coarse.data_vars))}", f"{TIME} as well")
    longitude, latitude = _places(coarse)
    times = coarse[TIME].to_numpy()
    if times.dtype.kind == "M":
        day = _median_day(times)
        hour = (times - times.astype("datetime64[D]")) / HOUR + longitude / DEGREES_AN_HOUR
    else:
        day = _stated_day(coarse)
        hours = (times / HOUR if times.dtype.kind == "m" else times).astype(np.float64)
        hour = hours + (0.0 if _is_solar(coarse[TIME], clock) else longitude / DEGREES_AN_HOUR)
    year = day.astype("datetime64[Y]")
    number = int((day - year.astype("datetime64[D]")).astype(int)) + 1
    return View(hour=hour % DAY, latitude=latitude, day_of_year=number)


def _places(coarse: xr.Dataset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give longitude and latitude of the pixels; inf where the grid leaves the globe. [degree]"""
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(str(geobox_of(coarse).crs), "EPSG:4326", always_xy=True)
    x, y = np.meshgrid(coarse["x"].to_numpy(), coarse["y"].to_numpy())
    longitude, latitude = to_degrees.transform(x, y)
    return np.asarray(longitude), np.asarray(latitude)


def _median_day(times: NDArray[np.datetime64]) -> np.datetime64:
    seen = np.sort(times[~np.isnat(times)])
    if not seen.size:
        raise _unknown(f"not one time in {TIME}", "the time of each view")
    day: np.datetime64 = seen[seen.size // 2].astype("datetime64[D]")
    return day


def _stated_day(coarse: xr.Dataset) -> np.datetime64:
    stated = str(coarse.attrs.get("datetime", ""))
    if not stated:
        raise _unknown(
            f"{TIME} in plain hours, of no known day", "the attribute datetime of /coarse"
        )
    return np.datetime64(stated[:10], "D")


def _is_solar(times: xr.DataArray, clock: str) -> bool:
    if clock != "as-stated":
        return clock == "solar"
    if str(times.attrs.get("long_name", "")).startswith(SOLAR):
        return True
    raise _unknown(
        f"{TIME} in hours that may be solar or UTC",
        "one of the two; --correction diurnal:clock=solar",
    )


def _unknown(found: str, expected: str) -> SceneError:
    return SceneError(
        "TIME_UNKNOWN",
        found=found,
        expected=expected,
        remedy="fetch a product that keeps the time of view (MOD11A1, MYD11A1), or leave "
        "the correction out",
    )
