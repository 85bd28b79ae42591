"""A scene in a few numbers, that tell whether it is like those that a network learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import block_mean
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_core.strips import read_strips
from lstsr_physics.law.displacement import is_modis

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

FACTS: Final = {
    "modis": "1 where it is MODIS that saw it, with its footprint and noise, else 0 [1]",
    "temperature": "mean temperature [K]",
    "ndvi": "mean NDVI [1]",
    "slope": "slope of temperature on NDVI, over all coarse pixels [K]",
    "correlation": "correlation of temperature and NDVI, over all coarse pixels [1]",
}
"""Facts by name."""
NDVI: Final = "ndvi"
"""Guide that facts are told of."""
STRIP: Final = 64
"""Coarse rows that are averaged at once. [pixel]"""
LEAST: Final = 64
"""Coarse pixels of which correlation and slope can be told. [1]"""


def facts_of(scene: xr.DataTree) -> Mapping[str, float]:
    """Tell the facts of a scene; those that cannot be told are left out.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.

    Returns
    -------
    mapping of str to float
        By the names of `FACTS`, in their units.
    """
    lst = scene[COARSE][LST].to_numpy().astype(np.float64)
    known = np.isfinite(lst)
    told = {"modis": float(is_modis(scene)), "temperature": float(lst[known].mean())}
    if NDVI not in scene[GUIDE].data_vars:
        return told
    factor = factor_of(scene)
    strips = read_strips(scene[GUIDE].to_dataset()[NDVI], STRIP * factor)
    ndvi = np.concatenate([block_mean(fine.astype(np.float64), factor) for _, fine in strips])
    both = known & np.isfinite(ndvi)
    if both.sum() < LEAST or ndvi[both].std() == 0 or lst[both].std() == 0:
        return told
    covariance = np.cov(ndvi[both], lst[both])
    return told | {
        "ndvi": float(ndvi[both].mean()),
        "slope": float(covariance[0, 1] / covariance[0, 0]),
        "correlation": float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])),
    }
