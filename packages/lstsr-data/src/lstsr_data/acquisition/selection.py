"""What will be read for one sensor: its granules, chosen, and how much of the area they cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError
from lstsr_data.acquisition.choice import Overpass, best_overpass, overpasses
from lstsr_data.acquisition.days import DEGREES_AN_HOUR
from lstsr_data.acquisition.frame import frame_of, pixels_of, seen
from lstsr_data.acquisition.search import Found, Wanted, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from odc.geo.geobox import GeoBox

    from lstsr_data.acquisition.area import Area
    from lstsr_data.acquisition.granule import Granule
    from lstsr_data.acquisition.remote_file import Access

WHOLE: Final = 0.9999
"""Share of an area from which on it counts as covered; corners of pixels round. [1]"""
NOON: Final = dt.time(12, tzinfo=dt.UTC)
"""Time of a day that stands for it. [local solar time]"""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What will be read.

    Parameters
    ----------
    wanted : Wanted
        What was looked for.
    found : Found
        Where it was found.
    overpasses : tuple of Overpass
        One, or those of several days that make a composite; the chosen first.
    coverage : float
        Share of the area that lies in granules of any of them. [1]
    """

    wanted: Wanted
    found: Found
    overpasses: tuple[Overpass, ...]
    coverage: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all granules."""
        return tuple(name for one in self.overpasses for name in one.names)


def select(
    wanted: Wanted,
    access: Access,
    *,
    near: dt.datetime | None = None,
    composite: bool = False,
) -> Selection:
    """Search, and choose the overpass that covers most and is nearest in time.

    Parameters
    ----------
    wanted : Wanted
        What.
    access : Access
        How catalogues are reached.
    near : datetime.datetime, optional
        When it should have been seen; local noon of the middle day where None. [UTC]
    composite : bool
        Whether all overpasses are kept, to be composed.

    Raises
    ------
    EmptySearchError, SourceError
        As `lstsr_data.acquisition.search.search`.
    """
    found = search(wanted, access)
    known = overpasses(found.granules)
    moment = near if near is not None else _middle(wanted)
    best = best_overpass(known, lambda one: _coverage(one.granules, wanted), moment)
    others = tuple(one for one in known if one is not best) if composite else ()
    chosen = (best, *others)
    granules = [granule for one in chosen for granule in one.granules]
    return Selection(
        wanted=wanted,
        found=found,
        overpasses=chosen,
        coverage=_coverage(granules, wanted),
    )


def _middle(wanted: Wanted) -> dt.datetime:
    """Give local solar noon of the middle day, so that a pass by day goes before one by night."""
    days = wanted.days
    noon = dt.datetime.combine(days.first + (days.last - days.first) / 2, NOON)
    return noon - dt.timedelta(hours=wanted.area.longitude / DEGREES_AN_HOUR)


def _coverage(granules: Sequence[Granule], wanted: Wanted) -> float:
    return 1.0 if wanted.everywhere else coverage_of(granules, wanted.area)


def coverage_of(granules: Sequence[Granule], area: Area) -> float:
    """Give the share of an area's pixels that lie in granules, by their grids where stated. [1]"""
    grids = [_stated_grid(granule) for granule in granules]
    known = [grid for grid in grids if grid is not None]
    if len(known) < len(grids):
        return _share_of_boxes(granules, area)
    frame = _light(frame_of(area, known[0]))
    wanted = pixels_of(area, frame)
    return float(seen(frame, known)[wanted].mean()) if wanted.any() else 0.0


def _stated_grid(granule: Granule) -> GeoBox | None:
    boxes = [layer.box for layer in (*granule.layers.values(), *granule.files)]
    return boxes[0] if boxes else None


def _light(frame: GeoBox) -> GeoBox:
    """Give a frame of coarser pixels where it has very many, which a share does not need."""
    return frame.zoom_to(1000) if max(frame.shape) > 4000 else frame  # noqa: PLR2004


def _share_of_boxes(granules: Sequence[Granule], area: Area) -> float:
    """Compare bounds in degrees; what one file holds is known once it is there."""
    from shapely import box, unary_union

    boxes = []
    for granule in granules:
        west, south, east, north = granule.bbox
        sides = ((west, east),) if west <= east else ((west, 180.0), (-180.0, east))
        boxes += [box(a, south, b, north) for a, b in sides]
    ground = unary_union(list(area.parts))
    return float(unary_union(boxes).intersection(ground).area / ground.area)


def demand_whole(selection: Selection) -> None:
    """Refuse an area of which a part lies in no granule.

    Raises
    ------
    SourceError
        ``COVERAGE_PARTIAL``.
    """
    if selection.coverage >= WHOLE:
        return
    raise SourceError(
        "COVERAGE_PARTIAL",
        found=f"{selection.coverage:.1%} of the area in {', '.join(selection.names)}",
        expected=f"granules of {selection.wanted.sensor.name} on {selection.wanted.days} "
        "for all of it",
        remedy="--partial takes what there is and leaves the rest empty",
    )
