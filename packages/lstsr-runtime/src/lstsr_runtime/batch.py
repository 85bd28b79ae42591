"""Many scenes in one run: each gets a run folder, or a line that says why it did not."""

from __future__ import annotations

import csv
import logging
import os
import time
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final, Literal

from lstsr_core import LstsrError
from lstsr_core.codes import BUG, NO_DATA, RESOURCES, UPSTREAM, USER_INPUT
from lstsr_runtime.computing import place_of
from lstsr_runtime.execution import IN_THREADS
from lstsr_runtime.folder import alone_with, real_place
from lstsr_runtime.request import make_request
from lstsr_runtime.runs import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from lstsr_runtime.batch_list import Entry
    from lstsr_runtime.execution import Execution

logger = logging.getLogger(__name__)

SUMMARY: Final = "summary.csv"
"""Table of a batch: one line a scene."""
GRAVEST: Final = (BUG, RESOURCES, UPSTREAM, USER_INPUT, NO_DATA)
"""Exit statuses from the gravest on; that of a batch is the gravest of its scenes. [1]"""
UNEXPECTED: Final = "UNEXPECTED"
"""What stands in the place of a code where an error has none: a defect."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a scene.

    Parameters
    ----------
    scene : str
        Its name, which is that of its folder.
    outcome : {"done", "kept", "failed"}
        Kept is what was there already.
    seconds : float
        How long it took. [s]
    exit_status : int
        0, or that of its error. [1]
    code, found, remedy : str
        Of its error; empty for none.
    """

    scene: str
    outcome: Literal["done", "kept", "failed"]
    seconds: float
    exit_status: int = 0
    code: str = ""
    found: str = ""
    remedy: str = ""


def run_batch(
    entries: Sequence[Entry], folder: Path, *, execution: Execution = IN_THREADS
) -> tuple[Outcome, ...]:
    """Sharpen many scenes, one after the other; one that fails harms no other.

    Parameters
    ----------
    entries : sequence of Entry
        What to sharpen.
    folder : pathlib.Path
        Holds a run folder for each scene, and ``summary.csv``, which is renewed after each.
    execution : Execution
        How each is carried out.

    Returns
    -------
    tuple of Outcome
        One for each entry.

    Raises
    ------
    ResourceError
        ``OUTPUT_LOCKED`` or ``OUTPUT_NOT_WRITABLE``.
    """
    outcomes: list[Outcome] = []
    with alone_with(real_place(folder)), place_of(execution):
        folder.mkdir(exist_ok=True)
        for number, entry in enumerate(entries, start=1):
            outcomes.append(_attempt(entry, folder / entry.name, execution))
            logger.info("%d of %d: %s %s", number, len(entries), entry.name, outcomes[-1].outcome)
            _write(outcomes, folder / SUMMARY)
    return tuple(outcomes)


def gravest(outcomes: Iterable[Outcome]) -> int:
    """Give the exit status of a batch: 0 where every scene was sharpened. [1]"""
    seen = {outcome.exit_status for outcome in outcomes}
    return next((status for status in GRAVEST if status in seen), 0)


def _attempt(entry: Entry, folder: Path, execution: Execution) -> Outcome:
    began = time.monotonic()
    try:
        before = _identity(folder)
        run(make_request(**entry.fields), folder, execution=execution)
    except Exception as error:  # noqa: BLE001  whatever comes, the other scenes go on
        return _failure(entry.name, error, _since(began))
    kept = before is not None and before == _identity(folder)
    return Outcome(scene=entry.name, outcome="kept" if kept else "done", seconds=_since(began))


def _identity(folder: Path) -> tuple[int, int] | None:
    """Tell one folder from another that takes its name later; None for none."""
    try:
        status = (folder / "item.json").stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _failure(name: str, error: Exception, seconds: float) -> Outcome:
    logger.error("%s: %s", name, " ".join(str(error).split()) or type(error).__name__)
    known = error if isinstance(error, LstsrError) else None
    return Outcome(
        scene=name,
        outcome="failed",
        seconds=seconds,
        exit_status=known.exit_status if known else BUG,
        code=known.code if known else UNEXPECTED,
        found=known.found if known else f"{type(error).__name__}: {error}",
        remedy=known.remedy if known else "report this; it is a defect",
    )


def _write(outcomes: Iterable[Outcome], path: Path) -> None:
    draft = path.with_name(f".{path.name}")
    with draft.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Outcome)])
        table.writeheader()
        table.writerows(asdict(outcome) for outcome in outcomes)
    os.replace(draft, path)
