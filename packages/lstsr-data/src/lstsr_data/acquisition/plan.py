"""What a fetch would read, told before it reads anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import EmptySearchError
from lstsr_data.acquisition.cost import Cost, cost_of
from lstsr_data.acquisition.days import Days
from lstsr_data.acquisition.fetch import choose
from lstsr_data.acquisition.selection import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lstsr_data.acquisition.fetch import Order
    from lstsr_data.acquisition.remote_file import Access
    from lstsr_data.acquisition.selection import Selection

Lines = tuple[tuple[str, str], ...]


def plan(order: Order, access: Access) -> Lines:
    """Tell which granules a fetch would read; catalogues are searched, no file is opened.

    Parameters
    ----------
    order : Order
        What; of a span each day is told.
    access : Access
        How catalogues are reached.

    Returns
    -------
    tuple of (subject, plan)
        Lines to print: granules, holes, megabytes and the time that they take.

    Raises
    ------
    EmptySearchError, SourceError
        As `lstsr_data.acquisition.fetch.choose`, for one day; in a span an empty day is a gap.
    """
    days = tuple(order.days)
    if len(days) == 1:
        return tuple(_scene(order, access))
    return tuple(_series(order, access))


def _scene(order: Order, access: Access) -> Iterator[tuple[str, str]]:
    from dataclasses import replace

    choice = choose(replace(order, partial=True), access)
    for selection in (choice.thermal, *choice.guides.values()):
        yield from _told(selection)


def _series(order: Order, access: Access) -> Iterator[tuple[str, str]]:
    from dataclasses import replace

    total = Cost()
    for day in order.days:
        one = Days(first=day, last=day, clock=order.days.clock)
        try:
            choice = choose(replace(order, days=one, partial=True), access)
        except EmptySearchError as error:
            yield str(day), f"gap: {error.expected} is not there"
            continue
        selections = (choice.thermal, *choice.guides.values())
        names = [name for selection in selections for name in selection.names]
        total = sum(map(cost_of, selections), start=total)
        yield str(day), ", ".join(names)
    yield "to read", str(total)


def _told(selection: Selection) -> Iterator[tuple[str, str]]:
    name = selection.wanted.sensor.name
    for reason in selection.found.passed_over:
        yield name, f"passed over {reason}"
    yield name, selection.found.origin
    for granule in (one for overpass in selection.overpasses for one in overpass.granules):
        seen = f"{granule.start:%Y-%m-%d %H:%M} to {granule.end:%Y-%m-%d %H:%M} UTC"
        yield name, f"{granule.name}, {seen}"
    hole = 1 - selection.coverage
    yield name, "no hole" if selection.coverage >= WHOLE else f"HOLE: {hole:.1%} of the area"
    yield name, f"to read: {cost_of(selection)}"
