"""What the plugin offers: guides of Sentinel-2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, StacSource, hookimpl
from lstsr_sentinel2 import reflectance

if TYPE_CHECKING:
    from collections.abc import Iterable

PIXEL: Final = 10.0
"""Pixel of the visible and near infrared bands; shortwave infrared and classes have 20 m. [m]"""
PLANETARY_COMPUTER: Final = "https://planetarycomputer.microsoft.com/api/stac/v1"
"""One cloud-optimised GeoTIFF a band, counts as in the SAFE; reading needs a signature, no
account."""
ASSETS: Final = {name: name for name in (*reflectance.BANDS.values(), reflectance.CLASSES)}
"""Bands, which the catalogue calls as the product does."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    yield Sensor(
        name="sentinel2",
        role="guide",
        resolution=PIXEL,
        decode=reflectance.decode,
        summary="Sentinel-2, reflectances, NDVI, NDWI, NDBI, 10 m (MSI Level 2A)",
        sources=(
            StacSource(catalogue=PLANETARY_COMPUTER, collection="sentinel-2-l2a", assets=ASSETS),
            FileSource(patterns=("S2?_MSIL2A_*.SAFE",), bands=tuple(ASSETS)),
        ),
    )
