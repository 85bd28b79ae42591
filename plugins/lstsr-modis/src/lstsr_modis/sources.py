"""Where MODIS products are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, StacSource

if TYPE_CHECKING:
    from collections.abc import Sequence

PLANETARY_COMPUTER: Final = "https://planetarycomputer.microsoft.com/api/stac/v1"
"""Collection 6.1 as one cloud-optimised GeoTIFF a layer; reading needs a signature, no account."""
ON_PLANETARY_COMPUTER: Final = frozenset({"09A1", "09Q1", "11A1", "11A2", "13Q1", "21A2"})
"""Products, without the satellite's letters, that it has."""
EARTHDATA: Final = "https://cmr.earthdata.nasa.gov/stac/LPCLOUD"
"""Whole granules of LP DAAC; reading needs an Earthdata account."""
SATELLITES: Final = ("MOD", "MYD")
"""Letters of Terra and of Aqua."""
PACKED: Final = ("", ".zip")
"""What the names of files end in, as they are shipped and as some are passed on."""


def sources_of(product: str, bands: Sequence[str]) -> tuple[StacSource | FileSource, ...]:
    """Give where a product of both satellites is found, best first.

    Parameters
    ----------
    product : str
        Its name without the satellite's letters, such as ``11A1``.
    bands : sequence of str
        Bands that are read from it, by their names in files.
    """
    # Catalogues have no blanks in the names of assets; else they keep the names of the bands.
    assets = {band: band.replace(" ", "_") for band in bands}
    layered = StacSource(
        catalogue=PLANETARY_COMPUTER, collection=f"modis-{product}-061", assets=assets
    )
    granules = (
        StacSource(catalogue=EARTHDATA, collection=f"{letters}{product}_061", assets={})
        for letters in SATELLITES
    )
    patterns = (f"{letters}{product}.*.hdf{ending}" for letters in SATELLITES for ending in PACKED)
    files = FileSource(patterns=tuple(patterns), bands=tuple(bands))
    return (*((layered,) if product in ON_PLANETARY_COMPUTER else ()), *granules, files)
