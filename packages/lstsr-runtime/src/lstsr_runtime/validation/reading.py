"""Files of stations are told by what is in them and read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError
from lstsr_runtime.validation.station import join_stations, lacks
from lstsr_runtime.validation.surfrad import is_qcrad, read_qcrad, read_surfrad
from lstsr_runtime.validation.tower import Site, is_ozflux, read_ozflux, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lstsr_runtime.validation.station import Station

NETCDF: Final = frozenset({".nc", ".nc4", ".cdf"})
"""Endings of netCDF files."""
OWN_PLACE: Final = Site()
"""A station that says itself where it is."""


def read_stations(paths: Sequence[Path], site: Site = OWN_PLACE) -> tuple[Station, ...]:
    """Read the files of one or several stations.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        SURFRAD (``.dat``), QCRad or OzFlux (``.nc``), tables (``.csv``); those of one station are
        joined.
    site : Site
        What the files leave out.

    Returns
    -------
    tuple of Station

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE`` or ``STATION_INCOMPLETE``.
    """
    return join_stations([_read(Path(path), site) for path in paths])


def _read(path: Path, site: Site) -> Station:
    if not path.is_file():
        raise SourceError(
            "FILE_MISSING", found=f"nothing at {path}", expected="a file", remedy="check the path"
        )
    if path.suffix.lower() in NETCDF:
        return _read_netcdf(path, site)
    return read_table(path, site) if path.suffix.lower() == ".csv" else read_surfrad(path)


def _read_netcdf(path: Path, site: Site) -> Station:
    import xarray as xr

    try:
        with xr.open_dataset(path, decode_times=False) as file:
            file.load()
    except (OSError, ValueError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error}",
            expected="a netCDF file",
            remedy="download the file again",
        ) from error
    if is_qcrad(file):
        return read_qcrad(file)
    if is_ozflux(file):
        return read_ozflux(file, path, site)
    raise lacks(path, "the long-wave radiation of QCRad or OzFlux", "make a table time,up,down")
