"""A scene in a few numbers, that tell whether it is like those that a network learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.nested import block_mean
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

FACTS: Final = {
    "temperature": "mean temperature [K]",
    "ndvi": "mean NDVI [1]",
    "slope": "slope of temperature on NDVI, over all coarse pixels [K]",
    "correlation": "correlation of temperature and NDVI, over all coarse pixels [1]",
}
"""Facts by name."""
NDVI: Final = "ndvi"
"""Guide that facts are told of."""
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
    told = {"temperature": float(lst[known].mean())}
    if NDVI not in scene[GUIDE].data_vars:
        return told
    fine = scene[GUIDE][NDVI].to_numpy().astype(np.float64)
    ndvi = block_mean(fine, factor_of(scene))
    both = known & np.isfinite(ndvi)
    if both.sum() < LEAST or ndvi[both].std() == 0 or lst[both].std() == 0:
        return told
    covariance = np.cov(ndvi[both], lst[both])
    return told | {
        "ndvi": float(ndvi[both].mean()),
        "slope": float(covariance[0, 1] / covariance[0, 0]),
        "correlation": float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])),
    }
