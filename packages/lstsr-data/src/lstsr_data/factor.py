"""The fine grid: by how much the coarse one is divided, and which part of it has a guide."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pyproj import Transformer

from lstsr_core import SceneError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from odc.geo.geobox import GeoBox

DEFAULT_FACTOR = 4
"""Factor without a guide: 1 km to 250 m. [1]"""


def choose_factor(coarse: GeoBox, guide: GeoBox) -> int:
    """Give the whole factor that brings the coarse pixel nearest to the guide's.

    Parameters
    ----------
    coarse, guide : GeoBox
        Grids of the temperature and of its guide, in any coordinate systems.

    Returns
    -------
    int
        2 or more. [1]

    Raises
    ------
    SceneError
        ``GUIDE_TOO_COARSE``.
    """
    ratio = 1.0 / pixel_edge(guide, coarse)
    factor = round(ratio)
    if factor < 2:  # noqa: PLR2004  at 1 there is nothing to sharpen
        raise SceneError(
            "GUIDE_TOO_COARSE",
            found=f"guide pixels {1 / ratio:.2f} times the temperature's",
            expected="guide pixels at most 2 / 3 of the temperature's",
            remedy="choose a finer guide, or swap the two if they were mixed up",
        )
    return factor


def pixel_edge(box: GeoBox, unit: GeoBox) -> float:
    """Give the edge of a pixel of one grid, at its centre, in pixels of another. [pixel]"""
    rows, columns = box.shape
    corners = [(columns / 2 + x, rows / 2 + y) for x, y in ((0, 0), (1, 0), (0, 1))]
    here = [box.affine * corner for corner in corners]
    move = Transformer.from_crs(str(box.crs), str(unit.crs), always_xy=True)
    there = [~unit.affine * move.transform(x, y) for x, y in here]
    (x0, y0), (x1, y1), (x2, y2) = there
    return math.sqrt(abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)))


def crop_to(coarse: GeoBox, guides: Iterable[GeoBox]) -> tuple[slice, slice]:
    """Give the rows and columns of the coarse grid that at least one guide touches.

    Raises
    ------
    SceneError
        ``NO_OVERLAP``.
    """
    rows, columns = coarse.shape
    touched = [_pixels(coarse, guide) for guide in guides]
    top = max(0, min(t[0] for t in touched))
    left = max(0, min(t[1] for t in touched))
    bottom = min(rows, max(t[2] for t in touched))
    right = min(columns, max(t[3] for t in touched))
    if top >= bottom or left >= right:
        raise SceneError(
            "NO_OVERLAP",
            found="guides that cover none of the temperature",
            expected="guides of the same area",
            remedy="check the coordinates of both: gdalinfo FILE",
        )
    return slice(top, bottom), slice(left, right)


def _pixels(coarse: GeoBox, guide: GeoBox) -> tuple[int, int, int, int]:
    """Give the first row, first column, last row + 1, last column + 1 that a guide touches."""
    bounds = guide.extent.to_crs(str(coarse.crs), resolution="auto").boundingbox
    (left, top), (right, bottom) = (
        ~coarse.affine * (bounds.left, bounds.top),
        ~coarse.affine * (bounds.right, bounds.bottom),
    )
    slack = 1e-6  # a border that coincides does not count as touched
    return (
        math.floor(top + slack),
        math.floor(left + slack),
        math.ceil(bottom - slack),
        math.ceil(right - slack),
    )
