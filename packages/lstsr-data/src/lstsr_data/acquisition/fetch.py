"""From a sensor, guides, an area and a day to a scene."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import xarray as xr

from lstsr_core import build_scene
from lstsr_core.grid import divide, geobox_of
from lstsr_data.acquisition.area import area_around
from lstsr_data.acquisition.cache import open_cache
from lstsr_data.acquisition.guides import lay_guides, read_guide
from lstsr_data.acquisition.observation import moment_of, observe
from lstsr_data.acquisition.remote_file import Access
from lstsr_data.acquisition.search import Wanted
from lstsr_data.acquisition.selection import Selection, demand_whole, select
from lstsr_data.acquisition.signing import signer
from lstsr_data.acquisition.window import Window
from lstsr_data.acquisition.wire import Wire
from lstsr_data.factor import DEFAULT_FACTOR, choose_factor

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from odc.geo.geobox import GeoBox

    from lstsr_core import Sensor
    from lstsr_data.acquisition.area import Area
    from lstsr_data.acquisition.days import Days
    from lstsr_data.acquisition.granule import Granule

GUIDE_AGE: Final = "guide_age"
"""Node with the age of composed guides, one variable a sensor. [day]"""
ORDER: Final = "order"
"""Attribute of ``/coarse``: `Order.fingerprint`."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be fetched.

    Parameters
    ----------
    sensor : Sensor
        Of the temperature.
    area : Area, optional
        Where; all that files on disk hold where None.
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
    held : mapping of str to tuple of Granule
        Granules on disk by the names of sensors, which no catalogue is asked for then.
    """

    sensor: Sensor
    area: Area | None
    days: Days
    guides: tuple[Sensor, ...] = ()
    guide_days: int = 0
    only: str = ""
    partial: bool = False
    factor: int | None = None
    held: Mapping[str, tuple[Granule, ...]] = field(default_factory=dict)

    @property
    def searched(self) -> Area:
        """The area that catalogues are asked for: where none is given, that of the files."""
        return self.area if self.area is not None else area_around(self.held[self.sensor.name])

    @property
    def fingerprint(self) -> str:
        """Short name of everything that it asks for: equal orders have equal ones."""
        parts = [
            self.sensor.name,
            self.sensor.sources,
            [part.wkt for part in self.area.parts] if self.area is not None else "all",
            f"{self.days} {self.days.clock}",
            [(guide.name, guide.sources) for guide in self.guides],
            (self.guide_days, self.only, self.partial, self.factor),
            *(str(granule.path) for held in self.held.values() for granule in held),
        ]
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The granules of a scene.

    Parameters
    ----------
    thermal : Selection
        Of the temperature.
    guides : mapping of str to Selection
        By the names of the guide sensors.
    """

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
    wanted = Wanted(
        sensor=order.sensor,
        area=order.searched,
        days=order.days,
        only=order.only,
        held=order.held.get(order.sensor.name, ()),
        everywhere=order.area is None,
    )
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
    """Search and choose the granules of a guide; of files the nearest in time, however far."""
    held = order.held.get(guide.name, ())
    wanted = Wanted(
        sensor=guide,
        area=order.searched,
        days=order.days.widened(order.guide_days),
        held=held,
        of_any_day=order.guide_days == 0,
        everywhere=order.area is None and bool(held),
    )
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
    window = Window(area=order.area)
    fields = observe(selection.overpasses[0], order.sensor, window, access)
    lacks = order.area is not None and fields.attrs["covered"] < selection.coverage
    if lacks and not order.partial:
        # Bounds in degrees had promised more than the files hold.
        demand_whole(replace(selection, coverage=fields.attrs["covered"]))
    about = {
        "sensor": order.sensor.name,
        "datetime": moment_of(fields),
        "granules": ", ".join(selection.overpasses[0].names),
        "source": selection.found.origin,
        "passed_over": "; ".join(selection.found.passed_over) or "none",
        "coverage": fields.attrs["covered"],
        ORDER: order.fingerprint,
        "days": f"{order.days} {order.days.clock}",
    }
    return fields.drop_attrs(deep=False).assign_attrs(about)


def _factor(order: Order, coarse: GeoBox, guides: Mapping[str, xr.Dataset]) -> int:
    if order.factor is not None:
        return order.factor
    first = next(iter(guides.values()), None)
    return choose_factor(coarse, geobox_of(first)) if first is not None else DEFAULT_FACTOR
