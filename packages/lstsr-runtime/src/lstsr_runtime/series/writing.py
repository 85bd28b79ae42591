"""A series is written to one Zarr, a block of pixels after the other, all times of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from lstsr_core.grid import on_grid, with_grid_mapping
from lstsr_core.quality import FLAG_ATTRIBUTES
from lstsr_core.scene import LST_ATTRIBUTES
from lstsr_runtime.folder import draft_of
from lstsr_runtime.layer import BLOCK, LAYERS
from lstsr_runtime.series.climate import SPANS, part_of_year, unusual, usual

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from lstsr_runtime.series.sights import Sight

TIME: Final = "time"
"""Dimension of the scenes. [UTC]"""
PART: Final = "part"
"""Dimension of the parts of the year, from 0: months, seasons from DJF on, or all days."""
ATTRIBUTES: Final[Mapping[str, Mapping[str, Any]]] = {
    "lst": LST_ATTRIBUTES,
    "lst_uncertainty": {"long_name": "standard uncertainty of lst", "units": "K"},
    "quality": FLAG_ATTRIBUTES,
    "anomaly": {"long_name": "lst less its mean in that part of the year", "units": "K"},
    "mean": {"long_name": "mean lst of the measured days", "units": "K"},
    "spread": {"long_name": "standard deviation of lst between days", "units": "K"},
    "count": {"long_name": "measured days", "units": "1"},
}
"""What each variable holds."""
PER_TIME: Final = ("lst", "lst_uncertainty", "quality", "anomaly")
"""Variables of dims (time, y, x); the others have (part, y, x)."""


def write_series(sights: Sequence[Sight], target: Path, *, by: str, least: int) -> Path:
    """Write scenes, what is usual, and how far each is from it.

    Parameters
    ----------
    sights : sequence of Sight
        On one grid, in the order of their times.
    target : pathlib.Path
        The Zarr; it appears complete or not at all, and must not exist.
    by : {"month", "season", "all"}
        What part of the year a day is compared with.
    least : int
        Measured days below which nothing is called usual. [1]

    Returns
    -------
    pathlib.Path
        A Zarr by CF and GeoZarr with ``lst``, ``lst_uncertainty``, ``quality`` and ``anomaly``,
        dims (time, y, x); ``mean``, ``spread`` and ``count``, dims (part, y, x); ``measured``
        (time), the share of pixels with a temperature, 0 for a gap.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``, ``OUTPUT_NOT_WRITABLE`` or ``DISK_FULL``.
    """
    parts = [part_of_year(sight.moment, by) for sight in sights]
    with draft_of(target) as draft:
        _lay_out(sights, by, least).to_zarr(draft, mode="w", compute=False, consolidated=False)
        known = np.zeros(len(sights))
        for rows, columns in _blocks(sights[0].box.shape):
            block = _read(sights, rows, columns)
            climate = usual(block["lst"], parts, SPANS[by], least=least)
            block["anomaly"] = unusual(block["lst"], parts, climate)
            block |= {"mean": climate.mean, "spread": climate.spread, "count": climate.count}
            known += np.isfinite(block["lst"]).sum(axis=(1, 2))
            part = xr.Dataset({name: (_dims(name), values) for name, values in block.items()})
            place = {"y": rows, "x": columns}
            part.to_zarr(draft, mode="r+", region=place, consolidated=False)
        share = xr.Dataset({"measured": (TIME, known / np.prod(tuple(sights[0].box.shape)))})
        share.to_zarr(draft, mode="r+", region={TIME: slice(0, len(sights))}, consolidated=False)
    return target


def _dims(name: str) -> tuple[str, str, str]:
    return (TIME if name in PER_TIME else PART, "y", "x")


def _kind(name: str) -> str:
    return "int32" if name == "count" else LAYERS[name].dtype if name in LAYERS else "float32"


def _lay_out(sights: Sequence[Sight], by: str, least: int) -> xr.Dataset:
    """Describe the whole without a pixel of it."""
    import dask.array as da

    box = sights[0].box
    sizes = {TIME: len(sights), PART: SPANS[by], "y": box.shape[0], "x": box.shape[1]}
    fields = {}
    for name, attributes in ATTRIBUTES.items():
        dims = _dims(name)
        shape = tuple(sizes[dim] for dim in dims)
        empty = da.zeros(shape, chunks=(1, BLOCK, BLOCK), dtype=_kind(name))
        fields[name] = xr.DataArray(empty, dims=dims, attrs=dict(attributes))
    fields["measured"] = xr.DataArray(da.zeros(len(sights)), dims=TIME, attrs={"units": "1"})
    grid = on_grid(da.zeros(tuple(box.shape), chunks=BLOCK), box).coords
    times = [np.datetime64(sight.moment.replace(tzinfo=None), "ns") for sight in sights]
    about = {"climatology": by, "least_days": least, "Conventions": "CF-1.12"}
    whole = xr.Dataset(fields, coords={**grid, TIME: times}, attrs=about)
    return with_grid_mapping(whole)


def _blocks(shape: Sequence[int]) -> Iterator[tuple[slice, slice]]:
    rows, columns = (
        [slice(start, min(start + BLOCK, size)) for start in range(0, size, BLOCK)]
        for size in shape
    )
    yield from ((row, column) for row in rows for column in columns)


def _read(
    sights: Sequence[Sight], rows: slice, columns: slice
) -> dict[str, NDArray[np.float32] | NDArray[Any]]:
    """Read a block of every layer, shape (time, rows, columns)."""
    import rasterio
    from rasterio.windows import Window

    window = Window.from_slices(rows, columns)
    found = {}
    for name in LAYERS:
        parts = []
        for sight in sights:
            with rasterio.open(sight.folder / f"{name}.tif") as file:
                parts.append(file.read(1, window=window))
        found[name] = np.stack(parts)
    return found
