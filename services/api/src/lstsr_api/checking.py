"""A request is checked against what is installed and what is here, before it becomes a job."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from lstsr_api.inputs import demand_pixels, path_of
from lstsr_api.requests import FetchAndSharpen, Scaling, Sharpen, Sharpening, Upload
from lstsr_api.store import Store, read_json
from lstsr_core import ResourceError, SourceError, registry

if TYPE_CHECKING:
    from lstsr_api.requests import Raster
    from lstsr_api.settings import Limits

FINEST: Final = 250.0
"""Pixel that a fetched area is counted in. [m]"""
DEGREE: Final = 111_320.0
"""Metres of a degree along a meridian, and along the equator. [m]"""


def check(wanted: object, store: Store, limits: Limits) -> None:
    """Refuse a request that names what is not there, or wants too much.

    Raises
    ------
    LstsrError
        ``UNKNOWN_NAME``, ``NOT_FOUND``, ``REQUEST_TOO_LARGE``, those of options and areas.
    """
    if isinstance(wanted, Sharpening):
        for step in wanted.corrections:
            registry.choose_correction(step)
    if isinstance(wanted, Sharpen):
        for raster in (wanted.lst, *wanted.guides.values()):
            _check_raster(raster, store, limits)
        registry.choose_model(wanted.model, wanted.guides).tuned(wanted.settings)
    elif isinstance(wanted, FetchAndSharpen):
        _check_fetch(wanted, limits)
    elif isinstance(wanted, Scaling):
        for raster in (wanted.lst, *wanted.guides.values()):
            _check_raster(raster, store, limits)


def _check_raster(raster: Raster, store: Store, limits: Limits) -> None:
    path = path_of(store, raster)
    if isinstance(raster, Upload):
        known = read_json(path.with_name("about.json"))
        demand_pixels(math.prod(known["shape"]), limits.pixels)


def _check_fetch(wanted: FetchAndSharpen, limits: Limits) -> None:
    from lstsr_data.acquisition.area import box_area

    west, south, east, north = wanted.bbox
    width = (east - west) % 360 or (360.0 if east > west else 0.0)
    area = width * max(north - south, 0.0)
    if area > limits.square_degrees:
        raise ResourceError(
            "REQUEST_TOO_LARGE",
            found=f"an area of {area:.0f} square degrees",
            expected=f"{limits.square_degrees:g} square degrees at most",
            remedy="ask for a smaller area",
        )
    demand_pixels(area * (DEGREE / FINEST) ** 2, limits.pixels)
    box_area(*wanted.bbox)
    _check_names(wanted)


def _check_names(wanted: FetchAndSharpen) -> None:
    sensors = registry.sensors()
    for name, role in ((wanted.sensor, "thermal"), *((one, "guide") for one in wanted.guides)):
        if sensors.get(name).role != role:
            raise SourceError(
                "OPTION_INVALID",
                found=f"{name}, which is no {role} sensor",
                expected=f"a {role} sensor",
                remedy="`lstsr plugins` lists what is installed",
            )
    if wanted.model != registry.BEST:
        registry.models().get(wanted.model).tuned(wanted.settings)
