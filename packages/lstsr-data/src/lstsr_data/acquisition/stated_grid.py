"""The grid of an asset, as a catalogue states it."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from affine import Affine
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox
from pyproj.exceptions import CRSError

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

RADIUS: Final = 6_371_007.181
"""Radius of the sphere of the MODIS and VIIRS grids (MODLAND grid). [m]"""
SAME_RADIUS: Final = 0.01
"""Rounding of the radius that still means the same sphere. [m]"""
SINUSOIDAL: Final = CRS(f"+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R={RADIUS!r} +units=m +no_defs")
"""The sinusoidal system of those grids, however a file or a catalogue calls it."""
MOST_PIXELS: Final = 2**34
"""More pixels than a 100 m map of all land has; whoever claims more is wrong. [pixel]"""


def known_crs(crs: CRS) -> CRS:
    """Give a coordinate system in one spelling: EPSG where it has a code, `SINUSOIDAL`."""
    if crs.epsg:
        return CRS(f"EPSG:{crs.epsg}")
    described = crs.proj.to_json_dict()
    text = json.dumps(described)
    if not re.search(r'"(?:longitude|Longitude)[^"]*", "value": 0', text):
        return crs
    ellipsoid = crs.proj.ellipsoid
    if "inusoidal" not in text or ellipsoid is None:
        return crs
    round_ = math.isclose(ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre)
    same = abs(ellipsoid.semi_major_metre - RADIUS) <= SAME_RADIUS
    return SINUSOIDAL if round_ and same else crs


def stated_box(asset: Mapping[str, Any], properties: Mapping[str, Any]) -> GeoBox | None:
    """Give the grid that an asset, or else its item, states; None where neither does.

    Parameters
    ----------
    asset, properties : mapping
        Parts of a STAC Item, with any version of the projection extension.

    Raises
    ------
    SourceError
        ``ITEM_UNUSABLE`` where what is stated cannot be.
    """
    stated = {**properties, **asset}
    shape, transform = stated.get("proj:shape"), stated.get("proj:transform")
    crs = _stated_crs(asset) or _stated_crs(properties)
    if shape is None or transform is None or crs is None:
        return None
    try:
        rows, columns = (int(size) for size in shape)
        box = GeoBox((rows, columns), Affine(*map(float, transform[:6])), crs)
    except (TypeError, ValueError) as error:
        raise unusable("a grid", f"proj:shape {shape}, proj:transform {transform}") from error
    if not 0 < rows * columns <= MOST_PIXELS:
        raise unusable("a grid", f"{rows} x {columns} pixels")
    return box


def _stated_crs(part: Mapping[str, Any]) -> CRS | None:
    code = part.get("proj:code") or part.get("proj:epsg")
    projected = part.get("proj:projjson")
    text = code or part.get("proj:wkt2") or (json.dumps(projected) if projected else None)
    if text is None:
        return None
    try:
        return known_crs(CRS(text if not isinstance(text, int) else f"EPSG:{text}"))
    except CRSError as error:
        raise unusable("a coordinate system", str(text)[:80]) from error


def unusable(what: str, found: str) -> SourceError:
    """Make the error for an item that does not say what it must, or says what cannot be."""
    return SourceError(
        "ITEM_UNUSABLE",
        found=found,
        expected=f"{what} that a STAC Item can have",
        remedy="tell the keeper of the catalogue; --only leaves the item out",
    )
