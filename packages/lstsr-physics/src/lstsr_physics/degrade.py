"""A fine thermal field becomes a scene whose truth is known: seen coarse, averaged fine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_core import Footprint, build_scene
from lstsr_core.footprint import see_values
from lstsr_core.grid import geobox_of, on_grid
from lstsr_core.nested import block_coverage, block_mean
from lstsr_core.scene import LST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core.nested import Field

EMISSION = 4
"""Power of the temperature that a surface emits (Stefan-Boltzmann). [1]"""
LEAST_COVERAGE = 0.5
"""Share of a pixel that has to be measured. [1]"""


@dataclass(frozen=True, kw_only=True)
class View:
    """How a fine field is seen.

    Parameters
    ----------
    coarse, fine : int
        Native pixels along one edge of a coarse pixel and of a fine one. [1]
    footprint : Footprint
        Of the coarse pixel.
    noise : float
        Standard deviation of what is added to the coarse temperature. [K]
    seed : int
        Of that noise.
    """

    coarse: int
    fine: int
    footprint: Footprint = field(default_factory=Footprint)
    noise: float = 0.0
    seed: int = 0


def degrade(native: xr.Dataset, view: View) -> xr.DataTree:
    """Build a scene from a fine field.

    Parameters
    ----------
    native : xarray.Dataset, dims (y, x)
        ``lst`` [K] and guides on one grid, NaN where there is nothing.
    view : View
        How it is seen.

    Returns
    -------
    xarray.DataTree
        /coarse through the footprint, /guide of block means, /reference of block means of the
        temperature on the fine grid (both as emitted power), noise in /coarse alone.

    Raises
    ------
    SceneError
        Where `lstsr_core.build_scene` refuses the result.
    """
    rows, columns = (size // view.coarse * view.coarse for size in native[LST].shape)
    cut = native.isel(y=slice(rows), x=slice(columns))
    box = geobox_of(native[LST]).crop((rows, columns))
    emitted = cut[LST].to_numpy().astype(np.float64) ** EMISSION
    seen = see_values(emitted, view.footprint, view.coarse) ** (1 / EMISSION)
    noise = view.noise * np.random.default_rng(view.seed).standard_normal(seen.shape)
    fine_box = box.zoom_out(view.fine)
    guides = {
        str(name): on_grid(_blocks(values.to_numpy(), view.fine).astype(np.float32), fine_box)
        for name, values in cut.data_vars.items()
        if name != LST
    }
    truth = _blocks(emitted, view.fine) ** (1 / EMISSION)
    coarse = _temperature(on_grid((seen + noise).astype(np.float32), box.zoom_out(view.coarse)))
    reference = _temperature(on_grid(truth.astype(np.float32), fine_box))
    coarse.attrs |= {"footprint": view.footprint.shape, "footprint_mtf": view.footprint.mtf}
    return build_scene(coarse, xr.Dataset(guides), reference)


def _temperature(values: xr.DataArray) -> xr.Dataset:
    return xr.Dataset({LST: values.assign_attrs(units="K")})


def _blocks(native: Field, factor: int) -> NDArray[np.float64]:
    mean = block_mean(native.astype(np.float64), factor).astype(np.float64)
    mean[block_coverage(native, factor) < LEAST_COVERAGE] = np.nan
    return mean
