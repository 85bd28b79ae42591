"""How many tiles fit into the memory that a run may use."""

from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import ResourceError
from lstsr_runtime.tiles import DEFAULT_TILE

if TYPE_CHECKING:
    from collections.abc import Iterator

PIXEL: Final = 300
"""Memory that a tile takes while it is sharpened, before it was measured: about that of the
scaling law. [byte per fine pixel, margin included]"""
LEAST: Final = 32
"""Edge of the smallest tile that is chosen. [coarse pixel]"""
START: Final = 350_000_000
"""Memory of a process that has only started: Python, its packages, GDAL. [byte]"""
AFTER: Final = 200_000_000
"""What joining the tiles and drawing the picture take beside what is held already. [byte]"""
GLANCE: Final = 0.005
"""Time between two looks at the memory of this process. [s]"""
STATM: Final = Path("/proc/self/statm")
"""Where Linux tells the pages of a process; the second number is those in memory."""


def choose_tile(memory: int | None, factor: int, margin: int, threads: int) -> int:
    """Choose the tile for a memory; the result does not depend on it.

    Parameters
    ----------
    memory : int, optional
        What may be used; None for as much as it takes. [byte]
    factor, margin : int
        Of the scene and of the model. [1], [coarse pixel]
    threads : int
        Tiles that are sharpened at the same time. [1]

    Returns
    -------
    int
        `DEFAULT_TILE`, halved until all fit, but not below `LEAST`. [coarse pixel]

    Raises
    ------
    ResourceError
        ``MEMORY_EXHAUSTED`` where not one of the smallest tiles fits.
    """
    if memory is None:
        return DEFAULT_TILE
    free, tile = memory - START, DEFAULT_TILE
    while tile > LEAST and threads * _cost(tile, factor, margin) > free:
        tile //= 2
    if _cost(tile, factor, margin) > free:
        raise too_little(memory, START + _cost(tile, factor, margin))
    return tile


def _cost(tile: int, factor: int, margin: int) -> int:
    return PIXEL * ((tile + 2 * margin) * factor) ** 2


def too_little(memory: int, needed: int) -> ResourceError:
    """Make the error for a memory in which nothing can be done."""
    return ResourceError(
        "MEMORY_EXHAUSTED",
        found=f"--memory of {memory / 1e6:.0f} MB",
        expected=f"{needed / 1e6:.0f} MB or more for this scene and model",
        remedy="allow more, choose a smaller --tile, or another model",
    )


def resident() -> int:
    """Give the memory that this process holds; 0 where the system does not tell. [byte]"""
    try:
        pages = int(STATM.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    import resource

    return pages * resource.getpagesize()


class Watch:
    """The most memory that this process has held while it was watched. [byte]"""

    def __init__(self) -> None:
        self.before = self.peak = resident()
        self.over = threading.Event()

    def look(self) -> None:
        """Look until it is over."""
        while not self.over.wait(GLANCE):
            self.peak = max(self.peak, resident())


@contextlib.contextmanager
def watched() -> Iterator[Watch]:
    """Watch the memory of this process."""
    watch = Watch()
    thread = threading.Thread(target=watch.look, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watch.over.set()
        thread.join()


@contextlib.contextmanager
def demanded_within(memory: int | None) -> Iterator[None]:
    """Refuse to go on where more memory was held than may be used.

    Raises
    ------
    ResourceError
        ``MEMORY_EXHAUSTED``.
    """
    with watched() as watch:
        yield
    if memory is not None and watch.peak > memory:
        raise too_little(memory, watch.peak)


def tiles_in_flight(memory: int, watch: Watch, held: int, threads: int) -> int:
    """Give how many tiles fit beside what is held already.

    Parameters
    ----------
    memory : int
        What may be used. [byte]
    watch : Watch
        Of the first tile.
    held : int
        What will be held beside the tiles. [byte]
    threads : int
        Most tiles that are wished for. [1]

    Raises
    ------
    ResourceError
        ``MEMORY_EXHAUSTED`` where the first has taken more than there is.
    """
    if not watch.peak or sys.platform == "win32":
        return threads
    needed = max(watch.peak, watch.before + AFTER)
    if needed > memory:
        raise too_little(memory, needed)
    one = max(watch.peak - watch.before, 1)
    return int(min(max((memory - watch.before - held) // one, 1), threads))
