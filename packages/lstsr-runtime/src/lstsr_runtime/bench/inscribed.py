"""Result and reference on the reference's UTM zone, cut to the rectangle inside both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from odc.geo.geobox import GeoBox

from lstsr_core.grid import geobox_of
from lstsr_data.resampling import resample
from lstsr_runtime.bench.corners import inner_rectangle

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

TILE: Final = 4800
"""Fine pixels along one edge of a MODIS tile at 232 m (MOD09GQ user guide). [pixel]"""
WARM: Final = 230.0
"""Reference pixels below this are outside of it (protocol of :doi:`10.48550/arXiv.2502.01204`).
[K]"""
RESULT_WARM: Final = 200.0
"""Result pixels below this are outside of it (same protocol). [K]"""
TRIM: Final = 2
"""Rows and columns left out at the far end of the rectangle (same protocol). [pixel]"""
SMALLEST: Final = 40
"""Rectangles with this many pixels on a side or fewer are not scored (same protocol). [pixel]"""
CANVAS: Final = 2
"""Zeros laid around a result before it is warped; the protocol has zeros there. [pixel]"""


@dataclass(frozen=True, kw_only=True)
class Common:
    """Prediction and truth in the rectangle inside both.

    Parameters
    ----------
    prediction, truth : array, shape (h, w)
        Nothing is removed from either. [K]
    """

    prediction: NDArray[np.float64]
    truth: NDArray[np.float64]


def cut_common(lst: Field, box: GeoBox, reference: xr.DataArray) -> Common | None:
    """Lay a result and its reference on the same UTM grid and cut out what both cover.

    The grid is the one that a warper chooses for the whole MODIS tile. The result is warped to it
    bilinearly; the reference is stretched bilinearly from its whole extent to as many whole
    pixels of the grid as it is long, which moves it by up to one pixel: so it was done for print.

    Parameters
    ----------
    lst : array, shape of `box`
        Result, NaN where there is none. [K]
    box : GeoBox
        Where the result lies, on a MODIS sinusoidal grid.
    reference : xarray.DataArray, dims (y, x) of a UTM grid
        Reference, NaN where there is none. [K]

    Returns
    -------
    Common or None
        None where the rectangle is too small to be scored.

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """
    source = geobox_of(reference)
    grid = tile_in(box, source)
    truth = _stretch(np.nan_to_num(reference.to_numpy().astype(np.float64)), _whole(source, grid))
    prediction = _read(_warp(lst, box, grid, source), source, grid)[
        : truth.shape[0], : truth.shape[1]
    ]
    within = _within_both(truth >= WARM, np.nan_to_num(prediction) >= RESULT_WARM)
    if within is None:
        return None
    return Common(prediction=prediction[within], truth=truth[within])


def tile_in(box: GeoBox, source: GeoBox) -> GeoBox:
    """Give the grid that a warper chooses for the MODIS tile of a grid, in another's CRS."""
    from rasterio.warp import calculate_default_transform

    edge = TILE * box.resolution.x
    column, row = (
        math.floor(start / edge) for start in (box.boundingbox.left, -box.boundingbox.top)
    )
    left, top = column * edge, -row * edge
    transform, width, height = calculate_default_transform(
        str(box.crs), str(source.crs), TILE, TILE, left, top - edge, left + edge, top
    )
    return GeoBox((height, width), transform, source.crs)


def _size(source: GeoBox, grid: GeoBox) -> tuple[float, float]:
    """Give the rows and columns of a grid that another is long. [pixel]"""
    rows, columns = source.shape
    return (
        rows * source.affine.e / grid.affine.e,
        columns * source.affine.a / grid.affine.a,
    )


def _whole(source: GeoBox, grid: GeoBox) -> tuple[int, int]:
    rows, columns = _size(source, grid)
    return int(rows), int(columns)


def _stretch(values: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float64]:
    """Interpolate an array bilinearly to another number of rows and columns."""
    return _stretch_rows(_stretch_rows(values, shape[0]).T, shape[1]).T


def _stretch_rows(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    size = values.shape[0]
    centres = np.clip((np.arange(count) + 0.5) * size / count - 0.5, 0, size - 1)
    below = np.minimum(centres.astype(int), size - 2)
    share = (centres - below)[:, None]
    stretched: NDArray[np.float64] = values[below] * (1 - share) + values[below + 1] * share
    return stretched


def _corner(source: GeoBox, grid: GeoBox) -> tuple[float, float]:
    """Give the row and column of a grid where another begins. [pixel]"""
    column, row = ~grid.affine * (source.affine.c, source.affine.f)
    return row, column


def _warp(lst: Field, box: GeoBox, grid: GeoBox, source: GeoBox) -> NDArray[np.float64]:
    """Warp a result to the rows and columns of a grid that a reference touches; 0 outside."""
    row, column = map(math.floor, _corner(source, grid))
    rows, columns = (math.ceil(size) + 1 for size in _size(source, grid))
    part = grid.translate_pix(column, row).crop((rows, columns))
    canvas = np.pad(np.nan_to_num(lst.astype(np.float64)), CANVAS)
    return np.nan_to_num(resample(canvas, box.pad(CANVAS), part, how="bilinear"))


def _read(warped: NDArray[np.float64], source: GeoBox, grid: GeoBox) -> NDArray[np.float64]:
    """Read the window of a reference by nearest neighbour; it begins and ends inside pixels."""
    rows, columns = (
        np.floor(start % 1 + (np.arange(round(size)) + 0.5) * size / round(size)).astype(int)
        for start, size in zip(_corner(source, grid), _size(source, grid), strict=True)
    )
    window: NDArray[np.float64] = warped[np.ix_(rows, columns)]
    return window


def _within_both(
    truth: NDArray[np.bool_], prediction: NDArray[np.bool_]
) -> tuple[slice, slice] | None:
    one, other = inner_rectangle(truth), inner_rectangle(prediction)
    if one is None or other is None:
        return None
    rows, columns = (
        slice(max(a.start, b.start), min(a.stop, b.stop) - TRIM)
        for a, b in zip(one, other, strict=True)
    )
    if min(rows.stop - rows.start, columns.stop - columns.start) <= SMALLEST:
        return None
    return rows, columns
