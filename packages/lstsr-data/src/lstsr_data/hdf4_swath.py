"""HDF4-EOS swaths: counts as they were scanned, and where some of their pixels lie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import xarray as xr

from lstsr_data.granule_time import period_of
from lstsr_data.hdf4_file import read_hdf4

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from lstsr_data.eos_content import Content, Field

PLACES: Final = {"latitude": "Latitude", "longitude": "Longitude"}
"""Fields that say where a pixel lies, by what they are called here. [degree]"""
PLACE_DIMS: Final = ("y_place", "x_place")
"""Dimensions of those fields."""
MAP: Final = re.compile(
    r'GeoDimension="[^"]+"\s+DataDimension="[^"]+"\s+'
    r"Offset=(?P<offset>-?\d+)\s+Increment=(?P<increment>-?\d+)"
)
"""How the pixels whose place is known lie among all (HDF-EOS library, dimension maps)."""


def open_swath(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read fields of a swath such as MOD11_L2, and the places of every fifth pixel.

    Parameters
    ----------
    path : path
        An HDF4-EOS file, or a zip of one.
    names : sequence of str
        Fields to read, of which the granule may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Counts and attributes as they are stored, y along the track and x across it. Coordinates
        ``latitude``, ``longitude`` [degree], dims (y_place, x_place), whose attributes ``offset``
        and ``increment`` [pixel], each for y and x, say which pixel each place belongs to.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``SCENE_INCOMPLETE`` where it has no place or none of the fields.
    """
    return swath_of(read_hdf4(path, [*PLACES.values(), *names] if names else ()), names)


def swath_of(content: Content, names: Sequence[str] = ()) -> xr.Dataset:
    """Give what `open_swath` does of a file that was read."""
    fields = {name: field for name, field in content.fields.items() if name not in PLACES.values()}
    if not fields or not content.fields.keys() >= {*PLACES.values()}:
        raise content.lacks(f"{' and '.join(PLACES.values())}, and {' or '.join(names) or 'more'}")
    steps = _steps(content.structure)
    places = {
        name: _as_array(content.fields[stored], PLACE_DIMS).assign_attrs(steps)
        for name, stored in PLACES.items()
    }
    pixels = {name: _as_array(field, ("y", "x")) for name, field in fields.items()}
    return xr.Dataset(pixels, places, period_of(content.texts, content.path))


def _as_array(field: Field, dims: tuple[str, str]) -> xr.DataArray:
    return xr.DataArray(field.counts, dims=dims, attrs=field.attributes)


def _steps(structure: str) -> dict[str, tuple[int, ...]]:
    """Give offset and increment along y and x; rows stand before columns in every swath."""
    found = [*MAP.finditer(structure)]
    return {key: tuple(int(step[key]) for step in found) for key in ("offset", "increment")}
