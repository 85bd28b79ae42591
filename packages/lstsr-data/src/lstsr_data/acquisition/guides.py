"""Guides: read under the temperature, composed where there are several days, laid finely."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import xarray as xr
from odc.geo.xr import xr_coords

from lstsr_core.grid import geobox_of
from lstsr_data.acquisition.composite import AGE, compose
from lstsr_data.acquisition.observation import observe
from lstsr_data.acquisition.window import Window
from lstsr_data.decoded_field import lay_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odc.geo.geobox import GeoBox

    from lstsr_data.acquisition.days import Days
    from lstsr_data.acquisition.remote_file import Access
    from lstsr_data.acquisition.selection import Selection

logger = logging.getLogger(__name__)


def read_guide(selection: Selection, coarse: GeoBox, days: Days, access: Access) -> xr.Dataset:
    """Open the guides of a sensor on the part of their own grid that lies under a coarse one."""
    sensor, (one, *others) = selection.wanted.sensor, selection.overpasses
    seen = [observe(one, sensor, Window(under=coarse), access)]
    # All days are laid on the pixels of the first, so that they can be composed.
    same = Window(fixed=geobox_of(seen[0]))
    seen += [observe(other, sensor, same, access) for other in others]
    if len(seen) == 1:
        return seen[0]
    away = [float(abs((one.middle.date() - days.first).days)) for one in selection.overpasses]
    return compose(seen, away)


def lay_guides(guides: Mapping[str, xr.Dataset], fine: GeoBox) -> tuple[xr.Dataset, xr.Dataset]:
    """Lay guides on the fine grid; give them, and the ages of those that were composed."""
    laid: dict[str, xr.DataArray] = {}
    ages: dict[str, xr.DataArray] = {}
    for sensor, fields in guides.items():
        for name, values in lay_fields(fields, fine).data_vars.items():
            if name == AGE:
                ages[sensor.replace("-", "_")] = values
            elif name in laid:
                logger.warning("guide %s of %s is left out for that of another", name, sensor)
            else:
                laid[str(name)] = values
    if not laid:
        return xr.Dataset(coords=xr_coords(fine, dims=("y", "x"))), xr.Dataset()
    return xr.Dataset(laid), xr.Dataset(ages)
