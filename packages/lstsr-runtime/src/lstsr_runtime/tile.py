"""One tile is sharpened, its margin trimmed, its pixels flagged."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import LstsrError, ModelError, Quality, ResourceError
from lstsr_core.domain import judge
from lstsr_core.nested import repeat
from lstsr_core.predictor import place
from lstsr_runtime.flags import Domain, flag
from lstsr_runtime.window import Window, fine, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_core import Predictor
    from lstsr_core.domain import Judged

logger = logging.getLogger(__name__)

LAYERS: Final = 3
"""Layers of a sharpened tile: temperature [K], its standard uncertainty [K], quality flags."""
EXHAUSTED: Final = "MEMORY_EXHAUSTED"
"""Code of the error after which a smaller tile may still do."""
LEAST_TILE: Final = 16
"""Edge of the smallest tile that is halved when memory runs out. [coarse pixel]"""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """What every tile of a run shares.

    Parameters
    ----------
    predictor : Predictor
        Sharpens.
    domain : Domain
        Range of the guides at the coarse scale.
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    name : str
        Name of the model.
    margin : int
        What a tile sees around itself. [coarse pixel]
    may_split : bool
        Whether a tile for which memory runs out is sharpened in quarters.
    """

    predictor: Predictor
    domain: Domain
    factor: int
    name: str
    margin: int = 0
    may_split: bool = False


def sharpen_tile(
    worker: Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> NDArray[np.float32]:
    """Sharpen one tile and trim its margin.

    Parameters
    ----------
    worker : Worker
        What all tiles share.
    lst : array, shape (h, w)
        Coarse temperature of the outer window. [K]
    guides : array, shape (g, f * h, f * w)
        Guides of the outer window.
    window : Window
        Where the tile lies.

    Returns
    -------
    array, shape (3, f * rows, f * columns) of the inner window
        Temperature [K], standard uncertainty [K], quality flags.

    Raises
    ------
    ModelError
        ``MODEL_FAILED``, which names the tile.
    ResourceError
        ``MEMORY_EXHAUSTED``.
    """
    try:
        return _trimmed(worker, lst, guides, window)
    except ResourceError as error:
        small = max(i.stop - i.start for i in window.inner) <= LEAST_TILE
        if error.code != EXHAUSTED or not worker.may_split or small:
            raise
    logger.warning("memory ran out for the tile of %s: it is sharpened in quarters", window)
    return _in_quarters(worker, lst, guides, window)


def empty_tile(window: Window, factor: int) -> NDArray[np.float32]:
    """Give the layers of a tile in which nothing was measured."""
    shape = [(i.stop - i.start) * factor for i in window.inner]
    layers = np.full((LAYERS, *shape), np.nan, np.float32)
    layers[-1] = Quality.MISSING
    return layers


def _in_quarters(
    worker: Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> NDArray[np.float32]:
    whole = empty_tile(window, worker.factor)
    for part in window.quarters(worker.margin):
        top, left = within(part.outer, window.outer)
        r, c = (fine(side, worker.factor) for side in (top, left))
        rows, columns = (fine(s, worker.factor) for s in within(part.inner, window.inner))
        whole[:, rows, columns] = sharpen_tile(worker, lst[top, left], guides[:, r, c], part)
    return whole


def _trimmed(
    worker: Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> NDArray[np.float32]:
    valid = np.isfinite(lst)
    sharp, sigma, outside = _checked(worker, lst, guides, window)
    quality = flag(sharp, guides, valid, domain=worker.domain, outside=outside)
    layers = np.stack([sharp, sigma, quality.astype(np.float32)])
    rows, columns = window.trim(worker.factor)
    return np.ascontiguousarray(layers[:, rows, columns])


def _checked(
    worker: Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> Judged:
    """Call the model, refuse an impossible answer, and leave the gaps as they were."""
    sharp, sigma, outside = _called(worker, lst, guides, window)
    problem = _problem(sharp, sigma, tuple(size * worker.factor for size in lst.shape))
    if problem:
        raise ModelError(
            "MODEL_FAILED",
            found=f"{worker.name} on the tile of {window}: {problem}",
            expected="a temperature and an uncertainty of 0 K or more for every fine pixel",
            remedy="prove the model by lstsr_core.testing.check_model",
        )
    gap = repeat(~np.isfinite(lst), worker.factor)
    return np.where(gap, np.nan, sharp), np.where(gap, np.nan, sigma), outside


def _called(
    worker: Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> Judged:
    """Call the model, once more where it failed in a way that nobody foresaw."""
    try:
        return _judged(worker, lst, guides, window)
    except LstsrError:
        raise
    except MemoryError as error:
        raise _exhausted(worker, window, error) from error
    except Exception as error:  # noqa: BLE001  a model may raise anything
        logger.warning("%s failed on the tile of %s (%s): once more", worker.name, window, error)
    try:
        return _judged(worker, lst, guides, window)
    except LstsrError:
        raise
    except Exception as error:  # a model may raise anything
        raise ModelError(
            "MODEL_FAILED",
            found=f"{worker.name} on the tile of {window}, twice: {type(error).__name__}: {error}",
            expected="a temperature and its uncertainty",
            remedy="try another model, and report this to the plugin that brings it",
        ) from error


def _judged(
    worker: Worker, lst: NDArray[np.float32], guides: NDArray[np.float32], window: Window
) -> Judged:
    placed = place(worker.predictor, *(side.start for side in window.outer))
    return judge(placed, lst, guides, np.isfinite(lst))


def _exhausted(worker: Worker, window: Window, error: MemoryError) -> ResourceError:
    return ResourceError(
        EXHAUSTED,
        found=f"{worker.name} on the tile of {window}: {error}",
        expected="memory for one tile",
        remedy="choose a smaller --tile, or a --memory that this machine has",
    )


def _problem(sharp: NDArray[np.float32], sigma: NDArray[np.float32], shape: tuple[int, ...]) -> str:
    """Say what is wrong with a model's answer; empty where nothing is."""
    if sharp.shape != shape or sigma.shape != shape:
        return f"shapes {sharp.shape} and {sigma.shape} instead of {shape}"
    if bool((sigma < 0).any()):
        return f"an uncertainty of {float(np.nanmin(sigma)):g} K"
    if bool((np.isfinite(sharp) & np.isnan(sigma)).any()):
        return "a temperature without uncertainty"
    return ""
