"""SLSTR Level 2 SAFE folders: netCDF variables of a swath, orphan pixels beside the others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from lstsr_core import SceneError
from lstsr_data.rasters import unreadable

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    Variables = Mapping[str, xr.DataArray]

FILES: Final = {
    "LST_in.nc": ("LST", "LST_uncertainty", "exception"),
    "flags_in.nc": ("confidence_in", "bayes_in", "cloud_in"),
    "geodetic_in.nc": ("latitude_in", "longitude_in"),
    "geometry_tn.nc": ("sat_zenith_tn",),
    "cartesian_in.nc": ("x_in",),
    "cartesian_tx.nc": ("x_tx",),
}
"""Files and the variables that are read from them (S3IPF PDS 005, product data format specification
of SLSTR)."""
NEEDED: Final = "LST_in.nc"
"""File that makes a folder one of temperatures."""
PLACES: Final = {"latitude": "latitude_in", "longitude": "longitude_in"}
"""Coordinates, and the variables that they are. [degree]"""
TIES, ACROSS, TIES_ACROSS = "sat_zenith_tn", "x_in", "x_tx"
"""View angle at tie points [degree]; place across the track of pixels and of tie points. [m]"""
HIDDEN: Final = frozenset({*PLACES.values(), ACROSS, TIES_ACROSS})
"""Variables that serve to place the others."""
TIMES: Final = {"start_datetime": "start_time", "end_datetime": "stop_time"}
"""Attributes, and what the files call them."""
CLOCK: Final = 19
"""Characters of a time to the second, ``2021-05-10T00:29:54``. [1]"""


def is_slstr(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is a SAFE folder of SLSTR temperatures, or its file of them."""
    source = Path(path)
    return (source / NEEDED).is_file() or (source.name == NEEDED and source.is_file())


def open_slstr(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read variables of a SAFE folder.

    Parameters
    ----------
    path : path
        The folder, or ``LST_in.nc`` in it.
    names : sequence of str
        Variables to read, of which it may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Variables as they are stored, with the attributes that unpack them; y along the track, x
        across it, then the orphan pixels of each row. View angles are laid on the pixels.
        Coordinates ``latitude`` and ``longitude``, NaN where a pixel has no place. [degree]

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    SceneError
        ``SCENE_INCOMPLETE`` where the temperature or the places are missing.
    """
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    files = {name: folder / name for name in FILES if (folder / name).is_file()}
    return open_slstr_files(files, names)


def open_slstr_files(files: Mapping[str, Path], names: Sequence[str] = ()) -> xr.Dataset:
    """Read variables as `open_slstr` does, of files by the names that they have in the folder."""
    held, attributes = _read(files)
    if not {"LST", *PLACES.values()} <= held.keys():
        raise _incomplete(files, held)
    swath = _with_orphans(held)
    if {TIES, ACROSS, TIES_ACROSS} <= held.keys():
        swath[TIES] = _view_angles(held, swath["LST"].shape)
    places = {name: _unpacked(swath[stored]) for name, stored in PLACES.items()}
    fields = {name: swath[name] for name in swath if name not in HIDDEN}
    chosen = {name: field for name, field in fields.items() if not names or name in names}
    return xr.Dataset(chosen, places, attributes)


def _read(files: Mapping[str, Path]) -> tuple[dict[str, xr.DataArray], dict[str, str]]:
    """Read the variables of all files, those of orphan pixels too, and when they were seen."""
    held: dict[str, xr.DataArray] = {}
    attributes: dict[str, str] = {}
    for name, variables in FILES.items():
        if name in files:
            content = _open_netcdf(files[name])
            for variable in variables:
                for key in (variable, orphans_of(variable)):
                    if key in content:
                        held[key] = content[key]
            attributes |= _times(content)
    return held, attributes


def _open_netcdf(path: Path) -> xr.Dataset:
    try:
        with xr.open_dataset(
            path, engine="h5netcdf", mask_and_scale=False, decode_times=False
        ) as content:
            return content.load()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise unreadable(str(path), error) from error


def _times(content: xr.Dataset) -> dict[str, str]:
    stated = {name: _text(content.attrs.get(key, "")) for name, key in TIMES.items()}
    return {name: f"{text[:CLOCK]}Z" for name, text in stated.items() if text}


def _text(value: object) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def orphans_of(variable: str) -> str:
    """Give the name of the variable that holds the orphan pixels of another."""
    stem = variable.removesuffix("_in")
    return f"{stem}_orphan" + ("_in" if stem != variable else "")


def _with_orphans(held: Variables) -> dict[str, xr.DataArray]:
    """Put the orphan pixels, measurements that found their pixel taken, beside the others.

    They are left out where one of the variables has none.
    """
    grids = {
        name: array
        for names in FILES.values()
        for name in names
        if (array := held.get(name)) is not None and name not in {TIES, ACROSS, TIES_ACROSS}
    }
    together = all(orphans_of(name) in held for name in grids)
    found = {}
    for name, grid in grids.items():
        parts = [grid.to_numpy(), *([held[orphans_of(name)].to_numpy()] if together else [])]
        found[name] = xr.DataArray(np.concatenate(parts, axis=1), dims=("y", "x"), attrs=grid.attrs)
    return found


def _view_angles(held: Variables, shape: tuple[int, ...]) -> xr.DataArray:
    """Lay the angles of tie points on the pixels, row by row; orphans have none. [degree]"""
    across, ties_across, ties = (_unpacked(held[name]) for name in (ACROSS, TIES_ACROSS, TIES))
    angles = np.full(shape, np.nan, np.float32)
    if ties.sizes[ties.dims[0]] == across.sizes[across.dims[0]]:
        rows = zip(across.to_numpy(), ties_across.to_numpy(), ties.to_numpy(), strict=True)
        for row, (x, x_ties, values) in enumerate(rows):
            order = np.argsort(x_ties)
            angles[row, : x.size] = np.interp(x, x_ties[order], values[order])
    return xr.DataArray(angles, dims=("y", "x"))


def _unpacked(stored: xr.DataArray) -> xr.DataArray:
    """Apply scale, offset and fill as the variable itself states them (CF 1.12, section 8.1)."""
    scale, offset = (
        float(stored.attrs.get(name, default))
        for name, default in (("scale_factor", 1.0), ("add_offset", 0.0))
    )
    values = stored.astype(np.float64) * scale + offset
    fill = stored.attrs.get("_FillValue")
    return (values if fill is None else values.where(stored != fill)).drop_attrs()


def _incomplete(files: Mapping[str, Path], held: Variables) -> SceneError:
    folder = next((path.parent for path in files.values()), "no file")
    return SceneError(
        "SCENE_INCOMPLETE",
        found=f"{folder} with the variables {', '.join(sorted(held)) or 'none'}",
        expected=f"LST and {' and '.join(PLACES.values())} as well",
        remedy="download the folder again, whole",
    )
