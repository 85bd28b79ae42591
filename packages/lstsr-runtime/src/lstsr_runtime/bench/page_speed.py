"""The part of the results page that tells how long models take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_runtime.bench.markdown import lay_out
from lstsr_runtime.bench.speed_report import MEBI, read_timings
from lstsr_runtime.bench.summary import baseline_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lstsr_runtime.bench.speed import Timing

WORDS: Final = """\
## Speed

Preparing and predicting (method), the same with imports in a fresh process (first), the whole
process with reading, and its peak memory; run side by side, so ratios hold and seconds are those
of one machine. A tile is a mosaic of real scenes, 1200 x 1200 coarse pixels with 4800 x 4800 fine
ones, as MODIS delivers them.
"""


def speed_section(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Write the tables of these names that a folder holds; nothing where there is none."""
    if not names:
        return ()
    return (WORDS, *(_table(name, folder) for name in names))


def _table(name: str, folder: Path) -> str:
    timings = read_timings(folder / f"{name}.csv")
    command = f"lstsr bench speed --data DIR --size {timings[0].size} -o OUT"
    return f"[`{name}.csv`]({name}.csv), made by `{command}`:\n\n{_lines(timings)}\n"


def _lines(timings: Sequence[Timing]) -> str:
    against = baseline_of([one.model for one in timings])
    base = next(one.method for one in timings if one.model == against)
    heading = ("model", "method [s]", f"/ {against}", "first [s]", "process [s]", "peak [MiB]")
    order = sorted(timings, key=lambda one: one.method)
    return lay_out(heading, (_line(one, base) for one in order))


def _line(one: Timing, base: float) -> tuple[str, ...]:
    seconds = (f"{value:.2f}" for value in (one.first, one.process))
    return (
        one.model,
        f"{one.method:.3f}",
        f"{one.method / base:.1f}",
        *seconds,
        f"{one.peak / MEBI:.0f}",
    )
