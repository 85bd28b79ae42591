"""Pixel grids: which one a dataset lies on, and whether one divides another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lstsr_core.errors import SceneError

if TYPE_CHECKING:
    import xarray as xr
    from odc.geo.geobox import GeoBox

TOLERANCE = 0.01
"""Misfit that two grids may have and still count as the same: rounding in file headers. [pixel]"""
UNEVEN = 0.1
"""How far one coordinate may be from its place in a regular grid: rounding to float32. [pixel]"""
AXES = ("y", "x")
"""Names of the two axes of every grid, rows first."""

GRID_MAPPING = "spatial_ref"
"""Name of the coordinate that holds the CRS, as odc-geo and rioxarray have it."""


def geobox_of(node: xr.Dataset | xr.DataArray) -> GeoBox:
    """Give the grid of a dataset.

    Raises
    ------
    SceneError
        ``NO_CRS`` where the coordinate system is missing, ``GRID_UNSUPPORTED`` where the grid is
        rotated, south-up, irregular or empty.
    """
    import odc.geo.xr  # noqa: F401  registers the accessor `.odc`
    from odc.geo.geobox import GeoBox

    try:
        box = node.odc.geobox
    except (ValueError, RuntimeError) as error:  # a damaged file holds any text for a CRS
        raise unsupported(f"no grid that can be read: {error}") from error
    if not isinstance(box, GeoBox):
        raise unsupported("no regular grid: coordinates are irregular or missing")
    if box.crs is None:
        raise SceneError(
            "NO_CRS",
            found="a grid without a coordinate reference system",
            expected="a CRS that says where the pixels lie",
            remedy="set it: gdal_edit.py -a_srs EPSG:4326 FILE, or dataset.odc.assign_crs(...)",
        )
    check_north_up(box)
    _check_regular(node, box)
    return box


def _check_regular(node: xr.Dataset | xr.DataArray, box: GeoBox) -> None:
    """Compare every coordinate with the grid, which is laid through the first and the last."""
    import numpy as np

    t = box.affine
    for name, start, step in zip(node.odc.spatial_dims, (t.f, t.c), (t.e, t.a), strict=True):
        centres = start + step * (np.arange(node.sizes[name]) + 0.5)
        if np.abs(node[name].to_numpy() - centres).max() > UNEVEN * abs(step):
            raise unsupported(f"unequal steps along {name}")


def on_grid(values: Any, box: GeoBox) -> xr.DataArray:  # noqa: ANN401  numpy or dask array
    """Wrap an array, shape (..., rows, columns), as a DataArray on a grid, dims (..., y, x)."""
    import xarray as xr
    from odc.geo.xr import xr_coords

    lead = tuple(f"dim_{axis}" for axis in range(values.ndim - 2))
    return xr.DataArray(values, dims=(*lead, *AXES), coords=xr_coords(box, dims=AXES))


def with_grid_mapping(node: xr.Dataset) -> xr.Dataset:
    """Say in the encoding of every field which variable holds its CRS, as CF asks files to."""
    marked = node.copy()
    for values in marked.data_vars.values():
        if GRID_MAPPING in marked.coords and {"y", "x"} <= set(values.dims):
            values.attrs.pop("grid_mapping", None)
            values.encoding["grid_mapping"] = GRID_MAPPING
    return marked


def with_plain_dims(node: xr.Dataset) -> xr.Dataset:
    """Name the dimensions y and x, also where a geographic grid calls them after degrees."""
    import odc.geo.xr  # noqa: F401  registers the accessor `.odc`

    names = node.odc.spatial_dims or ()
    return node.rename({old: new for old, new in zip(names, AXES, strict=False) if old != new})


def check_axes(node: xr.Dataset) -> None:
    """Refuse fields that have dimensions beside the two of the grid, such as bands or times.

    Raises
    ------
    SceneError
        ``GRID_UNSUPPORTED``.
    """
    for name, values in node.data_vars.items():
        if values.dims not in ((), AXES):
            raise unsupported(f"{name} of dimensions ({', '.join(map(str, values.dims))})")


def check_north_up(box: GeoBox) -> None:
    """Refuse a grid that is rotated, mirrored, south-up or empty, or lies in no plane.

    Raises
    ------
    SceneError
        ``GRID_UNSUPPORTED``.
    """
    t = box.affine
    if 0 in box.shape:
        raise unsupported("an empty grid")
    if t.b or t.d:
        raise unsupported("a rotated or sheared grid")
    if t.a <= 0 or t.e >= 0:
        raise unsupported("a mirrored or south-up grid")
    if box.crs is not None and not (box.crs.projected or box.crs.geographic):
        raise unsupported("a coordinate system that is neither projected nor geographic")


def unsupported(found: str) -> SceneError:
    """Make the error for a grid that lstsr does not work on."""
    return SceneError(
        "GRID_UNSUPPORTED",
        found=found,
        expected="a regular grid, north up, rows from north to south",
        remedy="warp it first: gdalwarp FILE NORTH_UP.tif",
    )


def factor_between(coarse: GeoBox, fine: GeoBox) -> int:
    """Give the factor by which the fine grid divides the coarse one.

    Parameters
    ----------
    coarse, fine : GeoBox
        Two grids.

    Returns
    -------
    int
        Fine pixels along one edge of a coarse pixel, 1 or more. [1]

    Raises
    ------
    SceneError
        ``CRS_MISMATCH`` or ``GRID_NOT_NESTED``.
    """
    if coarse.crs != fine.crs:
        raise SceneError(
            "CRS_MISMATCH",
            found=f"coarse in {_name(coarse)}, fine in {_name(fine)}",
            expected="one coordinate system for both grids",
            remedy="let `lstsr sharpen` lay the guide on the grid, or reproject it",
        )
    factor = round(int(fine.shape[0]) / int(coarse.shape[0]))
    if factor < 1 or not same_grid(divide(coarse, factor), fine):
        raise SceneError(
            "GRID_NOT_NESTED",
            found=f"coarse {_describe(coarse)}; fine {_describe(fine)}",
            expected="the fine grid to divide every coarse pixel into the same n x n pixels",
            remedy="let `lstsr sharpen` lay the guide on the grid, or resample it by area",
        )
    return factor


def divide(coarse: GeoBox, factor: int) -> GeoBox:
    """Give the grid that divides every coarse pixel into factor x factor fine ones.

    `GeoBox.zoom_out(1 / factor)` is not used because it adds a row of pixels where rounding
    makes ``rows / (1 / factor)`` more than ``rows * factor`` (49 is the first such factor).

    Parameters
    ----------
    coarse : GeoBox
        A grid.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]

    Returns
    -------
    GeoBox
        The nested fine grid.
    """
    from affine import Affine
    from odc.geo.geobox import GeoBox

    rows, columns = coarse.shape
    t = coarse.affine
    nested = Affine(t.a / factor, t.b / factor, t.c, t.d / factor, t.e / factor, t.f)
    return GeoBox((rows * factor, columns * factor), nested, coarse.crs)


def same_grid(one: GeoBox, other: GeoBox) -> bool:
    """Tell whether two grids are the same to within `TOLERANCE` of a pixel."""
    if one.shape != other.shape or one.crs != other.crs:
        return False
    return all(
        abs(a - b) <= TOLERANCE * abs(one.affine.a)
        for corner in ((0, 0), one.shape[::-1])
        for a, b in zip(one.affine * corner, other.affine * corner, strict=True)
    )


def _describe(box: GeoBox) -> str:
    t = box.affine
    rows, columns = box.shape
    return f"{rows} x {columns} pixels of {t.a:g} x {-t.e:g} from ({t.c:.10g}, {t.f:.10g})"


def _name(box: GeoBox) -> str:
    crs = box.crs
    if crs is None:
        return "no CRS"
    return f"EPSG:{crs.epsg}" if crs.epsg else str(crs.proj.name)
