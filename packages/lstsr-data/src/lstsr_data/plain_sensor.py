"""Rasters of no sensor: a temperature in stated units, a guide by the name that it is given."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import xarray as xr

from lstsr_core import Sensor
from lstsr_core.bands import band_of
from lstsr_core.scene import LST_ATTRIBUTES
from lstsr_core.vocabulary import GUIDES, LST_RANGE
from lstsr_data.decode import FILLS, LST_FILLS, Decoding, to_kelvin

NAME: Final = "raster"
"""What a plain temperature is called where a sensor is named."""
TEMPERATURES: Final = ("lst", "LST", "surface_temperature", "band_1")
"""What its variable may be called; a file of one variable may call it anything."""
PIXEL: Final = 1000.0
"""Pixel of a temperature; its file states the real one. [m]"""


def plain_temperature() -> Sensor:
    """Give the sensor of rasters of a temperature: kelvin, or the units that they state."""
    return Sensor(name=NAME, role="thermal", resolution=PIXEL, decode=_temperature)


def plain_guide(name: str) -> Sensor:
    """Give the sensor of rasters of one guide, such as ``ndvi``."""
    return Sensor(
        name=name.lower().replace("_", "-"),
        role="guide",
        resolution=PIXEL,
        decode=partial(_guide, name=name),
    )


def _temperature(raw: xr.Dataset) -> xr.Dataset:
    band = _only(raw, TEMPERATURES)
    scale, offset = to_kelvin(*_stated(band), str(band.attrs.get("units", "")))
    decoding = Decoding(
        scale=scale, offset=offset, nodata=_nodata(band), fills=LST_FILLS, valid=LST_RANGE
    )
    return raw[[]].assign(lst=_decoded(band, decoding).assign_attrs(LST_ATTRIBUTES))


def _guide(raw: xr.Dataset, *, name: str) -> xr.Dataset:
    band = _only(raw, (name, "band_1"))
    known, (scale, offset) = GUIDES.get(name), _stated(band)
    # Counts that are scaled can look valid where they are fill: -3000 is an NDVI of -0.3.
    scaled = FILLS if known is not None and scale != 1.0 else ()
    decoding = Decoding(
        scale=scale,
        offset=offset,
        nodata=(*_nodata(band), *scaled),
        fills=FILLS,
        valid=(known.low, known.high) if known is not None else (-np.inf, np.inf),
    )
    classes = {key: band.attrs[key] for key in ("flag_values",) if key in band.attrs}
    return raw[[]].assign({name: _decoded(band, decoding).assign_attrs(classes)})


def _only(raw: xr.Dataset, names: tuple[str, ...]) -> xr.DataArray:
    """Give the band of one of some names, or the only one."""
    if len(raw.data_vars) == 1:
        return next(iter(raw.data_vars.values()))
    return band_of(raw, *names)


def _stated(band: xr.DataArray) -> tuple[float, float]:
    return float(band.attrs.get("scale_factor", 1.0)), float(band.attrs.get("add_offset", 0.0))


def _nodata(band: xr.DataArray) -> tuple[float, ...]:
    stated = [band.attrs.get(name) for name in ("_FillValue", "missing_value")]
    return tuple(float(value) for value in stated if value is not None and not np.isnan(value))


def _decoded(band: xr.DataArray, decoding: Decoding) -> xr.DataArray:
    values: xr.DataArray = xr.apply_ufunc(
        decoding, band, dask="parallelized", output_dtypes=[np.float32]
    )
    return values.drop_attrs()
