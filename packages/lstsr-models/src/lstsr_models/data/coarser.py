"""A scene one factor coarser, whose truth is the measured temperature: scale-invariant training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from lstsr_core.footprint import footprint_of
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.nested import block_mean
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_physics.degrade import View, degrade

if TYPE_CHECKING:
    from collections.abc import Mapping


def coarsen_scene(scene: xr.DataTree) -> xr.DataTree:
    """Degrade a scene by its own factor.

    Parameters
    ----------
    scene : xarray.DataTree
        Its coarse temperature becomes the truth, its guides are averaged to the coarse grid.

    Returns
    -------
    xarray.DataTree
        Seen through the same footprint, in coarse pixels.

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` where gaps leave nothing.
    """
    factor = factor_of(scene)
    lst = scene[COARSE].to_dataset()[LST]
    box = geobox_of(lst)
    native: Mapping[str, xr.DataArray] = {
        LST: on_grid(lst.to_numpy(), box),
        **{
            str(name): on_grid(block_mean(values.to_numpy(), factor), box)
            for name, values in scene[GUIDE].data_vars.items()
        },
    }
    view = View(coarse=factor, fine=1, footprint=footprint_of(scene))
    tree = degrade(xr.Dataset(native), view)
    tree.name = scene.name
    return tree
