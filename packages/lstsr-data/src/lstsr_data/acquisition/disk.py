"""Products on disk become granules, as the items of a catalogue do."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SourceError
from lstsr_core.grid import geobox_of
from lstsr_data.acquisition.granule import Granule, Layer
from lstsr_data.acquisition.load_whole import grid_of_whole
from lstsr_data.product import open_product
from lstsr_data.sensed import bands_of
from lstsr_data.swath import is_swath

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr

    from lstsr_core import Sensor

ENDINGS: Final = re.compile(r"\.(hdf|h5|he5|tar|tiff?|nc4?|zarr|safe|sen3)(\.zip)?$", re.IGNORECASE)
"""What is no part of the name of a product."""
HALF: Final = 180.0
"""Half of all longitudes. [degree]"""
SAMPLES: Final = 21
"""Places along an edge of a grid at which its bounds are looked for. [1]"""
DAY: Final = dt.timedelta(hours=23, minutes=59, seconds=59)
"""From the beginning to the end of a day. [s]"""


def read_held(
    paths: Iterable[Path], sensor: Sensor, moment: dt.datetime | None = None
) -> tuple[Granule, ...]:
    """Read what files on disk are: when and where they were seen.

    Parameters
    ----------
    paths : iterable of path
        Products of the sensor, see `lstsr_data.product`; a folder of such products is searched.
    sensor : Sensor
        Decodes them.
    moment : datetime.datetime, optional
        When those were seen that do not say it. [UTC]

    Returns
    -------
    tuple of Granule
        One of each path; several layers of one product make one granule only once they are chosen.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE``, ``OPTION_INVALID``; ``DATE_INVALID`` where nothing
        says when one was seen.
    SceneError
        As `lstsr_data.product.open_product`.
    """
    return tuple(_granule(Path(path), sensor, moment) for path in paths)


def _granule(path: Path, sensor: Sensor, moment: dt.datetime | None) -> Granule:
    raw = open_product(path, bands_of(sensor))
    start, end = _times(raw, path, moment)
    box = None if is_swath(raw) else grid_of_whole(raw)
    return Granule(
        name=_name(path),
        collection=sensor.name,
        start=start,
        end=end,
        bbox=_bounds(raw),
        files=(Layer(href=str(path), box=box, size=0),),
        path=path,
    )


def _name(path: Path) -> str:
    return ENDINGS.sub("", path.name)


def _times(
    raw: xr.Dataset, path: Path, moment: dt.datetime | None
) -> tuple[dt.datetime, dt.datetime]:
    start, end = (str(raw.attrs.get(f"{edge}_datetime", "")) for edge in ("start", "end"))
    if not start and moment is not None:
        return moment, moment
    try:
        first = _moment(start)
        last = _moment(end) if end else first
    except ValueError as error:
        raise SourceError(
            "DATE_INVALID",
            found=f"{path}, which does not say when it was seen",
            expected="a product with its time, or its name as it was published",
            remedy="say it: --date 2023-08-11",
        ) from error
    # A daily grid that knows only its day was seen at any time of it.
    whole_day = not end and first.time() == dt.time() and not is_swath(raw)
    return first, first + DAY if whole_day else last


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)


def _bounds(raw: xr.Dataset) -> tuple[float, float, float, float]:
    """Give west, south, east, north of the places that can be on the Earth. [degree]"""
    longitude, latitude = _places(raw)
    known = np.isfinite(longitude) & np.isfinite(latitude)
    lon, lat = longitude[known], latitude[known]
    # What seems to reach around half of the Earth lies over the antimeridian.
    over = float(np.ptp(lon)) > HALF
    west = lon[lon > 0].min() if over else lon.min()
    east = lon[lon < 0].max() if over else lon.max()
    return float(west), float(lat.min()), float(east), float(lat.max())


def _places(raw: xr.Dataset) -> Any:  # noqa: ANN401  pyproj is untyped
    """Give longitudes and latitudes of places all over a product. [degree]"""
    if is_swath(raw):
        return (np.ravel(raw[name].to_numpy()) for name in ("longitude", "latitude"))
    from pyproj import Transformer

    box = geobox_of(raw)
    edges: Any = (np.linspace(0, size, SAMPLES) for size in box.shape[::-1])
    right, down = np.meshgrid(*edges)
    move = Transformer.from_crs(str(box.crs), "EPSG:4326", always_xy=True)
    return move.transform(*(box.affine * (right.ravel(), down.ravel())))
