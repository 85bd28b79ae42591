"""Layers, bytes, hours and cost of sharpening the whole Earth for a day, with what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from lstsr_runtime.earth.grid import EarthGrid

LAYERS: Final = 3
"""Layers of a result: temperature, uncertainty, quality. [1]"""
STORED: Final = 5.0
"""Bytes that all layers of a sharpened pixel take as COGs with overviews, compressed: 2.8 for the
temperature of a simulated field, and up to as much for an uncertainty that varies like it.
[byte / fine pixel]"""
RATE: Final = 0.35
"""Pixels that a core sharpens in a second, reading and writing included, before it was measured:
the residual network, 2.8 s of one core for 1 Mpx on a shared machine of 2026. [Mpx / s]"""
DISPATCH: Final = 0.001
"""Time that a Dask scheduler takes for a task: 'about 1 ms' (Dask documentation, best practices).
[s]"""
TASKS: Final = 200
"""Tasks of one tile of the grid: blocks that are read, tiles that are sharpened and kept. [1]"""
HOUR: Final = 3600.0
"""[s]"""


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """What does the work.

    Parameters
    ----------
    workers : int
        Cores that sharpen. [1]
    rate : float
        What one of them sharpens, reading and writing included. [Mpx / s]
    price : float
        Of a core for an hour, in any currency.
    network : float
        What all of them together download. [MB / s]
    """

    workers: int
    rate: float
    price: float
    network: float


@dataclass(frozen=True, kw_only=True)
class EarthPlan:
    """What a day takes.

    Parameters
    ----------
    tiles, layers : int
        Tiles of the grid, and layers that are written. [1]
    pixels : int
        Sharpened pixels. [fine pixel]
    read, written : float
        [GB]
    computing, downloading, dispatching : float
        Time if nothing else had to be done. [h]
    hours : float
        Time in which the day is done. [h]
    cost : float
        Of the cores, in the currency of the price.
    """

    tiles: int
    layers: int
    pixels: int
    read: float
    written: float
    computing: float
    downloading: float
    dispatching: float
    hours: float
    cost: float


def plan_day(grid: EarthGrid, fleet: Fleet, *, tiles: int | None = None) -> EarthPlan:
    """Plan a day.

    Tiles are dealt out whole, so that the last round counts for all workers; downloading and
    dispatching go on meanwhile, and count where they take longer.

    Parameters
    ----------
    grid : EarthGrid
        Tiles of the sensor.
    fleet : Fleet
        What does the work.
    tiles : int, optional
        How many tiles; all that hold any of the Earth where left out. [1]

    Returns
    -------
    EarthPlan
    """
    count = grid.tiles if tiles is None else tiles
    rounds = -(-count // fleet.workers)
    computing = rounds * grid.pixels / 1e6 / fleet.rate / HOUR
    read = count * (grid.temperature + grid.guide) / 1e3
    downloading = read * 1e3 / fleet.network / HOUR
    dispatching = count * TASKS * DISPATCH / HOUR
    hours = max(computing, downloading, dispatching)
    return EarthPlan(
        tiles=count,
        layers=LAYERS * count,
        pixels=count * grid.pixels,
        read=read,
        written=count * grid.pixels * STORED / 1e9,
        computing=computing,
        downloading=downloading,
        dispatching=dispatching,
        hours=hours,
        cost=hours * fleet.workers * fleet.price,
    )


def lines_of(
    grid: EarthGrid, fleet: Fleet, plan: EarthPlan, day: dt.date
) -> Sequence[tuple[str, str]]:
    """Give a plan as lines to print: subject, words; the assumptions last."""
    known = plan.tiles == grid.tiles
    edge = grid.coarse * grid.factor
    return (
        ("day", f"{day:%Y-%m-%d}, {grid.sensor}"),
        ("tiles", f"{plan.tiles} of {edge} x {edge} pixels, {plan.pixels / 1e9:.1f} Gpx"),
        ("layers", f"{plan.layers}: temperature, uncertainty, quality of each tile"),
        ("read", f"{plan.read:.0f} GB"),
        ("written", f"{plan.written:.0f} GB"),
        ("computing", f"{plan.computing:.2f} h on {fleet.workers} cores"),
        ("downloading", f"{plan.downloading:.2f} h, meanwhile"),
        ("dispatching", f"{plan.dispatching:.2f} h, meanwhile"),
        ("hours", f"{plan.hours:.2f}"),
        ("cost", f"{plan.cost:.2f} for {plan.hours * fleet.workers:.0f} core hours"),
        ("assumed", f"{fleet.rate:g} Mpx/s a core, reading and writing included; it stays so"),
        (
            "assumed",
            f"{grid.temperature:g} MB of temperature and {grid.guide:g} MB of guide a tile",
        ),
        ("assumed", f"{STORED:g} bytes a pixel written; {fleet.network:g} MB/s for all together"),
        ("assumed", f"{DISPATCH * 1e3:g} ms a task, {TASKS} tasks a tile; no worker dies"),
        ("assumed", "all tiles, those of sea too: at most" if known else "tiles as given"),
    )
