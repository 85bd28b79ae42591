"""What the plugin offers: guides that do not change from day to day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, StacSource, hookimpl
from lstsr_terrain import land_cover, relief

if TYPE_CHECKING:
    from collections.abc import Iterable

PLANETARY_COMPUTER: Final = "https://planetarycomputer.microsoft.com/api/stac/v1"
"""One cloud-optimised GeoTIFF a tile; reading needs a signature, no account."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    return [_relief(), _land_cover()]


def _relief() -> Sensor:
    return Sensor(
        name="copernicus-dem",
        role="guide",
        resolution=30.0,
        decode=relief.decode,
        summary="Copernicus DEM, elevation, slope and, where the sun is known, insolation, 30 m",
        sources=(
            StacSource(
                catalogue=PLANETARY_COMPUTER,
                collection="cop-dem-glo-30",
                assets={"data": "data"},
                dated=False,
            ),
            FileSource(patterns=("Copernicus_DSM_COG_10_*_DEM.tif",)),
        ),
    )


def _land_cover() -> Sensor:
    return Sensor(
        name="worldcover",
        role="guide",
        resolution=10.0,
        decode=land_cover.decode,
        summary="ESA WorldCover, land cover in 11 classes, 10 m",
        sources=(
            StacSource(
                catalogue=PLANETARY_COMPUTER,
                collection="esa-worldcover",
                assets={"map": "map"},
                dated=False,
            ),
            FileSource(patterns=("ESA_WorldCover_10m_*_Map.tif",)),
        ),
    )
