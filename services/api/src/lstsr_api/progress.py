"""How far a job is: the tiles that lie in its draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_runtime.folder import draft_beside
from lstsr_runtime.units import UNITS, count_kept

if TYPE_CHECKING:
    from pathlib import Path

    from lstsr_api.store import Store

RUN: Final = "run"
"""Run folder inside the folder in which a job works."""
BEFORE_END: Final = 99
"""Progress of a job that has all of its tiles and is not published yet. [%]"""


def progress_of(store: Store, job: str) -> int:
    """Give the share of the tiles of a running job that are done. [%]"""
    kept, listed = tiles_of(store.work(job))
    return min(BEFORE_END, 100 * kept // listed) if listed else 0


def tiles_of(work: Path) -> tuple[int, int]:
    """Count the tiles of a job that are done, and all of them; 0 before they are known. [1]"""
    try:
        return count_kept(draft_beside(work / RUN) / UNITS)
    except (OSError, ValueError):  # they are being written, or are done with
        return 0, 0
