"""What the plugin offers: temperatures of SLSTR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, StacSource, hookimpl
from lstsr_slstr import lst

if TYPE_CHECKING:
    from collections.abc import Iterable

PIXEL: Final = 1000.0
"""Pixel straight below the satellite. [m]"""
PLANETARY_COMPUTER: Final = "https://planetarycomputer.microsoft.com/api/stac/v1"
"""One netCDF file for several variables; reading needs a signature, no account."""
ASSETS: Final = {
    lst.LST: "lst-in",
    lst.ERROR: "lst-in",
    lst.EXCEPTION: "lst-in",
    lst.WORD: "slstr-flags-in",
    lst.BAYES: "slstr-flags-in",
    lst.ANGLE: "slstr-geometry-tn",
    "x_in": "slstr-cartesian-in",
    "x_tx": "slstr-cartesian-tx",
    "latitude_in": "slstr-geodetic-in",
    "longitude_in": "slstr-geodetic-in",
}
"""Variables and the files that hold them."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    yield Sensor(
        name="slstr",
        role="thermal",
        resolution=PIXEL,
        decode=lst.decode,
        summary="SLSTR on Sentinel-3, temperature with its uncertainty, a swath, 1 km (SL_2_LST)",
        sources=(
            StacSource(
                catalogue=PLANETARY_COMPUTER,
                collection="sentinel-3-slstr-lst-l2-netcdf",
                assets=ASSETS,
            ),
            FileSource(patterns=("S3?_SL_2_LST____*.SEN3",), bands=tuple(ASSETS)),
        ),
    )
