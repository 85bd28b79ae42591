"""Timings as a table, and as files to keep."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Final

from lstsr_runtime.bench.speed import Timing, cores, describe
from lstsr_runtime.bench.summary import baseline_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure
    from rich.table import Table

MEBI: Final = 2**20
"""Bytes of a mebibyte. [byte]"""


def speed_table(timings: Sequence[Timing]) -> Table:
    """Lay out timings, a line a model."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    against = baseline_of([one.model for one in timings])
    base = next(one.method for one in timings if one.model == against)
    title = f"One {timings[0].size}, {cores()} cores, the quickest of all rounds"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("model")
    seconds = ("method [s]", f"/ {against}", "CPU [s]", "Mpx/s", "first [s]", "process [s]")
    for heading in (*seconds, "peak [MiB]"):
        table.add_column(heading, justify="right")
    for one in timings:
        ratio, rate = f"{one.method / base:.1f}", f"{one.pixels / 1e6 / one.method:.2f}"
        words = (f"{one.method:.3f}", ratio, f"{one.cpu:.3f}", rate)
        whole = (f"{one.first:.3f}", f"{one.process:.3f}", f"{one.peak / MEBI:.0f}")
        table.add_row(one.name, *words, *whole)
    return table


def write_speed(folder: Path, timings: Sequence[Timing]) -> None:
    """Write ``speed.csv``, ``speed.json`` with the machine and versions, and ``speed.png``.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    timings : sequence of Timing
        All of one size.
    """
    write_timings(folder / "speed.csv", timings)
    told = json.dumps(describe(timings), indent=1, allow_nan=False)
    (folder / "speed.json").write_text(told + "\n", encoding="utf-8")
    draw_speed(timings).savefig(folder / "speed.png", metadata={"Software": None})


def write_timings(path: Path, timings: Sequence[Timing]) -> None:
    """Write timings as CSV, a line a model."""
    with path.open("w", newline="", encoding="utf-8") as file:
        names = [field.name for field in fields(Timing)]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        for one in timings:
            numbers = {n: f"{v:.4g}" for n, v in asdict(one).items() if isinstance(v, float)}
            writer.writerow({**asdict(one), **numbers})


def read_timings(path: Path) -> tuple[Timing, ...]:
    """Read what `write_timings` wrote."""
    kinds: Mapping[str, Callable[[str], Any]]
    kinds = {"model": str, "size": str, "device": str, "tile": int}
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Timing(**{name: kinds.get(name, float)(word) for name, word in line.items()})
            for line in csv.DictReader(file)
        )


def draw_speed(timings: Sequence[Timing]) -> Figure:
    """Draw the method's time of each model, the quickest on top."""
    from lstsr_runtime.bench.figure import blank

    order = sorted(timings, key=lambda one: -one.method)
    figure = blank(7, 1.2 + 0.32 * len(order))
    axes = figure.subplots()
    axes.barh([one.name for one in order], [one.method for one in order], color="C0")
    axes.set_xscale("log")
    axes.set_xlabel(f"preparing and predicting one {timings[0].size} [s]")
    return figure
