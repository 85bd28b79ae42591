"""Granules that are read whole: fetched where they are not on disk, opened, cut to a frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from lstsr_core.grid import geobox_of, on_grid
from lstsr_data.acquisition.download import fetch_file
from lstsr_data.acquisition.load import attributes_of
from lstsr_data.acquisition.stated_grid import known_crs, unusable
from lstsr_data.lay import overlap, whole_shift
from lstsr_data.product import open_product
from lstsr_data.slstr_safe import open_slstr_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odc.geo.geobox import GeoBox

    from lstsr_data.acquisition.granule import Granule
    from lstsr_data.acquisition.remote_file import Access


def open_whole(granule: Granule, bands: Sequence[str], access: Access) -> xr.Dataset:
    """Read the bands of a granule, which is fetched where it is not on disk.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Counts as they are stored, on the granule's own grid, or with a place each; attributes as
        those of `load_raw`.

    Raises
    ------
    SourceError
        As `lstsr_data.acquisition.download.fetch_file` and `lstsr_data.product.open_product`.
    """
    raw = _opened(granule, bands, access)
    return raw.assign_attrs({**attributes_of(granule), **raw.attrs})


def _opened(granule: Granule, bands: Sequence[str], access: Access) -> xr.Dataset:
    if granule.path is not None:
        return open_product(granule.path, bands)
    files = {_name(layer.href): fetch_file(layer, access) for layer in granule.files}
    if len(files) == 1:
        return open_product(next(iter(files.values())), bands)
    return open_slstr_files(files, bands)


def _name(href: str) -> str:
    return Path(href.partition("?")[0]).name


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
    inside = overlap(shift, source, frame)
    laid = {}
    for name, values in raw.data_vars.items():
        counts = _cut(values.data, shift, inside, frame)
        laid[str(name)] = on_grid(counts, frame).assign_attrs(values.attrs)
    return xr.Dataset(laid, attrs=raw.attrs)


def _cut(
    counts: Any,  # noqa: ANN401  numpy or dask
    shift: tuple[int, int],
    inside: tuple[slice, slice],
    frame: GeoBox,
) -> Any:  # noqa: ANN401
    """Take the part of an array that lies inside of a frame, and fill up the rest by 0."""
    if any(part.stop <= part.start for part in inside):
        return np.zeros(frame.shape, counts.dtype)
    part = tuple(
        slice(i.start + move, i.stop + move) for i, move in zip(inside, shift, strict=True)
    )
    margins = [(i.start, size - i.stop) for i, size in zip(inside, frame.shape, strict=True)]
    return np.pad(counts[part], margins) if np.any(margins) else counts[part]
