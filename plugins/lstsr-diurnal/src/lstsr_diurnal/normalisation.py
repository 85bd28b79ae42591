"""The correction `diurnal`: what all pixels of a scene would show at one local solar time."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SceneError
from lstsr_core.scene import COARSE, LST
from lstsr_diurnal.cycle import Cycle, day_length
from lstsr_diurnal.options import DAY
from lstsr_diurnal.view import view_of

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_diurnal.options import DiurnalOptions
    from lstsr_diurnal.view import View

    Field = NDArray[np.floating[Any]]

AMPLITUDE, AMPLITUDE_SIGMA = "diurnal_amplitude", "diurnal_amplitude_uncertainty"
"""Variables of /coarse that map the amplitude, where somebody knows it. [K]"""
STATED: Final = "lst_uncertainty"
"""Variable of /coarse that states the standard uncertainty. [K]"""
BROUGHT_TO: Final = "local_solar_hour"
"""Attribute of a temperature that was brought to a local solar time. [h]"""

logger = logging.getLogger(__name__)


def normalise(scene: xr.DataTree, options: DiurnalOptions) -> xr.DataTree:
    """Bring the temperature of a scene to one local solar time.

    ``T(t*) = T(t) + T_a (c(t*) - c(t))`` with the shape c of `lstsr_diurnal.cycle.Cycle`.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene whose /coarse holds ``view_time``; ``diurnal_amplitude`` and
        ``diurnal_amplitude_uncertainty`` [K] where they are mapped.
    options : DiurnalOptions
        Target and cycle.

    Returns
    -------
    xarray.DataTree
        Another ``lst`` with the attribute ``local_solar_hour`` [h], and a larger
        ``lst_uncertainty`` [K] where one is stated; a pixel without a time becomes a gap. What was
        brought to a time before starts from there; ``view_time`` stays when it was seen.

    Raises
    ------
    SceneError
        ``TIME_UNKNOWN``; ``TIME_UNMODELLED`` where a view and the target are not both by day or
        both by night, or where the sun does not rise and set.
    """
    coarse = scene[COARSE].to_dataset()
    lst = coarse[LST]
    view = view_of(coarse, options.clock)
    hour = np.where(lst.notnull(), lst.attrs.get(BROUGHT_TO, view.hour), np.nan)
    target = _middle(hour) if math.isnan(options.hour) else options.hour
    cycle = _cycle(view, hour, target, options.maximum)
    amplitude, spread = _amplitude(coarse, options)
    change = cycle.at(target) - cycle.at(hour)
    bend = cycle.slope(target) - cycle.slope(hour)
    sigma = np.hypot(spread * change, amplitude * bend * options.maximum_uncertainty)
    _report(amplitude * change, target)
    moved = (lst + amplitude * change).astype(lst.dtype)
    layers = {LST: moved.assign_attrs({**lst.attrs, BROUGHT_TO: target})}
    if STATED in coarse:
        stated = coarse[STATED]
        layers[STATED] = stated.copy(data=np.hypot(stated.to_numpy(), sigma).astype(stated.dtype))
    corrected = scene.copy()
    corrected[COARSE].dataset = coarse.assign(layers)
    return corrected


def _middle(hour: Field) -> float:
    """Give the median time, which may lie on either side of midnight. [h]"""
    known = hour[np.isfinite(hour)]
    if not known.size:
        raise _unmodelled("no pixel that has a temperature and a time")
    turn = np.exp(2j * np.pi * known / DAY).mean()
    middle = float(np.angle(turn)) / (2 * np.pi) * DAY
    around = (known - middle + DAY / 2) % DAY - DAY / 2
    return float((middle + np.median(around)) % DAY)


def _cycle(view: View, hour: Field, target: float, maximum: float) -> Cycle:
    """Make the cycle of every pixel; refuse where it says nothing of a view."""
    cycle = Cycle(length=day_length(view.latitude, view.day_of_year), maximum=maximum)
    seen = np.isfinite(hour)
    if not cycle.known[seen].all():
        raise _unmodelled(
            f"day {view.day_of_year} of the year, of which the sun makes no usual day"
        )
    other = seen & (cycle.is_day(hour) != cycle.is_day(target))
    if other.any():
        raise _unmodelled(
            f"{int(other.sum())} of {int(seen.sum())} pixels seen at {np.nanmin(hour):.1f} to "
            f"{np.nanmax(hour):.1f} h, to be brought to {target:.1f} h"
        )
    return cycle


def _amplitude(coarse: xr.Dataset, options: DiurnalOptions) -> tuple[Field | float, Field | float]:
    """Give the amplitude and its standard uncertainty: as mapped, else as set. [K]"""
    assumed = options.amplitude, options.amplitude_uncertainty
    mapped, spread = (
        coarse[name].fillna(value).to_numpy() if name in coarse else value
        for name, value in zip((AMPLITUDE, AMPLITUDE_SIGMA), assumed, strict=True)
    )
    return mapped, spread


def _report(change: Field, target: float) -> None:
    known = change[np.isfinite(change)]
    logger.info(
        "diurnal: brought to %.2f h local solar time, by %+.2f to %+.2f K",
        target,
        known.min(initial=math.inf),
        known.max(initial=-math.inf),
    )


def _unmodelled(found: str) -> SceneError:
    return SceneError(
        "TIME_UNMODELLED",
        found=found,
        expected="views and target both by day or both by night, where the sun rises and sets",
        remedy="set a target in the same part of the day, such as --correction diurnal:hour=10.5, "
        "or leave the correction out",
    )
