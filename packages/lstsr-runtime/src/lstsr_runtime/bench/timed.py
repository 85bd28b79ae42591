"""One model on one scene in a process of its own: `python -m lstsr_runtime.bench.timed`."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import xarray as xr

ENOUGH: Final = 2.0
"""Time after which a call is not repeated. [s]"""
MOST: Final = 5
"""Calls at most. [1]"""
BYTES: Final = 1 if sys.platform == "darwin" else 1024
"""Unit of the peak memory that the system reports. [byte]"""


def main(model: str, path: str) -> dict[str, float | None]:
    """Sharpen a scene from a file and tell how long it took.

    Parameters
    ----------
    model : str
        Its name.
    path : str
        A scene in a file.

    Returns
    -------
    dict
        ``read`` [s], ``first`` call of the method, imports included [s], ``method``, the
        quickest call [s], ``peak`` memory of the process so far [byte].
    """
    start = time.perf_counter()
    from lstsr_core import read_scene

    scene = read_scene(path).load()
    read = time.perf_counter() - start
    calls = [_call(scene, model)]
    while sum(calls) < ENOUGH and len(calls) < MOST:
        calls.append(_call(scene, model))
    return {"read": read, "first": calls[0], "method": min(calls), "peak": _peak()}


def _call(scene: xr.DataTree, model: str) -> float:
    start = time.perf_counter()
    from lstsr_runtime.sharpening import sharpen

    sharpen(scene, model).compute()
    return time.perf_counter() - start


def _peak() -> float | None:
    """Give the most memory that this process has held, where the system tells. [byte]"""
    try:
        import resource
    except ImportError:
        return None
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
