"""Granules that are one file each: fetched whole, read by their format, cut to a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_core.grid import geobox_of, on_grid
from lstsr_data.acquisition.download import fetch_file
from lstsr_data.acquisition.load import attributes_of
from lstsr_data.acquisition.stated_grid import known_crs, unusable
from lstsr_data.lay import overlap, whole_shift
from lstsr_data.product import open_product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odc.geo.geobox import GeoBox

    from lstsr_data.acquisition.granule import Granule
    from lstsr_data.acquisition.remote_file import Access


def open_whole(granule: Granule, bands: Sequence[str], access: Access) -> xr.Dataset:
    """Fetch a granule and read its bands.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Counts as they are stored, on the granule's own grid; attributes as those of `load_raw`.

    Raises
    ------
    SourceError
        As `lstsr_data.acquisition.download.fetch_file` and `lstsr_data.product.open_product`.
    """
    if granule.whole is None:
        raise unusable("one file", granule.name)
    raw = open_product(fetch_file(granule.whole, access), bands)
    return raw.assign_attrs({**attributes_of(granule), **raw.attrs})


def grid_of_whole(raw: xr.Dataset) -> GeoBox:
    """Give the grid of an opened granule, its system spelt as `known_crs` does."""
    from odc.geo.geobox import GeoBox as Box

    box = geobox_of(raw)
    if box.crs is None:
        raise unusable("a coordinate system", "a granule without one")
    return Box(box.shape, box.affine, known_crs(box.crs))


def cut(raw: xr.Dataset, frame: GeoBox) -> xr.Dataset:
    """Lay an opened granule on a frame of the same grid lines; 0 where it has no pixel.

    Raises
    ------
    SourceError
        ``ITEM_UNUSABLE`` where the grids differ.
    """
    source = grid_of_whole(raw)
    shift = whole_shift(source, frame)
    if shift is None:
        raise unusable("the grid of its collection", f"a granule on {source!r}")
    rows, columns = overlap(shift, source, frame)
    laid = {}
    for name, values in raw.data_vars.items():
        counts = np.zeros(frame.shape, values.dtype)
        if rows.start < rows.stop and columns.start < columns.stop:
            counts[rows, columns] = values.to_numpy()[
                rows.start + shift[0] : rows.stop + shift[0],
                columns.start + shift[1] : columns.stop + shift[1],
            ]
        laid[str(name)] = on_grid(counts, frame).assign_attrs(values.attrs)
    return xr.Dataset(laid, attrs=raw.attrs)
