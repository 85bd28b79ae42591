"""How long models take and how much memory, side by side on one machine."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from lstsr_core import ModelError
from lstsr_runtime.bench.limit import memory_rate, share_of_limit
from lstsr_runtime.bench.mosaic import lay_mosaic
from lstsr_runtime.bench.summary import baseline_of, versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
    cpu : float
        Processor time of preparing and predicting, all threads; NaN where unknown. [s]
    pixels : float
        Of the result; NaN where unknown. [1]
    tile : int
        Edge of a tile; 0 for the usual one. [coarse pixel]
    device : str
        Where a network ran.
    """

    model: str
    size: str
    method: float
    first: float
    process: float
    peak: float
    cpu: float = math.nan
    pixels: float = math.nan
    tile: int = 0
    device: str = "auto"

    @property
    def name(self) -> str:
        """Name it by what is not usual."""
        tile = f" --tile {self.tile}" if self.tile else ""
        return self.model + tile + (f" on {self.device}" if self.device != "auto" else "")


class Way(NamedTuple):
    """How a model is run: edge of a tile, 0 for the usual one [coarse pixel], and device."""

    tile: int = 0
    device: str = "auto"


USUAL: Final = (Way(),)
"""Tiles and device as they are chosen where nobody asks for others."""


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


def time_models(
    models: Sequence[str], path: Path, size: Size, ways: Sequence[Way] = USUAL
) -> Iterator[Timing]:
    """Run each model on a scene in processes of their own, in turn.

    Parameters
    ----------
    models : sequence of str
        Their names.
    path : pathlib.Path
        The scene in a file.
    size : {"scene", "tile"}
        What the scene is called.
    ways : sequence of Way
        Tiles and devices.

    Yields
    ------
    Timing
        For each model and way.

    Raises
    ------
    ModelError
        ``MODEL_FAILED`` where a process fails.
    """
    runs: dict[tuple[str, Way], list[Timing]] = {(m, way): [] for m in models for way in ways}
    for _ in range(ROUNDS[size]):
        for (model, way), timings in runs.items():
            timings.append(_run(model, path, size, way))
    for timings in runs.values():
        yield replace(
            timings[0],
            method=min(one.method for one in timings),
            first=min(one.first for one in timings),
            process=min(one.process for one in timings),
            peak=max(one.peak for one in timings),
            cpu=min(one.cpu for one in timings),
        )


def _run(model: str, path: Path, size: Size, way: Way) -> Timing:
    timed = [sys.executable, "-m", "lstsr_runtime.bench.timed"]
    words = [*timed, model, str(path), str(way.tile), way.device]
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
    told["peak"] = math.nan if told["peak"] is None else told["peak"]
    measured = {name: told[name] for name in ("method", "first", "peak", "cpu", "pixels")}
    return Timing(model=model, size=size, process=process, **way._asdict(), **measured)


def describe(timings: Sequence[Timing]) -> dict[str, object]:
    """Put together timings, their ratios and the machine, of plain values for JSON."""
    against = baseline_of([one.model for one in timings])
    base = next(one.method for one in timings if one.model == against)
    limit = memory_rate()
    return {
        "machine": {
            "host": platform.node(),
            "memory_bytes_per_second": limit,
            "system": f"{platform.system()} {platform.machine()}",
            "processor": platform.processor() or "unknown",
            "cores": cores(),
            "python": platform.python_version(),
            "threads": os.environ.get("OMP_NUM_THREADS", "not limited"),
        },
        "versions": versions(),
        "timings": [
            {**_finite(_rates(one, limit)), f"method_over_{against}": one.method / base}
            for one in timings
        ],
    }


def _rates(one: Timing, limit: float) -> dict[str, object]:
    """Give what was measured, and how fast that is."""
    return {
        **asdict(one),
        "pixels_per_second": one.pixels / one.method,
        "share_of_memory_rate": share_of_limit(one.pixels, one.method, limit),
    }


def _finite(values: Mapping[str, object]) -> dict[str, object]:
    return {n: None if isinstance(v, float) and math.isnan(v) else v for n, v in values.items()}


def cores() -> int:
    """Give the cores that this process may use. [1]"""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
