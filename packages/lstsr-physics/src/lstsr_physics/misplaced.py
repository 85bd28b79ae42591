"""A guide that lies beside the temperature is found at the coarse scale, whatever sharpens."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from lstsr_core.scene import GUIDE, factor_of
from lstsr_physics.law.displacement import LIMIT, noise_of, seen_shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from lstsr_physics.shift import Shift

FAR: Final = 2.0
"""How far guides are looked for that lie wrong. [coarse pixel]"""
USUAL: Final = 1.0
"""How far guides may lie off without a word; those of MODIS lie a third of it off, 80 m, in the
scenes that its law was fitted to. [fine pixel]"""
SURE: Final = 2.0
"""Standard deviations by which a shift has to exceed what is usual to be told. [1]"""
CLASSES: Final = "flag_values"
"""CF attribute of a guide that holds classes, which resemble no temperature."""

logger = logging.getLogger(__name__)


def name_misplaced_guides(scene: xr.DataTree, names: Sequence[str]) -> Shift | None:
    """Log a warning where guides lie more than a fine pixel beside the temperature.

    Less is usual between two products of a sensor; more is a wrong geotransform, a grid laid by
    its index, or another map projection.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    names : sequence of str
        Guides; the one that resembles the temperature most tells for all.

    Returns
    -------
    Shift or None
        What the warning says; None where there is none.
    """
    guides = [name for name in names if CLASSES not in scene[GUIDE][name].attrs]
    found = {name: shift for name in guides if (shift := seen_shift(scene, name, FAR))}
    if not found:
        return None
    name, shift = max(found.items(), key=lambda item: abs(item[1].correlation))
    away = max(abs(shift.dx), abs(shift.dy))
    if away <= USUAL + SURE * noise_of(scene, shift):
        return None
    logger.warning(
        "guide %s seems to lie %+.1f fine pixels right and %+.1f down of the temperature "
        "(correlation %.2f)%s: %s",
        name,
        shift.dx,
        shift.dy,
        shift.correlation,
        ", or farther" if shift.at_limit else "",
        _remedy(away / factor_of(scene)),
    )
    return shift


def _remedy(away: float) -> str:
    """Say what helps against a displacement; away in coarse pixels."""
    if away <= LIMIT:
        return "--correction registration makes good what its law does not take for noise"
    return f"more than {LIMIT:g} coarse pixels are not made good; check where its file says it lies"
