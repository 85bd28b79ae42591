"""Stations of SURFRAD: daily text files, and the netCDF files of QCRad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SourceError
from lstsr_runtime.validation.station import make_station

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from lstsr_runtime.validation.station import Station

HEADER: Final = 2
"""Lines above the values: name; latitude, longitude and height (README of SURFRAD). [1]"""
YEAR, MONTH, DAY, HOUR, MINUTE = 0, 2, 3, 4, 5
"""Columns of the time, UTC (same source)."""
DOWN, UP = 16, 22
"""Columns of the thermal infrared from above and below; the flag of each is the next. [W m-2]"""
COLUMNS: Final = 24
"""Columns that have to be there. [1]"""
MISSING: Final = -9000.0
"""What lies below is the mark -9999.9 of a missing value."""
QCRAD: Final = ("upwelling_longwave_flux_in_air", "downwelling_longwave_flux_in_air")
"""Variables of a QCRad file. [W m-2]"""


def read_surfrad(path: Path) -> Station:
    """Read a daily text file of SURFRAD.

    Parameters
    ----------
    path : pathlib.Path
        Such as ``slv16001.dat``; its longitude counts west of Greenwich.

    Returns
    -------
    Station
        Values of which the flag is not 0 are gaps.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        latitude, longitude = (float(word) for word in lines[1].split()[:2])
        table = np.array([line.split() for line in lines[HEADER:] if line.strip()], np.float64)
        up, down = (_good(table, column) for column in (UP, DOWN))
        time = _times(table)
    except (ValueError, IndexError, UnicodeDecodeError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error}",
            expected=f"a daily file of SURFRAD: {HEADER} lines of header, {COLUMNS} columns",
            remedy="download the file again",
        ) from error
    return make_station(lines[0].strip(), (latitude, -abs(longitude)), time, up, down)


def _good(table: np.ndarray, column: int) -> np.ndarray:
    values, flags = table[:, column], table[:, column + 1]
    return np.where((flags == 0) & (values > MISSING), values, np.nan)


def _times(table: np.ndarray) -> np.ndarray:
    year, month, day, hour, minute = (
        table[:, column].astype(int) for column in (YEAR, MONTH, DAY, HOUR, MINUTE)
    )
    months = np.datetime64("1970-01", "M") + (12 * (year - 1970) + month - 1)
    moment = months.astype("datetime64[D]") + (day - 1)
    return np.asarray(moment.astype("datetime64[m]") + 60 * hour + minute)


def is_qcrad(file: xr.Dataset) -> bool:
    """Tell whether an opened netCDF file is one of QCRad."""
    return all(name in file for name in QCRAD)


def read_qcrad(file: xr.Dataset) -> Station:
    """Read an opened QCRad file (SURFRAD, quality-checked), times as they stand there, undecoded.

    Parameters
    ----------
    file : xarray.Dataset, dims (Time,)
        With ``Time`` in minutes since a midnight, UTC.

    Returns
    -------
    Station
        Whatever QCRad rejected is a gap.
    """
    midnight = np.datetime64(str(file["Time"].attrs["units"]).split(" since ")[1].replace(" ", "T"))
    time = midnight + file["Time"].to_numpy().astype("timedelta64[m]")
    up, down = (file[name].to_numpy().astype(np.float64) for name in QCRAD)
    up, down = (np.where(values > MISSING, values, np.nan) for values in (up, down))
    place = float(file["latitude"].to_numpy()[0]), float(file["longitude"].to_numpy()[0])
    return make_station(str(file.attrs.get("location", "QCRad")), place, time, up, down)
