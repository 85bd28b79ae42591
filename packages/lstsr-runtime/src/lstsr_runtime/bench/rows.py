"""The table of scores, a line a scene and model: in memory, and as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from lstsr_runtime.bench.folds import Placed

KEYS: Final = ("scene", "model")
"""Columns that say what was scored."""
NOTES: Final = frozenset(
    {
        *("shift_dx", "shift_dy", "shift_correlation", "shift_at_limit"),
        *("rows", "columns", "landscape", "place", "fold"),
    }
)
"""Columns that say something about the scene: registration of the reference (how far it lay to the
right and down [fine pixel], correlation at the coarse scale [1], whether a better shift may lie
beyond the search), size of the rectangle [pixel], where the scene lies and stands in the split."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """The scores of one model on one scene.

    Parameters
    ----------
    scene, model : str
        Their names.
    scores : mapping of str to float
        By the names of the protocol's scores.
    notes : mapping of str to object
        What was found out about the scene.
    error : array, optional
        Result minus truth at each pixel compared. [K]
    """

    scene: str
    model: str
    scores: Mapping[str, float]
    notes: Mapping[str, object] = field(default_factory=dict)
    error: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)


def write_rows(path: Path, rows: Sequence[Row], table: Sequence[Placed] = ()) -> None:
    """Write a table as CSV.

    Parameters
    ----------
    path : pathlib.Path
        File to write.
    rows : sequence of Row
        At least one; all of one protocol.
    table : sequence of Placed
        Split of the scenes, if wanted: columns ``place`` and ``fold``.
    """
    split = {entry.scene: {"place": entry.place, "fold": entry.fold} for entry in table}
    lines = [
        {
            "scene": row.scene,
            "model": row.model,
            **{name: f"{value:.6g}" for name, value in row.scores.items()},
            **{name: _plain(value) for name, value in row.notes.items()},
            **split.get(row.scene, {}),
        }
        for row in rows
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


def _plain(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a table that `write_rows` wrote.

    Returns
    -------
    tuple of Row
        Without errors at pixels; notes are text.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_row(line) for line in csv.DictReader(file))


def _row(line: Mapping[str, str]) -> Row:
    return Row(
        scene=line["scene"],
        model=line["model"],
        scores={n: float(v) for n, v in line.items() if n not in NOTES and n not in KEYS},
        notes={name: value for name, value in line.items() if name in NOTES},
    )
