"""One pixel of a result: its value, how sure it is, its flags, and what was measured coarsely."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Final

import rasterio
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from pyproj import Transformer
from rasterio.windows import Window

from lstsr_api.inputs import asset_path
from lstsr_api.problems import missing
from lstsr_api.service import Service, service_of
from lstsr_api.tiles import ZERO_CELSIUS, ItemId
from lstsr_core import Quality

if TYPE_CHECKING:
    from pathlib import Path

router: Final = APIRouter(tags=["tiles"])


class Pixel(BaseModel):
    """What is known of one place.

    Attributes
    ----------
    longitude, latitude : the place [degree]
    lst, lst_uncertainty, coarse : temperatures, or None where there is none [K]
    celsius : the same as `lst` [degree Celsius]
    quality : names of the flags
    """

    longitude: float = Field(description="[degree]")
    latitude: float = Field(description="[degree]")
    lst: float | None = Field(description="Sharpened temperature. [K]")
    celsius: float | None = Field(description="The same. [degree Celsius]")
    lst_uncertainty: float | None = Field(description="Standard uncertainty. [K]")
    coarse: float | None = Field(description="Temperature that was sharpened. [K]")
    quality: list[str] = Field(description="Flags that are set.")


@router.get("/items/{item}/pixel", summary="Value, sigma, flags and coarse value of a place")
def read_pixel(
    item: ItemId,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
    service: Annotated[Service, Depends(service_of)],
) -> Pixel:
    """Read all layers of a result at one place."""
    names = ("lst", "lst_uncertainty", "quality", "coarse")
    values = {name: _value(asset_path(service.store, item, name), lon, lat) for name in names}
    if values["lst"] is None and values["quality"] is None:
        raise missing("NOT_FOUND", "place inside the result")
    lst, flags = values["lst"], int(values["quality"] or 0)
    return Pixel(
        longitude=lon,
        latitude=lat,
        lst=lst,
        celsius=None if lst is None else round(lst - ZERO_CELSIUS, 4),
        lst_uncertainty=values["lst_uncertainty"],
        coarse=values["coarse"],
        quality=[str(flag.name).lower() for flag in Quality if flags & flag],
    )


def _value(path: Path, lon: float, lat: float) -> float | None:
    """Give the pixel of a raster around a place; None outside, and where there is no value."""
    with rasterio.open(path) as file:
        to_grid = Transformer.from_crs("EPSG:4326", file.crs.to_wkt(), always_xy=True)
        x, y = to_grid.transform(lon, lat)
        if not (math.isfinite(x) and math.isfinite(y)):
            return None
        column, row = (math.floor(part) for part in ~file.transform * (x, y))
        if not (0 <= column < file.width and 0 <= row < file.height):
            return None
        value = float(file.read(1, window=Window(column, row, 1, 1))[0, 0])
        absent = math.isnan(value) or value == file.nodata
    return None if absent else round(value, 4)
