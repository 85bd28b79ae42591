"""A scene is sharpened tile by tile; each tile is a dask block with the model's margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lstsr_core import LstsrError, ModelError
from lstsr_core.domain import judge
from lstsr_core.kinds import place
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of, guide_names
from lstsr_runtime.flags import Domain, flag

if TYPE_CHECKING:
    import dask.array as da
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core import Model, Predictor
    from lstsr_core.domain import Judged

LAYERS = 3
"""Layers of a sharpened tile: temperature [K], its standard uncertainty [K], quality flags."""
DEFAULT_TILE = 256
"""Coarse pixels along one edge of a tile. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Window:
    """The coarse rows and columns that a tile gives, and those that it needs to see.

    Parameters
    ----------
    inner, outer : (slice, slice)
        Rows and columns without and with the margin, cut at the border of the scene.
    """

    inner: tuple[slice, slice]
    outer: tuple[slice, slice]

    def trim(self, factor: int) -> tuple[slice, slice]:
        """Give the fine rows and columns of the outer window that belong to the tile."""
        rows, columns = (
            slice((i.start - o.start) * factor, (i.stop - o.start) * factor)
            for i, o in zip(self.inner, self.outer, strict=True)
        )
        return rows, columns


def cut(shape: tuple[int, int], tile: int, margin: int) -> list[list[Window]]:
    """Cut a coarse grid into tiles.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the coarse grid. [coarse pixel]
    tile, margin : int
        Edge of a tile, and what it sees around itself. [coarse pixel]

    Returns
    -------
    list of rows of Window
    """
    rows, columns = ([(i, min(i + tile, n)) for i in range(0, n, tile)] for n in shape)
    return [[_window(r, c, shape, margin) for c in columns] for r in rows]


def _window(
    rows: tuple[int, int], columns: tuple[int, int], shape: tuple[int, int], margin: int
) -> Window:
    outer = [
        slice(max(start - margin, 0), min(stop + margin, size))
        for (start, stop), size in zip((rows, columns), shape, strict=True)
    ]
    return Window(inner=(slice(*rows), slice(*columns)), outer=(outer[0], outer[1]))


def fine(window: slice, factor: int) -> slice:
    """Give the fine pixels of a range of coarse ones."""
    return slice(window.start * factor, window.stop * factor)


def predict(
    scene: xr.DataTree, model: Model, predictor: Predictor, *, domain: Domain, tile: int
) -> da.Array:
    """Lay out the tiles of a scene.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene that fits the model.
    model : Model
        Says the margin and the guides.
    predictor : Predictor
        Sharpens one tile.
    domain : Domain
        Range of the guides at the coarse scale.
    tile : int
        Edge of a tile. [coarse pixel]

    Returns
    -------
    dask.array.Array, shape (3, rows, columns) of the fine grid
        Temperature [K], standard uncertainty [K], quality flags, as float32.
    """
    import dask.array as da
    from dask.delayed import delayed

    factor = factor_of(scene)
    coarse = scene[COARSE][LST]
    guides = _stack(scene, guide_names(model, scene))
    worker = delayed(_Worker(predictor=predictor, domain=domain, factor=factor, name=model.name))
    work = delayed(_run, pure=True)
    rows = []
    for windows in cut((coarse.sizes["y"], coarse.sizes["x"]), tile, model.margin):
        row = []
        for window in windows:
            (top, left), (r, c) = window.outer, (fine(w, factor) for w in window.outer)
            block = work(worker, coarse.data[top, left], guides[:, r, c], window)
            shape = (LAYERS, *((w.stop - w.start) * factor for w in window.inner))
            row.append(da.from_delayed(block, shape=shape, dtype=np.float32))
        rows.append(row)
    whole: da.Array = da.concatenate([da.concatenate(row, axis=2) for row in rows], axis=1)
    return whole


def _stack(scene: xr.DataTree, names: tuple[str, ...]) -> da.Array:
    import dask.array as da

    fine_node = scene[GUIDE].to_dataset()
    if not names:
        shape = (0, fine_node.sizes["y"], fine_node.sizes["x"])
        none: da.Array = da.from_array(np.empty(shape, np.float32), chunks=shape)
        return none
    layers = [da.asarray(fine_node[name].data).astype(np.float32) for name in names]
    stack: da.Array = da.stack(layers)
    return stack


@dataclass(frozen=True, kw_only=True)
class _Worker:
    """What every tile of a run shares."""

    predictor: Predictor
    domain: Domain
    factor: int
    name: str


def _run(
    worker: _Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> NDArray[np.float32]:
    """Sharpen one tile and trim its margin."""
    shape = tuple(size * worker.factor for size in lst.shape)
    valid = np.isfinite(lst)
    if valid.any():
        sharp, sigma, outside = _call(worker, lst, guides, window)
    else:
        sharp, sigma = (np.full(shape, np.nan, np.float32) for _ in range(2))
        outside = np.zeros(shape, np.bool_)
    quality = flag(sharp, guides, valid, domain=worker.domain, outside=outside)
    layers = np.stack([sharp, sigma, quality.astype(np.float32)])
    rows, columns = window.trim(worker.factor)
    return np.ascontiguousarray(layers[:, rows, columns])


def _call(
    worker: _Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> Judged:
    where = f"rows {window.inner[0].start} to {window.inner[0].stop}, columns " + (
        f"{window.inner[1].start} to {window.inner[1].stop}"
    )
    try:
        placed = place(worker.predictor, *(side.start for side in window.outer))
        sharp, sigma, outside = judge(placed, lst, guides, np.isfinite(lst))
    except LstsrError:
        raise
    except Exception as error:  # a model may raise anything
        raise ModelError(
            "MODEL_FAILED",
            found=f"{worker.name} on the tile of {where}: {type(error).__name__}: {error}",
            expected="a temperature and its uncertainty",
            remedy="try another model, and report this to the plugin that brings it",
        ) from error
    problem = _problem(sharp, sigma, tuple(size * worker.factor for size in lst.shape))
    if problem:
        raise ModelError(
            "MODEL_FAILED",
            found=f"{worker.name} on the tile of {where}: {problem}",
            expected="a temperature and an uncertainty of 0 K or more for every fine pixel",
            remedy="prove the model by lstsr_core.testing.check_model",
        )
    gap = np.repeat(np.repeat(~np.isfinite(lst), worker.factor, 0), worker.factor, 1)
    return np.where(gap, np.nan, sharp), np.where(gap, np.nan, sigma), outside


def _problem(sharp: NDArray[np.float32], sigma: NDArray[np.float32], shape: tuple[int, ...]) -> str:
    """Say what is wrong with a model's answer; empty where nothing is."""
    if sharp.shape != shape or sigma.shape != shape:
        return f"shapes {sharp.shape} and {sigma.shape} instead of {shape}"
    if bool((sigma < 0).any()):
        return f"an uncertainty of {float(np.nanmin(sigma)):g} K"
    if bool((np.isfinite(sharp) & np.isnan(sigma)).any()):
        return "a temperature without uncertainty"
    return ""
