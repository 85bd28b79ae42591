"""Where VIIRS products are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, StacSource

if TYPE_CHECKING:
    from collections.abc import Sequence

EARTHDATA: Final = "https://cmr.earthdata.nasa.gov/stac/LPCLOUD"
"""Whole granules of LP DAAC; reading needs an Earthdata account."""
SATELLITES: Final = ("VNP", "VJ1")
"""Letters of Suomi NPP and of NOAA-20."""


def sources_of(product: str, bands: Sequence[str]) -> tuple[StacSource | FileSource, ...]:
    """Give where a product of both satellites is found, best first.

    Parameters
    ----------
    product : str
        Its name without the satellite's letters, such as ``21A1D``.
    bands : sequence of str
        Bands that are read from it, by their names in files.
    """
    granules = (
        StacSource(catalogue=EARTHDATA, collection=f"{letters}{product}_002", assets={})
        for letters in SATELLITES
    )
    patterns = tuple(f"{letters}{product}.*.h5" for letters in SATELLITES)
    return (*granules, FileSource(patterns=patterns, bands=tuple(bands)))
