"""One model on one scene in a process of its own: `python -m lstsr_runtime.bench.timed`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import xarray as xr

ENOUGH: Final = 2.0
"""Time after which a call is not repeated. [s]"""
MOST: Final = 5
"""Calls at most. [1]"""
BYTES: Final = 1 if sys.platform == "darwin" else 1024
"""Unit of the peak memory that the system reports. [byte]"""


def main(model: str, path: str, tile: str = "0", device: str = "auto") -> dict[str, float | None]:
    """Sharpen a scene from a file and tell how long it took.

    Parameters
    ----------
    model : str
        Its name.
    path : str
        A scene in a file.
    tile : str
        Edge of a tile, 0 for the usual one. [coarse pixel]
    device : str
        Where networks run.

    Returns
    -------
    dict
        ``read`` [s], ``first`` call of the method, imports included [s], ``method``, the
        quickest call [s], ``cpu``, the least processor time of a call, all threads [s], ``pixels``
        of the result [1], ``peak`` memory of the process so far [byte].
    """
    start = time.perf_counter()
    from lstsr_core import read_scene

    scene = read_scene(Path(path)).load()
    read = time.perf_counter() - start
    calls = [_call(scene, model, int(tile), device)]
    while sum(seconds for seconds, _ in calls) < ENOUGH and len(calls) < MOST:
        calls.append(_call(scene, model, int(tile), device))
    return {
        "read": read,
        "first": calls[0][0],
        "method": min(seconds for seconds, _ in calls),
        "cpu": min(processor for _, processor in calls),
        "pixels": float(scene["guide"].sizes["y"] * scene["guide"].sizes["x"]),
        "peak": _peak(),
    }


def _call(scene: xr.DataTree, model: str, tile: int, device: str) -> tuple[float, float]:
    """Give seconds of the clock and of the processors."""
    start, busy = time.perf_counter(), time.process_time()
    from lstsr_runtime.device import with_device
    from lstsr_runtime.sharpening import resolve, sharpen

    settings = with_device(resolve(model, scene), {}, device)
    sharpen(scene, model, settings=settings, tile=tile or None).compute()
    return time.perf_counter() - start, time.process_time() - busy


def _peak() -> float | None:
    """Give the most memory that this process has held, where the system tells. [byte]"""
    try:
        import resource
    except ImportError:
        return None
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
