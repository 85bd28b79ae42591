"""A command of somebody else is timed on the same scene."""

from __future__ import annotations

import math
import shlex
import subprocess
import time
from typing import TYPE_CHECKING, Final

from lstsr_core import ModelError
from lstsr_runtime.bench.speed import Timing

if TYPE_CHECKING:
    from pathlib import Path

    from lstsr_runtime.bench.speed import Size

SCENE: Final = "{scene}"
"""Word of a command in whose place the path of the scene is put."""


def time_command(name: str, command: str, path: Path, size: Size) -> Timing:
    """Run a command once and time it as a whole.

    Parameters
    ----------
    name : str
        What it is called.
    command : str
        Its words, split as a shell does; no shell runs it.
    path : pathlib.Path
        The scene in a file.
    size : {"scene", "tile"}
        What the scene is called.

    Returns
    -------
    Timing
        Of the whole process, start and reading included: more than the method of a model.

    Raises
    ------
    ModelError
        ``MODEL_FAILED``.
    """
    words = [word.replace(SCENE, str(path)) for word in shlex.split(command)]
    start, before = time.perf_counter(), _children()
    try:
        # The words are those of the user's own command line.
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise _failed(name, str(error)) from error
    seconds = time.perf_counter() - start
    if done.returncode:
        raise _failed(name, (done.stderr.strip().splitlines() or ["no message"])[-1])
    return Timing(
        model=name,
        size=size,
        method=seconds,
        first=seconds,
        process=seconds,
        peak=math.nan,
        cpu=_children() - before,
        pixels=_pixels(path),
    )


def _children() -> float:
    """Give the processor time of the processes that have ended; NaN where nobody tells. [s]"""
    try:
        import resource
    except ImportError:
        return math.nan
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pixels(path: Path) -> float:
    from lstsr_core import read_scene

    sizes = read_scene(path)["guide"].sizes
    return float(sizes["y"] * sizes["x"])


def _failed(name: str, found: str) -> ModelError:
    return ModelError(
        "MODEL_FAILED",
        found=f"{name}: {found}",
        expected="a command that ends well",
        remedy="try it by hand; {scene} stands for the path of the scene, a Zarr",
    )
