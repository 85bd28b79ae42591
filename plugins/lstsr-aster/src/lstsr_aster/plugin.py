"""What the plugin offers: temperatures of ASTER and the reflectances of the same overpass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_aster import reflectance, temperature
from lstsr_core import FileSource, Sensor, StacSource, hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

PIXEL, GUIDE_PIXEL = 90.0, 15.0
"""Pixels of the thermal and of the visible bands. [m]"""
EARTHDATA: Final = "https://cmr.earthdata.nasa.gov/stac/LPCLOUD"
"""One GeoTIFF a layer; reading needs an Earthdata account. Its assets are keyed by paths that
end in the names of the layers."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    return [_temperature(), _reflectance()]


def _temperature() -> Sensor:
    return Sensor(
        name="aster",
        role="thermal",
        resolution=PIXEL,
        decode=temperature.decode,
        summary="ASTER, surface kinetic temperature, 90 m (AST_08)",
        sources=(
            StacSource(catalogue=EARTHDATA, collection="AST_08_004", assets={}),
            FileSource(
                patterns=("AST_08_*.tif",),
                bands=(temperature.TEMPERATURE[0], temperature.PLANES[0]),
            ),
        ),
    )


def _reflectance() -> Sensor:
    bands = tuple(names[0] for names in reflectance.BANDS.values())
    return Sensor(
        name="aster-reflectance",
        role="guide",
        resolution=GUIDE_PIXEL,
        decode=reflectance.decode,
        summary="ASTER, NDVI, NDWI, green, red, near infrared, 15 m (AST_07XT)",
        sources=(
            StacSource(catalogue=EARTHDATA, collection="AST_07XT_004", assets={}),
            FileSource(patterns=("AST_07XT_*.tif",), bands=(*bands, reflectance.PLANES[0])),
        ),
    )
