"""How long models take and how much memory, side by side on one machine."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from lstsr_core import ModelError
from lstsr_runtime.bench.mosaic import lay_mosaic
from lstsr_runtime.bench.summary import baseline_of, versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import xarray as xr

Size: TypeAlias = Literal["scene", "tile"]

ROUNDS: Final = {"scene": 3, "tile": 1}
"""How often each model is run, the models in turn. [1]"""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What one model took on one scene; the quickest of all rounds.

    Parameters
    ----------
    model, size : str
        What was run on what.
    method : float
        Preparing and predicting. [s]
    first : float
        The same in a fresh process, with the imports that it makes. [s]
    process : float
        The whole process, with start and reading. [s]
    peak : float
        Most memory that the process held; NaN where the system does not tell. [byte]
    """

    model: str
    size: str
    method: float
    first: float
    process: float
    peak: float


def scene_of(size: Size, folder: Path) -> xr.DataTree:
    """Give one real scene, or a tile of many, for timing.

    Parameters
    ----------
    size : {"scene", "tile"}
        The first scene of the database, 64 x 64 coarse pixels, or a mosaic of 1200 x 1200.
    folder : pathlib.Path
        Holds the MODIS-ASTER database.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``NO_SCENES``.
    """
    from lstsr_data.modis_aster import open_database

    # By index every patch is full of NDVI; where a guide lies is all one to a clock.
    scenes = open_database(folder, "index")
    if size == "tile":
        return lay_mosaic(scenes)
    name, opened = next(iter(scenes.items()))
    return lay_mosaic({name: opened}, edge=opened()["coarse"].sizes["y"])


def time_models(models: Sequence[str], path: Path, size: Size) -> Iterator[Timing]:
    """Run each model on a scene in processes of their own, in turn.

    Parameters
    ----------
    models : sequence of str
        Their names.
    path : pathlib.Path
        The scene in a file.
    size : {"scene", "tile"}
        What the scene is called.

    Yields
    ------
    Timing
        For each model.

    Raises
    ------
    ModelError
        ``MODEL_FAILED`` where a process fails.
    """
    runs: dict[str, list[Timing]] = {model: [] for model in models}
    for _ in range(ROUNDS[size]):
        for model in models:
            runs[model].append(_run(model, path, size))
    for model, timings in runs.items():
        yield Timing(
            model=model,
            size=size,
            method=min(one.method for one in timings),
            first=min(one.first for one in timings),
            process=min(one.process for one in timings),
            peak=max(one.peak for one in timings),
        )


def _run(model: str, path: Path, size: Size) -> Timing:
    words = [sys.executable, "-m", "lstsr_runtime.bench.timed", model, str(path)]
    start = time.perf_counter()
    # The words are this program, a name that the registry knows and a file made here.
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    process = time.perf_counter() - start
    if done.returncode:
        raise ModelError(
            "MODEL_FAILED",
            found=f"{model}: {(done.stderr.strip().splitlines() or ['no message'])[-1]}",
            expected="a process that ends well",
            remedy="leave the model out by --models",
        )
    told = json.loads(done.stdout.splitlines()[-1])
    peak = math.nan if told["peak"] is None else told["peak"]
    return Timing(
        model=model,
        size=size,
        method=told["method"],
        first=told["first"],
        process=process,
        peak=peak,
    )


def describe(timings: Sequence[Timing]) -> dict[str, object]:
    """Put together timings, their ratios and the machine, of plain values for JSON."""
    against = baseline_of([one.model for one in timings])
    base = next(one.method for one in timings if one.model == against)
    return {
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "processor": platform.processor() or "unknown",
            "cores": cores(),
            "python": platform.python_version(),
            "threads": os.environ.get("OMP_NUM_THREADS", "not limited"),
        },
        "versions": versions(),
        "timings": [
            {**_finite(asdict(one)), f"method_over_{against}": one.method / base} for one in timings
        ],
    }


def _finite(values: dict[str, object]) -> dict[str, object]:
    return {n: None if isinstance(v, float) and math.isnan(v) else v for n, v in values.items()}


def cores() -> int:
    """Give the cores that this process may use. [1]"""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
