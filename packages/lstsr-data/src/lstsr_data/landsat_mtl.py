"""The metadata file of a Landsat product (MTL): its grid, its time and the sun."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from odc.geo.geobox import GeoBox

ENTRY: Final = re.compile(r"^\s*(\w+)\s*=\s*(.*?)\s*$", re.MULTILINE)
"""One entry in the object description language."""
CLOCK: Final = 8
"""Characters of hours, minutes and seconds, ``14:31:47``. [1]"""
SUN: Final = {"view:sun_azimuth": "SUN_AZIMUTH", "view:sun_elevation": "SUN_ELEVATION"}
"""Attributes that say where the sun stands (STAC extension view), and their entries. [degree]"""


def read_mtl(path: Path) -> dict[str, str]:
    """Read the entries of an MTL file; see `parse_mtl`."""
    return parse_mtl(path.read_text(encoding="utf-8", errors="replace"))


def parse_mtl(text: str) -> dict[str, str]:
    """Read the entries of an MTL file; of entries with one name, the first counts."""
    entries: dict[str, str] = {}
    for name, value in ENTRY.findall(text):
        entries.setdefault(name, value.strip('"'))
    return entries


def grid_of(about: dict[str, str]) -> GeoBox:
    """Give the UTM grid of a product; the corners in an MTL file are centres of pixels.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE`` where an entry is missing.
    """
    from affine import Affine
    from odc.geo.geobox import GeoBox

    try:
        pixel = float(about["GRID_CELL_SIZE_THERMAL"])
        left, top = (float(about[f"CORNER_UL_PROJECTION_{axis}_PRODUCT"]) for axis in ("X", "Y"))
        shape = (int(about["THERMAL_LINES"]), int(about["THERMAL_SAMPLES"]))
        crs = f"EPSG:326{int(about['UTM_ZONE']):02d}"
    except (KeyError, ValueError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"an MTL file without {error}",
            expected="the metadata of a Landsat Collection 2 Level 2 product",
            remedy="download it again",
        ) from error
    return GeoBox(shape, Affine(pixel, 0, left - pixel / 2, 0, -pixel, top + pixel / 2), crs)


def attributes_of(about: dict[str, str]) -> dict[str, Any]:
    """Give ``start_datetime`` (ISO 8601, UTC), the sun and the satellite, as far as they stand."""
    found: dict[str, Any] = {}
    day, clock = about.get("DATE_ACQUIRED", ""), about.get("SCENE_CENTER_TIME", "")
    if day and clock:
        found["start_datetime"] = f"{day}T{clock[:CLOCK]}Z"
    for name, entry in SUN.items():
        if entry in about:
            found[name] = float(about[entry])
    if "SPACECRAFT_ID" in about:
        found["platform"] = about["SPACECRAFT_ID"].lower().replace("_", "-")
    return found
