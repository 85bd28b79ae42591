"""What a run folder says of one place: temperature, uncertainty, time and angle of the view."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import LstsrError, SourceError
from lstsr_core.scene import COARSE, LST
from lstsr_runtime.inputs import FILE_TIME, parse_moment
from lstsr_runtime.runs import PROCESSING

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

NO_TIME: Final = frozenset({PROCESSING, FILE_TIME})
"""Where a time was found that is no time of a view."""
SOLAR: Final = "local solar time"
"""What the name of plain hours begins with where they are solar."""
NEVER: Final = np.datetime64("NaT", "s")
"""The time of a view that nobody knows."""
DEGREES_AN_HOUR: Final = 15.0
"""Longitude that the sun passes in an hour. [degree per hour]"""


@dataclass(frozen=True, kw_only=True)
class View:
    """One pixel of a run folder.

    Parameters
    ----------
    run, model : str
        Name of the folder, and what sharpened it.
    lst, sigma : float
        Sharpened temperature and its standard uncertainty; NaN where there is none. [K]
    coarse : float
        What the sensor measured there before it was sharpened; NaN where not known. [K]
    time : datetime64
        UTC; NaT where nobody knows it.
    zenith : float
        Angle of the view from the vertical; NaN where not known. [degree]
    quality : int
        Flags, see `lstsr_core.Quality`.
    """

    run: str
    model: str
    lst: float
    sigma: float
    coarse: float
    time: np.datetime64
    zenith: float
    quality: int


def look(folder: Path, latitude: float, longitude: float) -> View | None:
    """Read the pixel of a run folder that holds a place.

    Parameters
    ----------
    folder : pathlib.Path
        Run folder. Time of view, angle and coarse temperature come from its scene, where the
        files that ``run.yaml`` names are still there; else the time is that of ``item.json``.
    latitude, longitude : float
        Place. [degree]

    Returns
    -------
    View or None
        None where the place lies outside.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    """
    item = _item(folder)
    values = _layers(folder, latitude, longitude)
    if values is None:
        return None
    lst, sigma, quality = values
    properties = item["properties"]
    seen = _seen(_scene(folder), latitude, longitude)
    known = str(properties.get("lstsr:datetime_from", "")) not in NO_TIME
    moment = parse_moment(str(properties["datetime"])) if known else None
    stated = np.datetime64(moment.replace(tzinfo=None), "s") if moment else NEVER
    return View(
        run=folder.name,
        model=str(properties.get("lstsr:model", "")),
        lst=lst,
        sigma=sigma,
        coarse=seen.coarse,
        time=stated if np.isnat(seen.time) else seen.time,
        zenith=seen.zenith,
        quality=int(quality),
    )


def _item(folder: Path) -> dict[str, dict[str, object]]:
    path = folder / "item.json"
    try:
        item: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
        item["properties"]["datetime"]
    except FileNotFoundError as error:
        raise SourceError(
            "FILE_MISSING",
            found=f"no item.json in {folder}",
            expected="a run folder, as `lstsr sharpen -o` writes it",
            remedy="name folders that hold lst.tif and item.json",
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {error}",
            expected="the STAC Item of a run folder",
            remedy="make the run again",
        ) from error
    return item


def _layers(folder: Path, latitude: float, longitude: float) -> tuple[float, float, float] | None:
    import rasterio
    from rasterio.warp import transform

    found = []
    for name in ("lst", "lst_uncertainty", "quality"):
        with rasterio.open(folder / f"{name}.tif") as file:
            [x], [y] = transform("EPSG:4326", file.crs, [longitude], [latitude])
            row, column = (math.floor(at) for at in file.index(x, y, op=float))
            if not (0 <= row < file.height and 0 <= column < file.width):
                return None
            found.append(float(file.read(1, window=((row, row + 1), (column, column + 1)))[0, 0]))
    return found[0], found[1], found[2]


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What the scene of a run adds."""

    coarse: float = math.nan
    time: np.datetime64 = NEVER
    zenith: float = math.nan


def _scene(folder: Path) -> xr.DataTree | None:
    """Open the scene of a run, where its files are still those of the run."""
    from lstsr_runtime.opening import open_request
    from lstsr_runtime.request import read_request

    try:
        return open_request(read_request(folder))[0]
    except LstsrError:
        return None


def _seen(scene: xr.DataTree | None, latitude: float, longitude: float) -> _Seen:
    from rasterio.warp import transform

    from lstsr_core import geobox_of

    if scene is None:
        return _Seen()
    coarse = scene[COARSE].to_dataset()
    [x], [y] = transform("EPSG:4326", str(geobox_of(coarse).crs), [longitude], [latitude])
    pixel = coarse.sel(x=x, y=y, method="nearest").compute()
    zenith = float(pixel["view_zenith"]) if "view_zenith" in pixel else math.nan
    return _Seen(coarse=float(pixel[LST]), time=_time(pixel, coarse, longitude), zenith=abs(zenith))


def _time(pixel: xr.Dataset, coarse: xr.Dataset, longitude: float) -> np.datetime64:
    """Give the time at which a pixel was seen; local solar hours become UTC."""
    if "view_time" not in pixel:
        return NEVER
    value = pixel["view_time"].to_numpy()
    if value.dtype.kind == "M":
        return np.datetime64(int(value.astype("datetime64[s]").astype(np.int64)), "s")
    solar = str(coarse["view_time"].attrs.get("long_name", "")).startswith(SOLAR)
    day = str(coarse.attrs.get("datetime", ""))[:10]
    if not solar or not day or not np.isfinite(float(value)):
        return NEVER
    hours = float(value) - longitude / DEGREES_AN_HOUR
    return np.datetime64(day, "s") + np.timedelta64(round(hours * 3600), "s")
