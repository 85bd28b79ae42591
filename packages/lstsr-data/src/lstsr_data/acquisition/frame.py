"""The part of a product's own grid that an area needs, and how much of it was seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from affine import Affine
from odc.geo.geobox import GeoBox
from odc.geo.geom import Geometry

from lstsr_core import SourceError
from lstsr_data.acquisition.area import invalid
from lstsr_data.lay import overlap, whole_shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from lstsr_data.acquisition.area import Area

GEOGRAPHIC: Final = "EPSG:4326"
"""Longitude and latitude on WGS84."""
LONGEST_EDGE: Final = 0.05
"""Longest piece of an area's border that is moved to another system as a straight line. [degree]"""
MOST: Final = 60_000
"""Longest edge of a frame. [pixel]"""
SLACK: Final = 1e-6
"""Border that counts as not touched. [pixel]"""


def frame_of(area: Area, grid: GeoBox) -> GeoBox:
    """Give the pixels of a grid, continued beyond its edges, that an area touches.

    Parameters
    ----------
    area : Area
        Where.
    grid : GeoBox
        Grid of one granule, such as a tile.

    Returns
    -------
    GeoBox
        On the same grid lines, as large as the area's bounds.

    Raises
    ------
    SourceError
        ``AREA_SPLIT`` where the area lies at both ends of the grid; ``AREA_INVALID`` where it is
        smaller than a pixel or far too large.
    """
    left, bottom, right, top = _bounds(area, grid)
    (c0, r0), (c1, r1) = ~grid.affine * (left, top), ~grid.affine * (right, bottom)
    if min(c1 - c0, r1 - r0) < 1.0:
        raise invalid(
            f"an area of {c1 - c0:.2g} x {r1 - r0:.2g} pixels of the product", "at least 1 x 1"
        )
    first = math.floor(r0 + SLACK), math.floor(c0 + SLACK)
    last = math.ceil(r1 - SLACK), math.ceil(c1 - SLACK)
    rows, columns = last[0] - first[0], last[1] - first[1]
    if max(rows, columns) > MOST:
        raise invalid(f"an area of {rows} x {columns} pixels", f"at most {MOST} along an edge")
    corner = grid.affine * Affine.translation(first[1], first[0])
    return GeoBox((rows, columns), corner, grid.crs)


def _bounds(area: Area, grid: GeoBox) -> tuple[float, float, float, float]:
    """Give the bounds of an area in the system of a grid."""
    boxes = []
    for part in area.parts:
        there = Geometry(part, GEOGRAPHIC).to_crs(str(grid.crs), resolution=LONGEST_EDGE)
        boxes.append(there.boundingbox.bbox)
    if len(boxes) > 1 and not _meet(boxes[0], boxes[-1]):
        raise SourceError(
            "AREA_SPLIT",
            found="an area over the antimeridian, which this product's grid is cut along",
            expected="an area on one side of it",
            remedy=f"fetch the two sides one by one: {area.described()}",
        )
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    bounds = min(lefts), min(bottoms), max(rights), max(tops)
    if not all(map(math.isfinite, bounds)):
        raise invalid("an area that the grid of the product does not reach", "one that it does")
    return bounds


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Tell whether two boxes lie beside each other, no farther apart than they are wide."""
    gap = max(one[0], other[0]) - min(one[2], other[2])
    return gap <= max(one[2] - one[0], other[2] - other[0])


def seen(frame: GeoBox, grids: Iterable[GeoBox]) -> NDArray[np.bool_]:
    """Tell which pixels of a frame lie in at least one granule.

    Parameters
    ----------
    frame : GeoBox
        The pixels.
    grids : iterable of GeoBox
        Grids of granules, in any system.

    Returns
    -------
    array of bool, shape of `frame`
    """
    covered = np.zeros(frame.shape, np.bool_)
    for grid in grids:
        shift = whole_shift(grid, frame)
        if shift is None:
            covered |= _inside(frame, grid)
            continue
        rows, columns = overlap(shift, grid, frame)
        if rows.start < rows.stop and columns.start < columns.stop:
            covered[rows, columns] = True
    return covered


def _inside(frame: GeoBox, grid: GeoBox) -> NDArray[np.bool_]:
    """Tell which pixels have their centre in a grid of another system."""
    from pyproj import Transformer

    rows, columns = frame.shape
    x, y = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    move = Transformer.from_crs(str(frame.crs), str(grid.crs), always_xy=True)
    there = move.transform(*(frame.affine * (x, y)))
    across, down = ~grid.affine * there
    inside: NDArray[np.bool_] = (
        (across >= 0) & (across <= grid.shape[1]) & (down >= 0) & (down <= grid.shape[0])
    )
    return inside


def pixels_of(area: Area, frame: GeoBox) -> NDArray[np.bool_]:
    """Tell which pixels of a frame an area touches, shape of `frame`."""
    from rasterio.features import geometry_mask

    shapes = [
        Geometry(part, GEOGRAPHIC).to_crs(str(frame.crs), resolution=LONGEST_EDGE).json
        for part in area.parts
    ]
    rows, columns = frame.shape
    outside = geometry_mask(shapes, (rows, columns), frame.affine, all_touched=True)
    touched: NDArray[np.bool_] = ~outside
    return touched


def frame_around(box: GeoBox, grid: GeoBox, pad: int = 2) -> GeoBox:
    """Give the pixels of a grid, continued beyond its edges, that lie under another grid.

    Parameters
    ----------
    box : GeoBox
        What is to be covered.
    grid : GeoBox
        Whose pixels.
    pad : int
        More of them on every side. [pixel]
    """
    there = box.extent.to_crs(str(grid.crs), resolution="auto").boundingbox
    (c0, r0), (c1, r1) = (
        ~grid.affine * (there.left, there.top),
        ~grid.affine * (there.right, there.bottom),
    )
    top, left = math.floor(r0) - pad, math.floor(c0) - pad
    rows, columns = math.ceil(r1) + pad - top, math.ceil(c1) + pad - left
    corner = grid.affine * Affine.translation(left, top)
    return GeoBox((rows, columns), corner, grid.crs)


def united(grids: Sequence[GeoBox]) -> GeoBox:
    """Give the pixels of the first of some grids, continued to cover all of them."""
    first = grids[0]
    rows, columns = [0, first.shape[0]], [0, first.shape[1]]
    for grid in grids[1:]:
        shift = whole_shift(first, grid)
        near = grid if shift is not None else frame_around(grid, first, pad=0)
        down, right = whole_shift(first, near) or (0, 0)
        rows += [down, down + near.shape[0]]
        columns += [right, right + near.shape[1]]
    corner = first.affine * Affine.translation(min(columns), min(rows))
    size = max(rows) - min(rows), max(columns) - min(columns)
    if max(size) > MOST:
        raise invalid(f"files over {size[0]} x {size[1]} pixels", f"at most {MOST} along an edge")
    return GeoBox(size, corner, first.crs)
