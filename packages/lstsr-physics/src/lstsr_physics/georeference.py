"""A field that was changed keeps its name and attributes on its new grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core.grid import on_grid

if TYPE_CHECKING:
    import xarray as xr
    from odc.geo.geobox import GeoBox

    from lstsr_core.nested import Field


def laid_like(field: xr.DataArray, values: Field, box: GeoBox) -> xr.DataArray:
    """Lay values made from a field on a grid, dims (y, x); same units as the field."""
    return on_grid(values, box).rename(field.name).assign_attrs(field.attrs)
