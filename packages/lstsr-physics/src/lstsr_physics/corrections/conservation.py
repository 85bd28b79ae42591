"""The correction `conservation`: a result, seen as the sensor sees, gives back the input."""

from __future__ import annotations

import logging
import math
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.footprint import footprint_of
from lstsr_core.nested import repeat
from lstsr_core.scene import COARSE, LST, factor_of
from lstsr_physics.corrections.least_change import Change, Misfit, least_change
from lstsr_physics.corrections.uncertainty import STATED, band_of
from lstsr_physics.forward import observe_through

if TYPE_CHECKING:
    import dask.array as da
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core import Footprint
    from lstsr_core.nested import Field

    Chunks = tuple[tuple[int, ...], ...]

logger = logging.getLogger(__name__)

WINDOW: Final = 256
"""Longest edge of the windows that are solved one by one. They lie where the scene's shape says,
never where its chunks lie, so that chunks change nothing. [coarse pixel]"""
MARGIN: Final = 16
"""What a window sees around itself; windows then meet within 10 mK. [coarse pixel]"""
SURE, UNSURE = 0.2, 20.0
"""Least and largest uncertainty of a fine pixel that is told from others: a pixel that claims to
be exact may still have to change. [K]"""

LARGE: Final = 20.0
"""Change of a fine pixel that is worth a warning: clouds and fires ask for it. [K]"""


def conserve(result: xr.Dataset, scene: xr.DataTree) -> xr.Dataset:
    """Change a result as little as possible so that it gives back what the sensor measured.

    Seen through the scene's footprint the result equals the coarse temperature within its
    uncertainty wherever the footprint is valid (half of it measured). What exceeds the uncertainty
    is taken from the fine pixels by the footprint's weights and their own variance. Temperatures
    are averaged, not radiances: less than 0.02 K apart where the land within a footprint varies by
    less than 1.9 K (standard deviation); 59 summer scenes of France and Italy: 0.02 K on average,
    0.07 K in one of a hundred pixels, 0.27 K at most.

    Parameters
    ----------
    result : xarray.Dataset, dims (y, x) of the fine grid
        ``lst`` [K] and ``lst_uncertainty`` [K], NaN in the gaps.
    scene : xarray.DataTree
        The scene it was made from; ``lst_uncertainty`` [K] of /coarse says how far is near enough,
        else `band_of` assumes it.

    Returns
    -------
    xarray.Dataset
        Lazy ``lst``; all else, gaps too, as it was. Where nothing exceeds its uncertainty within
        reach of a footprint every bit is as it was.

    Raises
    ------
    SceneError
        Where the grids of the scene are unusable.
    """
    coarse, factor = scene[COARSE].to_dataset(), factor_of(scene)
    chunks = _windows((coarse.sizes["y"], coarse.sizes["x"]))
    lst, sigma = (_cut(result[name], chunks, factor) for name in (LST, STATED))
    measured, band = (
        _laid(field, chunks, factor) for field in (_array(coarse[LST]), band_of(coarse))
    )
    work = partial(_conserved, footprint=footprint_of(scene), factor=factor)
    depth = {axis: MARGIN * factor if len(c) > 1 else 0 for axis, c in enumerate(chunks)}
    conserved = _overlapped(work, (lst, sigma, measured, band), depth)
    return result.assign({LST: result[LST].copy(data=conserved)})


def _windows(shape: tuple[int, int]) -> Chunks:
    """Cut each axis evenly into as few windows as can be. [coarse pixel]"""
    rows, columns = (
        tuple(len(part) for part in np.array_split(np.arange(size), math.ceil(size / WINDOW)))
        for size in shape
    )
    return rows, columns


def _array(field: xr.DataArray) -> da.Array:
    import dask.array as da

    lazy: da.Array = da.asarray(field.data)
    return lazy


def _cut(field: xr.DataArray, chunks: Chunks, factor: int) -> da.Array:
    cut: da.Array = _array(field).rechunk(_fine(chunks, factor))
    return cut


def _laid(coarse: da.Array, chunks: Chunks, factor: int) -> da.Array:
    """Give every fine pixel the value of its coarse pixel, so that windows are cut as one."""
    cut = coarse.astype(np.float32).rechunk(chunks)
    laid: da.Array = cut.map_blocks(repeat, factor, chunks=_fine(chunks, factor), dtype=np.float32)
    return laid


def _fine(chunks: Chunks, factor: int) -> Chunks:
    return tuple(tuple(size * factor for size in axis) for axis in chunks)


def _overlapped(
    work: partial[NDArray[np.float32]], layers: tuple[da.Array, ...], depth: dict[int, int]
) -> da.Array:
    import dask.array as da

    kind = layers[0].dtype
    whole: da.Array = da.map_overlap(work, *layers, depth=depth, boundary="none", dtype=kind)
    return whole


def _conserved(  # noqa: PLR0913  one parameter a layer
    lst: Field, sigma: Field, measured: Field, band: Field, *, footprint: Footprint, factor: int
) -> Field:
    """Conserve one window; all layers on the fine grid."""
    observation = observe_through(footprint, factor, lst)
    seen = observation.of(lst)
    uncertain = np.nan_to_num(sigma.astype(np.float64), nan=SURE, posinf=UNSURE)
    misfit = Misfit(
        observation=observation,
        residual=measured[::factor, ::factor].astype(np.float64) - seen,
        band=band[::factor, ::factor].astype(np.float64),
        variance=np.clip(uncertain, SURE, UNSURE) ** 2,
    )
    found = least_change(misfit)
    _report(misfit, found)
    return (lst + found.change).astype(lst.dtype)


def _report(misfit: Misfit, found: Change) -> None:
    compared, largest = int(misfit.compared.sum()), float(np.abs(found.change).max())
    logger.info(
        "conservation: %d of %d coarse pixels lay outside of their uncertainty; %d rounds, "
        "largest change %.2f K",
        misfit.outside(),
        compared,
        found.rounds,
        largest,
    )
    if found.outside:
        logger.warning(
            "conservation: %d of %d coarse pixels still lie outside after %d rounds; state a "
            "larger lst_uncertainty, or the footprint that the sensor has",
            found.outside,
            compared,
            found.rounds,
        )
    if largest > LARGE:
        logger.warning(
            "conservation: changed a fine pixel by %.0f K; a coarse pixel contradicts those "
            "around it: mask it where it is a cloud, or state its lst_uncertainty",
            largest,
        )
