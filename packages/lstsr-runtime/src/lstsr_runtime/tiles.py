"""A scene is sharpened tile by tile; each tile is a dask block with the model's margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core.scene import COARSE, GUIDE, LST, guide_names
from lstsr_runtime.pieces import Chunked, chunked, put_together
from lstsr_runtime.tile import LAYERS, Worker, empty_tile, sharpen_tile
from lstsr_runtime.window import Window, fine

if TYPE_CHECKING:
    import dask.array as da
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core import Model

DEFAULT_TILE: Final = 256
"""Coarse pixels along one edge of a tile. [coarse pixel]"""


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


def _any(lst: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell whether anything was measured in a block, shape (1, 1)."""
    return np.array([[np.isfinite(lst).any()]])


def _window(
    rows: tuple[int, int], columns: tuple[int, int], shape: tuple[int, int], margin: int
) -> Window:
    outer = [
        slice(max(start - margin, 0), min(stop + margin, size))
        for (start, stop), size in zip((rows, columns), shape, strict=True)
    ]
    return Window(inner=(slice(*rows), slice(*columns)), outer=(outer[0], outer[1]))


def predict(scene: xr.DataTree, model: Model, worker: Worker, *, tile: int) -> da.Array:
    """Lay out the tiles of a scene.

    What a block is called depends on everything that it is made of, so that a later process finds
    it again; see `lstsr_runtime.units`.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene that fits the model.
    model : Model
        Says the margin and the guides.
    worker : Worker
        Sharpens one tile.
    tile : int
        Edge of a tile. [coarse pixel]

    Returns
    -------
    dask.array.Array, shape (3, rows, columns) of the fine grid
        Temperature [K], standard uncertainty [K], quality flags, as float32. Where nothing was
        measured neither guides are read nor the model is called.
    """
    import dask.array as da
    from dask.base import tokenize
    from dask.highlevelgraph import HighLevelGraph

    coarse = da.asarray(scene[COARSE][LST].data)
    guides = [da.asarray(scene[GUIDE][name].data) for name in guide_names(model, scene)]
    windows = cut((coarse.shape[0], coarse.shape[1]), tile, model.margin)
    full = coarse.rechunk(tile).map_blocks(_any, chunks=(1, 1), dtype=np.bool_).compute()
    sources = [coarse, *guides]
    key = tokenize(worker, tile, model.margin, [source.name for source in sources])
    name, shared = f"tiles-{key}", f"worker-{key}"
    lay = _Layout(shared, chunked(coarse), tuple(map(chunked, guides)), worker.factor)
    tasks: dict[Any, Any] = {
        (name, 0, i, j): lay.task(window) if full[i, j] else (empty_tile, window, worker.factor)
        for i, row in enumerate(windows)
        for j, window in enumerate(row)
    }
    graph = HighLevelGraph.from_collections(name, {**tasks, shared: worker}, dependencies=sources)
    sizes = ((r[0].inner[0] for r in windows), (w.inner[1] for w in windows[0]))
    rows, columns = (tuple((s.stop - s.start) * worker.factor for s in side) for side in sizes)
    return da.Array(graph, name, ((LAYERS,), rows, columns), dtype=np.float32)


@dataclass(frozen=True)
class _Layout:
    """Makes the tasks of the tiles of one scene."""

    worker: str
    coarse: Chunked
    guides: tuple[Chunked, ...]
    factor: int

    def task(self, window: Window) -> tuple[Any, ...]:
        """Give the task of a tile, which takes the chunks that the tile sees."""
        rows, columns = (fine(side, self.factor) for side in window.outer)
        guides = [guide.piece(rows, columns) for guide in self.guides]
        return _sharpen, self.worker, self.coarse.piece(*window.outer), guides, window


def _sharpen(worker: Worker, lst: Any, guides: Any, window: Window) -> NDArray[np.float32]:  # noqa: ANN401  what `Chunked.piece` has become
    """Put together what a tile sees, and sharpen it."""
    coarse = put_together(*lst)
    empty = np.empty((0, *(size * worker.factor for size in coarse.shape)), np.float32)
    layers = np.stack([put_together(*guide) for guide in guides]) if guides else empty
    return sharpen_tile(worker, coarse, layers, window)
