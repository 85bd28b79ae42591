"""The correction `emissivity`: temperatures for the emissivity of what covers the land."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import ModelError, SceneError, factor_of
from lstsr_core.nested import block_mean
from lstsr_core.scene import COARSE, GUIDE, LST
from lstsr_emissivity.cover import of_classes, of_vegetation
from lstsr_emissivity.radiance import Reading

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_emissivity.options import EmissivityOptions

    Field = NDArray[np.floating[Any]]

EMISSIVITY: Final = "emissivity"
"""Variable of /coarse that says with which emissivity the temperature was made. [1]"""
STATED: Final = "lst_uncertainty"
"""Variable of /coarse that states the standard uncertainty. [K]"""
STRIP: Final = 256
"""Rows whose guide is held in memory at a time. [coarse pixel]"""
GUIDES: Final = {"ndvi": "ndvi", "land-cover": "land_cover"}
"""The guide that each method needs."""

logger = logging.getLogger(__name__)


def re_express(scene: xr.DataTree, options: EmissivityOptions) -> xr.DataTree:
    """Re-express the temperature of a scene for another emissivity.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene with the guide of the method; ``emissivity`` [1] in /coarse where it is
        known with which one the temperature was made.
    options : EmissivityOptions
        The one it was made with elsewhere, and where the new one comes from.

    Returns
    -------
    xarray.DataTree
        Another ``lst`` and its ``emissivity``; a larger ``lst_uncertainty`` where one is stated.

    Raises
    ------
    ModelError
        ``GUIDE_MISSING``, or ``OPTION_INVALID`` where nobody says which emissivity there was.
    SceneError
        ``SCENE_INCOMPLETE`` where a land cover has no class that is known.
    """
    coarse = scene[COARSE].to_dataset()
    lst, old = coarse[LST], _old(coarse, options)
    new, spread = _new(scene, options)
    reading = Reading(wavelength=options.wavelength, sky=options.sky)
    kelvin = lst.to_numpy().astype(np.float64)
    again = reading.again(kelvin, old, new)
    _report(again - kelvin, new)
    layers = {
        LST: lst.copy(data=again.astype(lst.dtype)),
        EMISSIVITY: lst.copy(data=new.astype(np.float32))
        .drop_attrs()
        .assign_attrs(units="1", long_name=f"emissivity by {options.method}"),
    }
    if STATED in coarse:
        sigma = np.hypot(
            reading.by_emissivity(again, new) * np.hypot(options.uncertainty, spread),
            reading.by_sky(again, old, new) * options.sky_uncertainty,
        )
        stated = coarse[STATED]
        kept = np.abs(reading.by_lst(kelvin, again, old, new)) * stated.to_numpy()
        layers[STATED] = stated.copy(data=np.hypot(kept, sigma).astype(stated.dtype))
    corrected = scene.copy()
    corrected[COARSE].dataset = coarse.assign(layers)
    return corrected


def _old(coarse: xr.Dataset, options: EmissivityOptions) -> Field | float:
    """Give the emissivity that the temperature was made with, as mapped, else as set. [1]"""
    if EMISSIVITY in coarse:
        return coarse[EMISSIVITY].fillna(options.assumed).to_numpy().astype(np.float64)
    if math.isnan(options.assumed):
        raise ModelError(
            "OPTION_INVALID",
            found="a temperature of which nobody says with which emissivity it was made",
            expected=f"{EMISSIVITY} in /coarse, or the option assumed",
            remedy="give --correction emissivity:assumed=0.98, or assumed=1 for a brightness "
            "temperature; leave the correction out where the product knows its emissivity",
        )
    return options.assumed


def _new(scene: xr.DataTree, options: EmissivityOptions) -> tuple[Field, Field]:
    """Give the emissivity of the coarse pixels, and how unsure it is where no guide tells. [1]"""
    name = GUIDES[options.method]
    if name not in scene[GUIDE]:
        raise ModelError(
            "GUIDE_MISSING",
            found=f"guides: {', '.join(map(str, scene[GUIDE].data_vars)) or 'none'}",
            expected=f"{name!r}, from which the emissivity is taken",
            remedy=f"add --guide {name}=FILE, or choose another method of the correction",
        )
    guide = scene[GUIDE].to_dataset()[name]
    mean = _averaged(guide, factor_of(scene), options)
    told = np.isfinite(mean)
    if not told.any():
        raise SceneError(
            "SCENE_INCOMPLETE",
            found=f"no value of {name} in the scene",
            expected="some, from which the emissivity is taken",
            remedy="take a guide that covers the scene",
        )
    usual, spread = float(mean[told].mean()), float(mean[told].std())
    return np.where(told, mean, usual), np.where(told, 0.0, spread)


def _averaged(guide: xr.DataArray, factor: int, options: EmissivityOptions) -> Field:
    """Average the emissivity of each coarse pixel, a strip of the guide at a time. [1]"""

    def emissivity(strip: xr.DataArray) -> Field:
        if options.method == "land-cover":
            return of_classes(strip)
        return of_vegetation(strip.to_numpy(), options)

    step = STRIP * factor
    strips = (guide[first : first + step] for first in range(0, guide.sizes["y"], step))
    return np.concatenate([block_mean(emissivity(strip), factor) for strip in strips])


def _report(change: Field, new: Field) -> None:
    known = change[np.isfinite(change)]
    logger.info(
        "emissivity: %.3f to %.3f; temperatures change by %+.2f to %+.2f K",
        new.min(),
        new.max(),
        known.min(initial=math.inf),
        known.max(initial=-math.inf),
    )
