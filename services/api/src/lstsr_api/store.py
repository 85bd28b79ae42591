"""Where inputs, work and results lie; ids are strict, so that no id is a path."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

ID: Final = "^[0-9a-f]{64}$"
"""Ids of inputs, jobs and items: a SHA-256, in hexadecimal."""
ITEM: Final = "stac.json"
"""STAC Item in the folder of a result; where it is, the result is complete."""
RESULTS: Final = "results"
"""Collection of the results."""
COARSE: Final = "coarse"
"""Asset of the temperature that was sharpened."""


@dataclass(frozen=True, kw_only=True)
class Store:
    """The folders of a service.

    Parameters
    ----------
    root : pathlib.Path
        Folder that holds the others.
    """

    root: Path

    def input(self, name: str) -> Path:
        """Give the folder of an uploaded raster."""
        return self.root / "inputs" / strict(name)

    def work(self, job: str) -> Path:
        """Give the folder in which a job works; nobody else looks into it."""
        return self.root / "work" / strict(job)

    def result(self, job: str) -> Path:
        """Give the folder of a result."""
        return self.catalogue / RESULTS / strict(job)

    @property
    def catalogue(self) -> Path:
        """Give the root of the static STAC catalogue."""
        return self.root / "catalogue"

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Give the folders of all inputs, the newest first."""
        found = (self.root / "inputs").glob("*/about.json")
        return tuple(path.parent for path in sorted(found, key=_age))

    def forget(self, job: str) -> None:
        """Remove all that a job has made."""
        (self.result(job) / ITEM).unlink(missing_ok=True)
        for folder in (self.result(job), self.work(job)):
            shutil.rmtree(folder, ignore_errors=True)


def _age(path: Path) -> float:
    return -path.stat().st_mtime


def strict(name: str) -> str:
    """Give an id back if it is one.

    Raises
    ------
    ValueError
        Where it could mean anything else.
    """
    if not re.fullmatch(ID, name) or not name.isalnum():
        raise ValueError("not an id")
    return name


def write_json(path: Path, document: object) -> Path:
    """Write a file that is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(draft, path)
    return path


def read_json(path: Path) -> Any:  # noqa: ANN401  JSON of our own
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
