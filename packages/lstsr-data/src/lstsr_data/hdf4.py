"""HDF4-EOS granules: the counts of their science data sets, as grids or as a swath."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lstsr_data.eos_fields import on_stated_grids
from lstsr_data.hdf4_file import read_hdf4
from lstsr_data.hdf4_swath import PLACES, swath_of
from lstsr_data.swath_places import place_every_pixel

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import xarray as xr

GROUPS: Final = re.compile(r"\bGROUP=(?P<kind>GRID|SWATH)_\d+\b")
"""Where a grid or a swath begins in the structural metadata (HDF-EOS library)."""


def open_hdf4(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read fields of a granule, whether it holds grids or a swath.

    Parameters
    ----------
    path : path
        An HDF4-EOS file, or a zip of one.
    names : sequence of str
        Fields to read, of which the granule may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        As `open_hdf`; of a swath, every pixel has coordinates ``latitude`` and ``longitude``.
        [degree]

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``SCENE_INCOMPLETE``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    content = read_hdf4(path, [*PLACES.values(), *names] if names else ())
    if {found["kind"] for found in GROUPS.finditer(content.structure)} == {"SWATH"}:
        return place_every_pixel(swath_of(content, names))
    return on_stated_grids(content, names)


def open_hdf(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read fields of the grids of a granule.

    Parameters
    ----------
    path : path
        An HDF4-EOS file such as ``MOD11A1.A2021227.h11v05.061.2021228105320.hdf``, or a zip of one.
    names : sequence of str
        Fields to read, of which the granule may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        See `lstsr_data.eos_fields.on_stated_grids`.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``SCENE_INCOMPLETE`` where it has none of the fields; ``GRID_UNSUPPORTED`` or
        ``GRID_NOT_NESTED``.
    """
    return on_stated_grids(read_hdf4(path, names), names)
