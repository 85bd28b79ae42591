"""Pictures of a validation: sharpened over ground, differences over time, sigma over its word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_runtime.bench.figure import blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from lstsr_runtime.validation.matching import Match

ROOM: Final = 1.0
"""Left free around the temperatures. [K]"""
EDGE: Final = 4.0
"""Where the histogram of differences ends. [sigma]"""


def draw_validation(matches: Sequence[Match]) -> Figure:
    """Draw what was matched.

    Parameters
    ----------
    matches : sequence of Match
        What `match` found.

    Returns
    -------
    matplotlib.figure.Figure
        Three panels: sharpened over ground with both uncertainties, day and night; differences
        over time; differences in units of their stated uncertainty beside the normal
        distribution.
    """
    figure = blank(12, 4)
    scatter, series, spread = figure.subplots(1, 3)
    for label, colour, own in _parts(matches):
        _draw_scatter(scatter, own, label, colour)
        times = np.array([one.view.time for one in own])
        difference = [one.difference for one in own]
        bars = [one.sigma for one in own]
        series.errorbar(times, difference, bars, fmt="o", ms=4, lw=0.8, color=colour)
    _finish_scatter(scatter, matches)
    series.axhline(0.0, color="0.5", lw=0.8)
    series.set_ylabel("sharpened - ground [K]")
    series.tick_params(axis="x", rotation=30)
    _draw_spread(spread, matches)
    return figure


def _parts(matches: Sequence[Match]) -> list[tuple[str, str, list[Match]]]:
    day = [one for one in matches if one.sun > 0]
    night = [one for one in matches if one.sun <= 0]
    return [part for part in (("day", "C1", day), ("night", "C0", night)) if part[2]]


def _draw_scatter(axes: Axes, own: Sequence[Match], label: str, colour: str) -> None:
    axes.errorbar(
        [one.ground for one in own],
        [one.view.lst for one in own],
        [one.view.sigma for one in own],
        [one.ground_sigma for one in own],
        fmt="o",
        ms=4,
        lw=0.8,
        color=colour,
        label=f"{label} ({len(own)})",
    )


def _finish_scatter(axes: Axes, matches: Sequence[Match]) -> None:
    values = [value for one in matches for value in (one.ground, one.view.lst)]
    ends = min(values) - ROOM, max(values) + ROOM
    axes.plot(ends, ends, color="0.5", lw=0.8)
    axes.set(xlim=ends, ylim=ends, xlabel="ground [K]", ylabel="sharpened [K]", aspect="equal")
    axes.legend(frameon=False, loc="upper left")


def _draw_spread(axes: Axes, matches: Sequence[Match]) -> None:
    ratio = np.clip([one.difference / one.sigma for one in matches], -EDGE, EDGE)
    axes.hist(ratio, bins=list(np.linspace(-EDGE, EDGE, 17)), density=True, color="0.75")
    at = np.linspace(-EDGE, EDGE, 200)
    axes.plot(at, np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi), color="C3", label="as stated")
    axes.set(xlabel="difference / stated sigma", ylabel="share")
    axes.legend(frameon=False)
