"""From a sensor, guides, an area and a day to a scene."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import xarray as xr
from odc.geo.xr import xr_coords

from lstsr_core import build_scene
from lstsr_core.grid import divide, geobox_of
from lstsr_data.acquisition.cache import open_cache
from lstsr_data.acquisition.composite import AGE, compose
from lstsr_data.acquisition.frame import frame_around, frame_of
from lstsr_data.acquisition.observation import moment_of, observe
from lstsr_data.acquisition.remote_file import Access
from lstsr_data.acquisition.search import Wanted
from lstsr_data.acquisition.selection import Selection, demand_whole, select
from lstsr_data.acquisition.signing import signer
from lstsr_data.acquisition.wire import Wire
from lstsr_data.decoded_field import lay_fields
from lstsr_data.factor import DEFAULT_FACTOR, choose_factor

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from odc.geo.geobox import GeoBox

    from lstsr_core import Sensor
    from lstsr_data.acquisition.area import Area
    from lstsr_data.acquisition.days import Days

GUIDE_AGE: Final = "guide_age"
"""Node with the age of composed guides, one variable a sensor. [day]"""
ORDER: Final = "order"
"""Attribute of ``/coarse``: `Order.fingerprint`."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be fetched.

    Parameters
    ----------
    sensor : Sensor
        Of the temperature.
    area : Area
        Where.
    days : Days
        When.
    guides : tuple of Sensor
        Of the guides.
    guide_days : int
        Days on both sides of which guides are composed; 0 takes guides of the day. [day]
    only : str
        What the names of granules of the temperature must begin with; empty for any.
    partial : bool
        Whether an area that is not covered is taken as it is.
    factor : int, optional
        Fine pixels along one edge of a coarse pixel; by default that of the first guide. [1]
    """

    sensor: Sensor
    area: Area
    days: Days
    guides: tuple[Sensor, ...] = ()
    guide_days: int = 0
    only: str = ""
    partial: bool = False
    factor: int | None = None

    @property
    def fingerprint(self) -> str:
        """Short name of everything that it asks for: equal orders have equal ones."""
        parts = [
            self.sensor.name,
            self.sensor.sources,
            [part.wkt for part in self.area.parts],
            f"{self.days} {self.days.clock}",
            [(guide.name, guide.sources) for guide in self.guides],
            (self.guide_days, self.only, self.partial, self.factor),
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The granules of a scene."""

    thermal: Selection
    guides: Mapping[str, Selection] = field(default_factory=dict)


def open_access() -> Access:
    """Give the way to the network of this user: signer, cache, patience."""
    return Access(wire=Wire(), signer=signer(), cache=open_cache())


def choose(order: Order, access: Access) -> Choice:
    """Search and choose the granules of a scene; no pixel is read.

    Raises
    ------
    EmptySearchError, SourceError
        As `lstsr_data.acquisition.search.search`; ``COVERAGE_PARTIAL``.
    """
    wanted = Wanted(sensor=order.sensor, area=order.area, days=order.days, only=order.only)
    thermal = select(wanted, access)
    guides = {
        guide.name: choose_guide(order, guide, thermal.overpasses[0].middle, access)
        for guide in order.guides
    }
    if not order.partial:
        for selection in (thermal, *guides.values()):
            demand_whole(selection)
    return Choice(thermal=thermal, guides=guides)


def choose_guide(order: Order, guide: Sensor, near: dt.datetime, access: Access) -> Selection:
    """Search and choose the granules of a guide."""
    wanted = Wanted(sensor=guide, area=order.area, days=order.days.widened(order.guide_days))
    return select(wanted, access, near=near, composite=order.guide_days > 0)


def fetch(order: Order, access: Access | None = None) -> xr.DataTree:
    """Fetch a scene.

    Parameters
    ----------
    order : Order
        What; one day.
    access : Access, optional
        How it is reached; that of the user where None.

    Returns
    -------
    xarray.DataTree
        A checked scene, its pixels read when they are used. ``/coarse`` says in its attributes
        which granules it comes from, how much of the area they cover, and when they were seen;
        with composed guides there is a node ``/guide_age``.

    Raises
    ------
    LstsrError
        With a code; see `choose`, `lstsr_data.acquisition.observation.observe` and
        `lstsr_core.build_scene`.
    """
    way = access if access is not None else open_access()
    choice = choose(order, way)
    scene = read_scene(order, choice, way)
    way.cache.trim()
    return scene


def read_scene(order: Order, choice: Choice, access: Access) -> xr.DataTree:
    """Open the chosen granules as a scene."""
    coarse = read_thermal(order, choice.thermal, access)
    box = geobox_of(coarse)
    guides = {
        name: read_guide(selection, box, order.days, access)
        for name, selection in choice.guides.items()
    }
    fine = divide(box, _factor(order, box, guides))
    laid, ages = lay_guides(guides, fine)
    named = {name: ", ".join(one.names) for name, one in choice.guides.items()}
    scene = build_scene(coarse, laid.assign_attrs(granules=str(named) if named else "none"))
    if ages.data_vars:
        scene[GUIDE_AGE] = xr.DataTree(ages)
    return scene


def read_thermal(order: Order, selection: Selection, access: Access) -> xr.Dataset:
    """Open the temperature on the part of its product's grid that the area needs."""
    framed = partial(frame_of, order.area)
    fields = observe(selection.overpasses[0], order.sensor, framed, access)
    if fields.attrs["covered"] < selection.coverage and not order.partial:
        # Bounds in degrees had promised more than the files hold.
        demand_whole(replace(selection, coverage=fields.attrs["covered"]))
    about = {
        "sensor": order.sensor.name,
        "datetime": moment_of(fields),
        "granules": ", ".join(selection.overpasses[0].names),
        "source": f"{selection.found.source.collection} at {selection.found.source.catalogue}",
        "passed_over": "; ".join(selection.found.passed_over) or "none",
        "coverage": fields.attrs["covered"],
        ORDER: order.fingerprint,
        "days": f"{order.days} {order.days.clock}",
    }
    return fields.drop_attrs(deep=False).assign_attrs(about)


def read_guide(selection: Selection, coarse: GeoBox, days: Days, access: Access) -> xr.Dataset:
    """Open the guides of a sensor on the part of their own grid that lies under a coarse one."""
    frames: list[GeoBox] = []

    def framed(grid: GeoBox) -> GeoBox:
        # All days are laid on the grid of the first, so that they can be composed.
        if not frames:
            frames.append(frame_around(coarse, grid))
        return frames[0]

    sensor = selection.wanted.sensor
    seen = [observe(one, sensor, framed, access) for one in selection.overpasses]
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


def _factor(order: Order, coarse: GeoBox, guides: Mapping[str, xr.Dataset]) -> int:
    if order.factor is not None:
        return order.factor
    first = next(iter(guides.values()), None)
    return choose_factor(coarse, geobox_of(first)) if first is not None else DEFAULT_FACTOR
