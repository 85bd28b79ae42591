"""Fields of an HDF-EOS file become bands on the grid that the file states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from lstsr_core import factor_between
from lstsr_core.grid import on_grid
from lstsr_core.nested import repeat
from lstsr_data.eos_grid import grids_of
from lstsr_data.granule_time import period_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odc.geo.geobox import GeoBox

    from lstsr_data.eos_content import Content, Field


def on_stated_grids(content: Content, names: Sequence[str]) -> xr.Dataset:
    """Lay the fields that were read on the grids of their file.

    Parameters
    ----------
    content : Content
        What was read.
    names : sequence of str
        Fields that were wanted, for messages; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Counts and attributes as they are stored. Where grids of several pixels are read, each
        pixel of the coarser ones is repeated over the finest, which must divide it. Attributes
        ``start_datetime`` and ``end_datetime``, ISO 8601, as far as the granule knows them.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` where it has none of the fields; ``GRID_UNSUPPORTED`` or
        ``GRID_NOT_NESTED``.
    """
    boxes = _boxes_of(content)
    if not boxes:
        raise content.lacks(f"{' or '.join(names) or 'a field'} on a sinusoidal grid")
    finest = max(boxes.values(), key=lambda box: int(box.shape[0]))
    fields = {name: _laid(content.fields[name], box, finest) for name, box in boxes.items()}
    return xr.Dataset(fields, attrs=period_of(content.texts, content.path))


def _boxes_of(content: Content) -> dict[str, GeoBox]:
    """Give the grid of each field that was read and fills its grid."""
    return {
        name: grid.box
        for grid in grids_of(content.structure)
        for name, field in content.fields.items()
        if name in grid.fields and field.counts.shape == tuple(grid.box.shape)
    }


def _laid(field: Field, box: GeoBox, finest: GeoBox) -> xr.DataArray:
    counts = repeat(field.counts, factor_between(box, finest))
    return on_grid(counts, finest).assign_attrs(field.attributes)
