"""What the plugin offers: Landsat temperatures and the reflectances of the same overpass."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, StacSource, hookimpl
from lstsr_landsat import reflectance, temperature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PIXEL: Final = 30.0
"""Pixel of the grid of all layers; the thermal detectors see 60 to 120 m. [m]"""
PLANETARY_COMPUTER: Final = "https://planetarycomputer.microsoft.com/api/stac/v1"
"""One cloud-optimised GeoTIFF a layer; reading needs a signature, no account."""
COLLECTION: Final = "landsat-c2-l2"
"""Landsat Collection 2 Level 2 of all satellites."""
NEW: Final = ("LC08_L2SP_*", "LC09_L2SP_*")
OLD: Final = ("LT04_L2SP_*", "LT05_L2SP_*", "LE07_L2SP_*")
"""How the names of products begin: Landsat 8 and 9; Landsat 4, 5 and 7."""
GUIDE_ASSETS: Final = {
    "blue": "blue",
    "green": "green",
    "red": "red",
    "nir": "nir08",
    "swir1": "swir16",
    "swir2": "swir22",
}
"""Guides and what the catalogue calls their bands."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    yield _thermal("landsat", ("ST_B10", "lwir11"), NEW, "Landsat 8 and 9")
    yield _thermal("landsat-7", ("ST_B6", "lwir"), OLD, "Landsat 4, 5 and 7")
    yield _guide("landsat-reflectance", reflectance.OLI, NEW, "Landsat 8 and 9")
    yield _guide("landsat-7-reflectance", reflectance.TM, OLD, "Landsat 4, 5 and 7")


def _thermal(
    name: str, band: tuple[str, str], patterns: tuple[str, ...], satellites: str
) -> Sensor:
    stored, asset = band
    assets = {stored: asset, temperature.ERROR: "qa", temperature.PIXELS: "qa_pixel"}
    return Sensor(
        name=name,
        role="thermal",
        resolution=PIXEL,
        decode=partial(temperature.decode, band=stored),
        summary=f"{satellites}, surface temperature with its uncertainty, 30 m ({stored})",
        sources=_sources(assets, patterns),
    )


def _guide(
    name: str, bands: Mapping[str, str], patterns: tuple[str, ...], satellites: str
) -> Sensor:
    assets = {bands[guide]: asset for guide, asset in GUIDE_ASSETS.items()}
    return Sensor(
        name=name,
        role="guide",
        resolution=PIXEL,
        decode=partial(reflectance.decode, bands=bands),
        summary=f"{satellites}, reflectances, NDVI, NDWI, NDBI and albedo, 30 m",
        sources=_sources({**assets, temperature.PIXELS: "qa_pixel"}, patterns),
    )


def _sources(
    assets: Mapping[str, str], patterns: tuple[str, ...]
) -> tuple[StacSource | FileSource, ...]:
    return (
        StacSource(catalogue=PLANETARY_COMPUTER, collection=COLLECTION, assets=assets),
        FileSource(patterns=patterns, bands=tuple(assets)),
    )
