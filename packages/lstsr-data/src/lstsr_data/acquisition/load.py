"""Granules become raw datasets on a frame, lazily, every count as it is stored."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from lstsr_core.grid import on_grid
from lstsr_data.acquisition import load_odc, load_stack
from lstsr_data.acquisition.pile import Pile
from lstsr_data.acquisition.pixels import grid_of, opened
from lstsr_data.acquisition.stated_grid import unusable
from lstsr_data.lay import whole_shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dask.array as da
    from odc.geo.geobox import GeoBox

    from lstsr_data.acquisition.granule import Granule, Layer
    from lstsr_data.acquisition.remote_file import Access

TIMES: Final = "%Y-%m-%dT%H:%M:%SZ"
"""Form of times in attributes, ISO 8601. [UTC]"""

logger = logging.getLogger(__name__)


def finest_box(granule: Granule, access: Access) -> GeoBox:
    """Give the finest grid among the layers of a granule, from headers where it is not stated."""
    boxes = [box_of(layer, access) for layer in granule.layers.values()]
    return max(boxes, key=lambda box: int(box.shape[0]))


def box_of(layer: Layer, access: Access) -> GeoBox:
    """Give the grid of a layer, from its header where the catalogue does not state it."""
    return layer.box if layer.box is not None else grid_of(layer.href, access)


def load_raw(granules: Sequence[Granule], frame: GeoBox, access: Access) -> tuple[xr.Dataset, ...]:
    """Lay the layers of granules on a frame.

    Parameters
    ----------
    granules : sequence of Granule
        Of one product.
    frame : GeoBox
        Where to.
    access : Access
        How files are reached.

    Returns
    -------
    tuple of xarray.Dataset, dims (y, x)
        One of each granule: lazy counts by the names of bands, each with what the catalogue says of
        it as CF attributes (``scale_factor``, ``add_offset``, ``_FillValue``), which nobody has
        applied; as attributes the properties of the item, with ``start_datetime`` and
        ``end_datetime``.

    Raises
    ------
    SourceError
        ``ITEM_UNUSABLE`` where a granule lacks a band.
    """
    bands: dict[str, None] = {}
    for granule in granules:
        bands |= dict.fromkeys(granule.layers)
    stacks = {
        band: _stacked([_layer(granule, band) for granule in granules], frame, access)
        for band in bands
    }
    return tuple(
        xr.Dataset(
            {
                band: on_grid(stacked[number], frame).assign_attrs(
                    granule.layers[band].metadata.attributes
                )
                for band, stacked in stacks.items()
            },
            attrs=attributes_of(granule),
        )
        for number, granule in enumerate(granules)
    )


def _layer(granule: Granule, band: str) -> Layer:
    if band not in granule.layers:
        raise unusable(f"the band {band}", f"{granule.name} with {', '.join(granule.layers)}")
    layer = granule.layers[band]
    if layer.metadata.bands > 1:
        raise unusable("one band", f"{granule.name}: {layer.metadata.bands} bands in {band}")
    return layer


def attributes_of(granule: Granule) -> dict[str, Any]:
    """Give the plain properties of a granule, and its times."""
    plain = {
        name: value
        for name, value in granule.properties.items()
        if isinstance(value, int | float | str)
    }
    times = {"start_datetime": granule.start, "end_datetime": granule.end}
    return plain | {name: f"{moment:{TIMES}}" for name, moment in times.items()}


def _stacked(layers: Sequence[Layer], frame: GeoBox, access: Access) -> da.Array:
    """Give the lazy counts of files, shape (granule, y, x)."""
    for layer in layers:
        if whole_shift(box_of(layer, access), frame) is None:
            logger.info("%s is on another grid: the nearest count is taken", layer.href)
    pile = Pile(
        layers=tuple(layers),
        frame=frame,
        access=access,
        dtype=_dtype(layers[0], access),
        fill=layers[0].metadata.nodata or 0,
    )
    has_code = frame.crs is not None and frame.crs.epsg is not None
    return load_stack.stack(pile) if has_code else load_odc.stack(pile)


def _dtype(layer: Layer, access: Access) -> np.dtype[np.generic]:
    """Take the type of the counts from the file, which knows it better than the catalogue."""
    with opened(layer.href, access) as file:
        kind: np.dtype[np.generic] = np.dtype(file.dtypes[0])
        return kind
