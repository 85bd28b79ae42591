"""What the plugin offers: temperatures of ECOSTRESS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, StacSource, hookimpl
from lstsr_ecostress import lste

if TYPE_CHECKING:
    from collections.abc import Iterable

PIXEL: Final = 70.0
"""Pixel of the tiles. [m]"""
EARTHDATA: Final = "https://cmr.earthdata.nasa.gov/stac/LPCLOUD"
"""One cloud-optimised GeoTIFF a layer; reading needs an Earthdata account. Its assets are keyed by
paths that end in the names of the layers, so that no key is the same in two items."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    yield Sensor(
        name="ecostress",
        role="thermal",
        resolution=PIXEL,
        decode=lste.decode,
        summary="ECOSTRESS, temperature with its error on MGRS tiles, 70 m (ECO_L2T_LSTE)",
        sources=(
            StacSource(catalogue=EARTHDATA, collection="ECO_L2T_LSTE_002", assets={}),
            FileSource(patterns=("ECOv*_L2T_LSTE_*.tif",), bands=lste.LAYERS),
        ),
    )
