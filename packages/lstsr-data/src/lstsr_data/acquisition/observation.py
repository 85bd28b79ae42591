"""What an overpass saw, decoded by its sensor, on its product's own grid."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_data.acquisition.frame import seen
from lstsr_data.acquisition.load import box_of, finest_box, load_raw
from lstsr_data.acquisition.load_swath import lay_swaths
from lstsr_data.acquisition.load_whole import cut, grid_of_whole, open_whole
from lstsr_data.sensed import bands_of
from lstsr_data.swath import is_swath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

    from lstsr_core import Sensor
    from lstsr_data.acquisition.choice import Overpass
    from lstsr_data.acquisition.remote_file import Access
    from lstsr_data.acquisition.window import Window

LST = "lst"
"""Name of the temperature."""


def observe(overpass: Overpass, sensor: Sensor, window: Window, access: Access) -> xr.Dataset:
    """Read and decode an overpass.

    Parameters
    ----------
    overpass : Overpass
        Its granules; each is decoded by itself, because each has its own time and sun.
    sensor : Sensor
        Decodes them.
    window : Window
        Which part is wanted.
    access : Access
        How files are reached.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy fields as `Sensor.decode` gives them, NaN where no granule lies; where granules
        overlap the first by name that has a value gives it. Attribute ``covered``: share of the
        frame that lies in a granule. [1]
    """
    if overpass.granules[0].layers:
        grids = [_grid(overpass, number, access) for number in range(len(overpass.granules))]
        frame = window.on([main_grid(overpass, access)])
        raws = load_raw(overpass.granules, frame, access)
    else:
        wholes = [open_whole(one, bands_of(sensor), access) for one in overpass.granules]
        if is_swath(wholes[0]):
            return _merged(*lay_swaths(wholes, sensor, window))
        grids = [grid_of_whole(raw) for raw in wholes]
        frame = window.on(grids)
        raws = tuple(cut(raw, frame) for raw in wholes)
    parts = [
        _decoded(raw, sensor, seen(frame, [grid])) for raw, grid in zip(raws, grids, strict=True)
    ]
    return _merged(parts, seen(frame, grids))


def _merged(parts: Sequence[xr.Dataset], inside: NDArray[np.bool_]) -> xr.Dataset:
    return reduce(_filled, parts).assign_attrs(covered=float(inside.mean()))


def main_grid(overpass: Overpass, access: Access) -> GeoBox:
    """Give the grid of the first granule of the coordinate system that most of them are in."""
    grids = [finest_box(granule, access) for granule in overpass.granules]
    systems = [str(grid.crs) for grid in grids]
    most = max(systems, key=lambda system: (systems.count(system), -systems.index(system)))
    return grids[systems.index(most)]


def _grid(overpass: Overpass, number: int, access: Access) -> GeoBox:
    return box_of(next(iter(overpass.granules[number].layers.values())), access)


def _decoded(raw: xr.Dataset, sensor: Sensor, inside: NDArray[np.bool_]) -> xr.Dataset:
    """Decode a granule; what lies beside it is not what its fill happens to decode to."""
    decoded = sensor.decode(raw).odc.assign_crs(raw.odc.crs)
    here = xr.DataArray(inside, dims=("y", "x"))
    masked = {
        str(name): values.where(here) if values.dtype.kind in "fM" else values
        for name, values in decoded.data_vars.items()
    }
    times = {name: raw.attrs[name] for name in ("start_datetime", "end_datetime")}
    seen_here: xr.Dataset = decoded.assign(masked).assign_attrs(times)
    return seen_here


def _filled(first: xr.Dataset, other: xr.Dataset) -> xr.Dataset:
    """Fill the gaps of one granule from another; all fields of a pixel come from one of them."""
    filled = {}
    for name, values in first.data_vars.items():
        gap = first[LST].isnull() & other[LST].notnull() if LST in first else values.isnull()
        filled[str(name)] = values.where(~gap, other[name]).assign_attrs(values.attrs)
    return first.assign(filled)


def moment_of(fields: xr.Dataset) -> str:
    """Give the median time of the views, else the middle of the time of the granules. [UTC]"""
    times = fields.get("view_time")
    if times is not None and times.dtype.kind == "M":
        views = times.to_numpy()
        known = np.sort(views[~np.isnat(views)])
        if known.size:
            return f"{known[known.size // 2].astype('datetime64[s]')}Z"
    start, end = (
        np.datetime64(str(fields.attrs[name]).removesuffix("Z"), "s")
        for name in ("start_datetime", "end_datetime")
    )
    return f"{start + (end - start) // 2}Z"
