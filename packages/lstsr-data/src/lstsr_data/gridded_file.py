"""Plain netCDF and Zarr: variables on a grid, as they are stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import xarray as xr

from lstsr_core import SceneError, SourceError
from lstsr_core.grid import AXES, geobox_of, on_grid, with_plain_dims

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from odc.geo.geobox import GeoBox

NETCDF: Final = {"engine": "h5netcdf"}
"""How xarray reads netCDF 4."""
WAYS: Final = {".nc": NETCDF, ".nc4": NETCDF, ".zarr": {"engine": "zarr", "consolidated": False}}
"""How xarray reads files, by what their names end in."""
TIME: Final = "time"
"""Coordinate that says when a file of one time was seen."""


def is_gridded(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is netCDF or Zarr, by its name."""
    source = Path(path)
    return source.suffix.lower() in WAYS and source.exists()


def open_gridded(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read variables of a file.

    Parameters
    ----------
    path : path
        NetCDF 4 or Zarr, one grid and one time, such as AppEEARS gives.
    names : sequence of str
        Variables to read, of which it may lack some; empty for all that lie on its grid.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy values as they are stored, with the attributes that unpack them; attribute
        ``start_datetime`` where the file states its time.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    SceneError
        ``SCENE_INCOMPLETE``, ``NO_CRS`` or ``GRID_UNSUPPORTED``.
    """
    stored = _one_time(_opened(path), path)
    fields = {
        str(name): values
        for name, values in stored.data_vars.items()
        if values.dims == AXES and (not names or name in names)
    }
    if not fields:
        raise _incomplete(path, stored, names)
    box = geobox_of(stored[[*fields]])
    laid = {name: _laid(values, box) for name, values in fields.items()}
    return xr.Dataset(laid, attrs=_start_of(stored))


def _opened(path: str | os.PathLike[str]) -> xr.Dataset:
    way: Any = WAYS[Path(path).suffix.lower()]
    try:
        stored = xr.open_dataset(path, mask_and_scale=False, decode_coords="all", chunks={}, **way)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error}",
            expected="netCDF 4 or Zarr with variables at its root",
            remedy="write it again; a scene of `lstsr fetch` is sharpened as it is",
        ) from error
    return with_plain_dims(stored)


def _one_time(stored: xr.Dataset, path: str | os.PathLike[str]) -> xr.Dataset:
    count = stored.sizes.get(TIME, 1)
    if count > 1:
        raise SceneError(
            "GRID_UNSUPPORTED",
            found=f"{path} with {count} times",
            expected="one",
            remedy="write one file a time: dataset.isel(time=0).to_netcdf(...)",
        )
    return stored.squeeze(TIME) if TIME in stored.dims else stored


def _laid(values: xr.DataArray, box: GeoBox) -> xr.DataArray:
    unpacking = {
        name: values.encoding[name]
        for name in ("scale_factor", "add_offset", "_FillValue")
        if values.encoding.get(name) is not None
    }
    return on_grid(values.data, box).assign_attrs({**unpacking, **values.attrs})


def _start_of(stored: xr.Dataset) -> dict[str, str]:
    time = stored.coords.get(TIME)
    if time is not None and time.dtype.kind == "M" and not time.isnull().any():
        return {"start_datetime": f"{time.to_numpy().astype('datetime64[s]')}Z"}
    stated = str(stored.attrs.get("start_datetime", stored.attrs.get("datetime", "")))
    return {"start_datetime": stated} if stated else {}


def _incomplete(
    path: str | os.PathLike[str], stored: xr.Dataset, names: Sequence[str]
) -> SceneError:
    held = ", ".join(map(str, stored.data_vars)) or "none"
    return SceneError(
        "SCENE_INCOMPLETE",
        found=f"{path} with the variables {held}",
        expected=" or ".join(names) or "a variable of dimensions (y, x)",
        remedy="name the sensor whose bands these are, or rename them",
    )
