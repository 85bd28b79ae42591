"""Where on Earth: a box, a polygon or a disc in degrees, cut where the antimeridian passes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from lstsr_data.acquisition.granule import Granule

HALF: Final = 180.0
"""Longitude of the antimeridian. [degree]"""
POLE: Final = 90.0
"""Latitude of the poles. [degree]"""
NEAR_POLE: Final = 89.9
"""Latitude from which on no grid of a product has pixels of a usual shape. [degree]"""
EARTH: Final = 6_371.0072
"""Radius of the sphere of the same area as the Earth (GRS80, R2). [km]"""
WIDEST: Final = 180.0
"""Widest area; a wider one has its west and east swapped. [degree]"""


@dataclass(frozen=True, kw_only=True)
class Area:
    """A part of the Earth.

    Parameters
    ----------
    parts : tuple of shapely geometries
        In degrees; more than one where the antimeridian passes through it, from west to east.
    """

    parts: tuple[BaseGeometry, ...]

    @property
    def boxes(self) -> tuple[tuple[float, float, float, float], ...]:
        """West, south, east, north of each part. [degree]"""
        return tuple(part.bounds for part in self.parts)

    @property
    def longitude(self) -> float:
        """Longitude of its middle. [degree]"""
        west, east = self.boxes[0][0], self.boxes[-1][2]
        middle = (west + (east + 360.0 if east < west else east)) / 2
        return (middle + HALF) % 360.0 - HALF

    def described(self) -> str:
        """Give its boxes as options of the command line."""
        return " and ".join("--bbox " + " ".join(f"{x:.6g}" for x in box) for box in self.boxes)


def box_area(west: float, south: float, east: float, north: float) -> Area:
    """Give a box; where west is more than east it lies over the antimeridian.

    Raises
    ------
    SourceError
        ``AREA_INVALID``.
    """
    from shapely import box

    numbers = (west, south, east, north)
    if not all(map(math.isfinite, numbers)):
        raise invalid(f"the box {numbers}", "four numbers")
    if max(abs(south), abs(north)) > POLE:
        raise invalid(
            f"latitudes {south:g} to {north:g}", "-90 to 90; the order is west south east north"
        )
    if max(abs(west), abs(east)) > HALF:
        raise invalid(f"longitudes {west:g} to {east:g}", "-180 to 180")
    if south >= north:
        raise invalid(
            f"south {south:g}, north {north:g}", "south below north, in the order W S E N"
        )
    if west == east:
        raise invalid(f"west and east both {west:g}", "a box with a width")
    _check_wide((east - west) % 360.0 or 360.0)
    _check_pole(south, north)
    if west < east:
        return Area(parts=(box(west, south, east, north),))
    halves = ((west, HALF), (-HALF, east))
    parts = tuple(box(a, south, b, north) for a, b in halves if a < b)
    return Area(parts=parts)


def area_around(granules: Sequence[Granule]) -> Area:
    """Give the box around some granules, whatever it is: they are there."""
    from shapely import box

    wests, souths, easts, norths = zip(*(one.bbox for one in granules), strict=True)
    south, north = min(souths), max(norths)
    if all(west <= east for west, east in zip(wests, easts, strict=True)):
        return Area(parts=(box(min(wests), south, max(easts), north),))
    west = min((west for west in wests if west > 0), default=HALF)
    east = max((east for east in easts if east < 0), default=-HALF)
    return Area(parts=(box(west, south, HALF, north), box(-HALF, south, east, north)))


def disc_area(longitude: float, latitude: float, radius: float) -> Area:
    """Give the box around a disc.

    Parameters
    ----------
    longitude, latitude : float
        Its middle. [degree]
    radius : float
        [km]

    Raises
    ------
    SourceError
        ``AREA_INVALID``.
    """
    if not (radius > 0 and math.isfinite(radius)):
        raise invalid(f"a radius of {radius:g} km", "more than 0 km")
    if abs(longitude) > HALF or abs(latitude) > POLE:
        raise invalid(f"the point {longitude:g} {latitude:g}", "longitude, then latitude")
    tall = math.degrees(radius / EARTH)
    _check_pole(latitude - tall, latitude + tall)
    wide = math.degrees(radius / EARTH) / math.cos(math.radians(abs(latitude) + tall))
    _check_wide(2 * wide)
    west, east = ((x + HALF) % 360.0 - HALF for x in (longitude - wide, longitude + wide))
    return box_area(west, latitude - tall, east, latitude + tall)


def area_of_file(path: str | os.PathLike[str]) -> Area:
    """Read polygons from a GeoJSON file.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE`` or ``AREA_INVALID``.
    """
    source = Path(path)
    try:
        document = json.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError(
            "FILE_MISSING",
            found=f"nothing at {source}",
            expected="GeoJSON",
            remedy="check the path",
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{source}: {error}",
            expected="GeoJSON",
            remedy="write it again; longitude comes before latitude",
        ) from error
    return area_of(document)


def area_of(document: Any) -> Area:  # noqa: ANN401  JSON of anybody
    """Give the area of a GeoJSON document (RFC 7946): polygons, alone or as features."""
    import shapely
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        shapes = [shape(geometry) for geometry in _geometries(document)]
    except (AttributeError, LookupError, TypeError, ValueError, ShapelyError) as error:
        raise invalid(f"no geometry: {error}", "GeoJSON with a Polygon or MultiPolygon") from error
    if not shapes or any("Polygon" not in form.geom_type or form.is_empty for form in shapes):
        kinds = ", ".join(sorted({form.geom_type for form in shapes})) or "nothing"
        raise invalid(kinds, "a Polygon or MultiPolygon that is not empty")
    for form in shapes:
        if not form.is_valid:
            raise invalid(shapely.is_valid_reason(form), "rings that do not cross themselves")
    parts = sorted(_pieces(shapes), key=lambda part: part.bounds)
    for part in parts:
        box_area(*part.bounds)
    if parts[0].bounds[0] == -HALF and parts[-1].bounds[2] == HALF:
        # RFC 7946 has it cut at the antimeridian: its west lies in the east.
        east = [part for part in parts if part.bounds[0] >= 0]
        west = [part for part in parts if part.bounds[0] < 0]
        return Area(parts=(_joined(east), _joined(west))) if east else Area(parts=tuple(parts))
    whole = _joined(parts)
    box_area(*whole.bounds)
    return Area(parts=(whole,))


def _geometries(document: Any) -> Sequence[Any]:  # noqa: ANN401
    if document["type"] == "FeatureCollection":
        return [feature["geometry"] for feature in document["features"]]
    return [document["geometry"] if document["type"] == "Feature" else document]


def _pieces(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    return [piece for form in shapes for piece in getattr(form, "geoms", (form,))]


def _joined(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    from shapely import unary_union

    joined: BaseGeometry = unary_union(list(parts))
    return joined


def _check_pole(south: float, north: float) -> None:
    if max(-south, north) > NEAR_POLE:
        raise invalid(
            f"latitudes {south:.4g} to {north:.4g}, over a pole", f"within {NEAR_POLE:g} degrees"
        )


def _check_wide(width: float) -> None:
    if width > WIDEST:
        raise invalid(
            f"an area {width:g} degrees wide",
            "at most 180; are west and east, or longitude and latitude, swapped?",
        )


def invalid(found: str, expected: str) -> SourceError:
    """Make the error for an area that cannot be."""
    return SourceError(
        "AREA_INVALID",
        found=found,
        expected=expected,
        remedy="--bbox WEST SOUTH EAST NORTH, --area FILE.geojson, or --point LON LAT --radius KM",
    )
