"""Copernicus DEM: elevation, slope and how much sun the slopes get."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.errors import SceneError

if TYPE_CHECKING:
    import xarray as xr

HEIGHT: Final = Counts(valid=(-500.0, 9000.0))
"""Heights above the geoid, stored in metres; the sea is 0 (Copernicus DEM product handbook). [m]"""
NAMES: Final = ("data", "band_1")
"""What catalogues call the heights, and a raster of nothing else."""
RADIUS: Final = 6_371_008.8
"""Mean radius of the Earth (IUGG, GRS 80). [m]"""
AZIMUTH, ELEVATION = "view:sun_azimuth", "view:sun_elevation"
"""Attributes that say where the sun stands, clockwise from north and above the horizon (STAC
extension view). [degree]"""
HORN: Final = (1.0, 2.0, 1.0)
"""Weights of the three rows or columns of a gradient (Horn 1981, :doi:`10.1109/PROC.1981.11918`).
[1]"""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Make guides of heights.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Heights as they are stored, on a geographic grid or one in metres. Attributes
        ``view:sun_azimuth`` and ``view:sun_elevation`` [degree] where insolation is wanted.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``elevation`` [m], ``slope`` [degree] and, where the sun is known, ``insolation`` [1].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` or ``GRID_UNSUPPORTED``.
    """
    elevation = HEIGHT.decode(band_of(raw, *NAMES), units="m")
    east, north = gradients(elevation, raw)
    guides = {"elevation": elevation, "slope": slope_of(east, north)}
    if {AZIMUTH, ELEVATION} <= raw.attrs.keys():
        sun = float(raw.attrs[AZIMUTH]), float(raw.attrs[ELEVATION])
        guides["insolation"] = insolation(east, north, *sun)
    return raw[[]].assign({name: guide.astype("float32") for name, guide in guides.items()})


def gradients(elevation: xr.DataArray, raw: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray]:
    """Give the rise to the east and to the north of each pixel, from its eight neighbours.

    Beyond the edges the relief goes on as it does before them.

    Parameters
    ----------
    elevation : xarray.DataArray, dims (y, x)
        [m]
    raw : xarray.Dataset
        Its grid.

    Returns
    -------
    east, north : xarray.DataArray, dims (y, x)
        Positive where the ground rises. [m per m]

    References
    ----------
    .. [1] Horn, "Hill shading and the reflectance map", Proceedings of the IEEE, 1981,
       :doi:`10.1109/PROC.1981.11918`
    """
    if min(elevation.sizes.values()) <= 1:
        raise SceneError(
            "GRID_UNSUPPORTED",
            found=f"heights of {elevation.sizes['y']} x {elevation.sizes['x']} pixels",
            expected="two rows and two columns at least: a slope is a difference",
            remedy="take a larger area",
        )
    width, height = _pixel(raw)
    plain = elevation.drop_vars([*elevation.coords])
    z = _gone_on(_gone_on(plain, "y"), "x")
    rows, columns = elevation.sizes["y"], elevation.sizes["x"]

    def at(down: int, right: int) -> xr.DataArray:
        return z.isel(y=slice(1 + down, 1 + down + rows), x=slice(1 + right, 1 + right + columns))

    steps = list(zip((-1, 0, 1), HORN, strict=True))
    east = sum((w * (at(s, 1) - at(s, -1)) for s, w in steps), start=0.0 * plain)
    north = sum((w * (at(-1, s) - at(1, s)) for s, w in steps), start=0.0 * plain)
    span = 2 * sum(HORN)
    return _back(east, elevation) / (span * width), _back(north, elevation) / (span * height)


def slope_of(east: xr.DataArray, north: xr.DataArray) -> xr.DataArray:
    """Give the angle between the ground and the horizon. [degree]"""
    import numpy as np
    import xarray as xr

    slope: xr.DataArray = xr.apply_ufunc(
        lambda e, n: np.degrees(np.arctan(np.hypot(e, n))), east, north, dask="allowed"
    )
    return slope.drop_attrs().assign_attrs(units="degree")


def insolation(
    east: xr.DataArray, north: xr.DataArray, azimuth: float, elevation: float
) -> xr.DataArray:
    """Give the direct sunlight on the ground as a share of what falls on a plane facing the sun.

    Parameters
    ----------
    east, north : xarray.DataArray, dims (y, x)
        Rise of the ground. [m per m]
    azimuth, elevation : float
        Where the sun stands: clockwise from north, above the horizon. [degree]

    Returns
    -------
    xarray.DataArray, dims (y, x)
        Cosine of the angle between the sun and the normal of the ground, 0 where it faces away.
        Shadows cast by other ground are not in it. [1]

    References
    ----------
    .. [1] Corripio, "Vectorial algebra algorithms for calculating terrain parameters from DEMs and
       solar radiation modelling in mountainous terrain", 2003, :doi:`10.1080/713811744`
    """
    a, h = math.radians(azimuth), math.radians(elevation)
    to_sun = (math.cos(h) * math.sin(a), math.cos(h) * math.cos(a), math.sin(h))
    normal_length = (east**2 + north**2 + 1.0) ** 0.5
    cosine = (to_sun[2] - to_sun[0] * east - to_sun[1] * north) / normal_length
    share = cosine.clip(min=0.0) if h > 0 else 0.0 * cosine
    return share.drop_attrs().assign_attrs(units="1", long_name="direct sunlight on the slope")


def _gone_on(heights: xr.DataArray, axis: str) -> xr.DataArray:
    """Add a pixel at each end of an axis, as far above the last as that is above the one before.

    `DataArray.pad` has such a mode, which dask takes for another one.
    """
    import xarray as xr

    def beyond(last: int, before: int) -> xr.DataArray:
        return 2 * heights.isel({axis: [last]}) - heights.isel({axis: [before]})

    return xr.concat([beyond(0, 1), heights, beyond(-1, -2)], dim=axis)


def _back(values: xr.DataArray, like: xr.DataArray) -> xr.DataArray:
    return values.assign_coords(like.coords)


def _pixel(raw: xr.Dataset) -> tuple[xr.DataArray | float, float]:
    """Give width and height of the pixels; the width by row where the grid is geographic. [m]"""
    import numpy as np
    import xarray as xr

    across, down = (
        abs(float(raw[axis][-1] - raw[axis][0])) / (raw.sizes[axis] - 1) for axis in ("x", "y")
    )
    if not _is_geographic(raw):
        return across, down
    degree = math.radians(1.0) * RADIUS
    cosine = xr.DataArray(np.cos(np.radians(raw["y"].to_numpy())), dims="y")
    return across * degree * cosine, down * degree


def _is_geographic(raw: xr.Dataset) -> bool:
    """Tell it from the CRS; without one the heights lie nowhere."""
    crs = str(raw["spatial_ref"].attrs.get("crs_wkt", "")) if "spatial_ref" in raw.coords else ""
    if not crs:
        raise SceneError(
            "NO_CRS",
            found="heights without a coordinate reference system",
            expected="one, since a slope needs the size of the pixels in metres",
            remedy="gdal_edit.py -a_srs EPSG:4326 FILE",
        )
    return crs.startswith("GEOG")
