"""Stations of flux towers: netCDF files of OzFlux, and tables of FLUXNET or of one's own."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SourceError
from lstsr_runtime.validation.station import lacks, make_station

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from lstsr_runtime.validation.station import Station

OZFLUX: Final = ("Flu", "Fld")
"""Long-wave radiation from below and above in files of OzFlux (L3). [W m-2]"""
CLOCK: Final = ("Year", "Month", "Day", "Hour", "Minute")
"""Parts of the local standard time in files of OzFlux."""
UP_NAMES: Final = ("up", "LW_OUT", "LW_OUT_1_1_1")
DOWN_NAMES: Final = ("down", "LW_IN", "LW_IN_1_1_1", "LW_IN_F")
"""Columns of a table, the first that is there; upper case as FLUXNET and AmeriFlux name them."""
START: Final = "TIMESTAMP_START"
END: Final = "TIMESTAMP_END"
"""Begin and end of the time that a row of FLUXNET averages, local standard time."""
TIME: Final = "time"
"""Column of a table of one's own: ISO 8601, UTC where it names no zone."""
MISSING: Final = -9000.0
"""What lies below is the mark -9999 of a missing value."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a file may leave out.

    Parameters
    ----------
    name : str, optional
        Of the station; that of the file where None.
    place : (float, float), optional
        Latitude and longitude. [degree]
    utc_offset : float, optional
        How far the clock of the station is ahead of UTC. [h]
    """

    name: str | None = None
    place: tuple[float, float] | None = None
    utc_offset: float | None = None


def is_ozflux(file: xr.Dataset) -> bool:
    """Tell whether an opened netCDF file is one of OzFlux."""
    return all(name in file for name in (*OZFLUX, *CLOCK))


def read_ozflux(file: xr.Dataset, path: Path, site: Site) -> Station:
    """Read an opened file of OzFlux, whose clock shows local standard time.

    Parameters
    ----------
    file : xarray.Dataset, dims (Time,)
        With ``Flu`` and ``Fld`` [W m-2], their flags, and the parts of the time.
    path : pathlib.Path
        For messages.
    site : Site
        Its ``utc_offset`` has to be told.

    Returns
    -------
    Station
        Values of which the flag is not 0 are gaps.

    Raises
    ------
    SourceError
        ``STATION_INCOMPLETE``.
    """
    ahead = _ahead(path, site)
    parts = np.stack([file[name].to_numpy().astype(int) for name in CLOCK], axis=1)
    moments = [dt.datetime(*part) for part in parts.tolist()]
    time = np.asarray(np.array(moments, "datetime64[s]") - ahead, "datetime64[s]")
    up, down = (_measured(file, name) for name in OZFLUX)
    stated = float(file.attrs["latitude"]), float(file.attrs["longitude"])
    name = site.name or str(file.attrs.get("site_name", path.stem))
    return make_station(name, site.place or stated, time, up, down)


def _measured(file: xr.Dataset, name: str) -> np.ndarray:
    values = file[name].to_numpy().astype(np.float64)
    flags = file[f"{name}_QCFlag"].to_numpy() if f"{name}_QCFlag" in file else 0
    return np.where((flags == 0) & (values > MISSING), values, np.nan)


def _ahead(path: Path, site: Site) -> np.timedelta64:
    if site.utc_offset is None:
        raise lacks(path, "the zone of its clock", "give --utc-offset, such as 9.5 for Darwin")
    return np.timedelta64(round(site.utc_offset * 3600), "s")


def read_table(path: Path, site: Site) -> Station:
    """Read a table with commas: that of FLUXNET or AmeriFlux, or one of ``time,up,down``.

    Parameters
    ----------
    path : pathlib.Path
        With a line of names; lines before it that begin with # are skipped.
    site : Site
        Its ``place`` has to be told, and for FLUXNET its ``utc_offset``.

    Returns
    -------
    Station
        A row of FLUXNET stands at the middle of the time that it averages.

    Raises
    ------
    SourceError
        ``STATION_INCOMPLETE`` or ``FILE_UNREADABLE``.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    names = rows[0].keys() if rows else ()
    up, down = (
        next((name for name in wanted if name in names), None) for wanted in (UP_NAMES, DOWN_NAMES)
    )
    if up is None or down is None or not {START, TIME} & set(names):
        raise lacks(path, "columns of time and long-wave radiation", "name them time,up,down")
    if site.place is None:
        raise lacks(path, "a place", "give --at LATITUDE LONGITUDE")
    try:
        values = [np.array([float(row[name] or "nan") for row in rows]) for name in (up, down)]
        time = _fluxnet_times(rows, path, site) if START in names else _own_times(rows)
    except (ValueError, TypeError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error}",
            expected="numbers and times",
            remedy="mend the row, or leave it out",
        ) from error
    gaps = [np.where(own > MISSING, own, np.nan) for own in values]
    return make_station(site.name or path.stem, site.place, time, gaps[0], gaps[1])


def _own_times(rows: list[dict[str, str]]) -> np.ndarray:
    moments = [dt.datetime.fromisoformat(row[TIME]) for row in rows]
    utc = [(m if m.tzinfo else m.replace(tzinfo=dt.UTC)).astimezone(dt.UTC) for m in moments]
    return np.array([m.replace(tzinfo=None) for m in utc], "datetime64[s]")


def _fluxnet_times(rows: list[dict[str, str]], path: Path, site: Site) -> np.ndarray:
    start, end = (np.array([_stamp(row, word) for row in rows]) for word in (START, END))
    return np.asarray(start + (end - start) // 2 - _ahead(path, site))


def _stamp(row: Mapping[str, str], name: str) -> np.datetime64:
    read = dt.datetime.strptime(row[name], "%Y%m%d%H%M")
    return np.datetime64(read, "s")
