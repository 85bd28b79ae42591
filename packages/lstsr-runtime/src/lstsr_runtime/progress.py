"""A progress bar over the tiles, on a terminal only."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from lstsr_runtime.layer import LAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import xarray as xr


@contextlib.contextmanager
def tile_progress(result: xr.Dataset) -> Iterator[Callable[[int], None]]:
    """Show how much of a result is written, where a person is looking.

    Parameters
    ----------
    result : xarray.Dataset
        What is going to be written.

    Yields
    ------
    callable
        To be called with the number of tiles that were finished.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    tiles = max(getattr(result[name].data, "npartitions", 1) for name in LAYERS)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("sharpening", total=tiles)
        yield lambda finished: bar.advance(task, finished)
