"""The list of a batch: a table with one scene a line, or a pattern that names its files."""

from __future__ import annotations

import csv
import glob
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TABLE: Final = ".csv"
"""Ending of a list; anything else is a pattern."""
LST: Final = "lst"
"""Column of the temperature or of the scene; every list has it."""
NAME: Final = "name"
"""Column of the name of the run folder; left out it is that of the file."""
DATETIME: Final = "datetime"
"""Column of the acquisition time."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One scene of a batch.

    Parameters
    ----------
    name : str
        Name of its run folder.
    fields : mapping of str to object
        What `lstsr_runtime.request.make_request` takes.
    """

    name: str
    fields: Mapping[str, Any]


def read_entries(words: str, shared: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Read the list of a batch.

    Parameters
    ----------
    words : str
        Path of a table with the columns ``lst``, ``name`` and ``datetime`` where wanted, and one
        for each guide, whose paths are relative to the table; or a pattern such as
        ``scenes/*.zarr``.
    shared : mapping of str to object
        Fields that hold for every scene.

    Returns
    -------
    tuple of Entry
        In the order of the table, or of the names.

    Raises
    ------
    SourceError
        ``FILE_MISSING``, ``FILE_UNREADABLE``, ``NO_SCENES``, or ``OPTION_INVALID`` where two
        scenes would get one folder.
    """
    if Path(words).suffix == TABLE:
        entries = _from_table(Path(words), shared)
    else:
        found = sorted(glob.glob(str(Path(words).expanduser()), recursive=True))  # noqa: PTH207  it may be absolute
        entries = [_entry({LST: path}, Path(), shared) for path in found]
    if not entries:
        raise SourceError(
            "NO_SCENES",
            found=f"no scene in {words}",
            expected="a table with the column lst, or a pattern that files match",
            remedy="put the pattern in quotes, so that the shell leaves it as it is",
        )
    _check_names([entry.name for entry in entries])
    return tuple(entries)


def _from_table(path: Path, shared: Mapping[str, Any]) -> list[Entry]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except FileNotFoundError as error:
        raise SourceError(
            "FILE_MISSING", found=f"no file {path}", expected="a list", remedy="check the path"
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, str(error)) from error
    for number, row in enumerate(rows, start=2):
        if not row.get(LST) or None in row:
            raise _unreadable(path, f"line {number} without {LST}, or longer than the first line")
    return [_entry(row, path.parent, shared) for row in rows]


def _entry(row: Mapping[str, str], home: Path, shared: Mapping[str, Any]) -> Entry:
    words = {name.strip(): word.strip() for name, word in row.items() if word and word.strip()}
    lst = home / Path(words.pop(LST)).expanduser()
    name = words.pop(NAME, lst.stem)
    own = {DATETIME: words.pop(DATETIME)} if DATETIME in words else {}
    guides = {guide: home / Path(path).expanduser() for guide, path in words.items()}
    merged = {**shared.get("guides", {}), **guides}
    return Entry(name=name, fields={**shared, **own, LST: lst, "guides": merged})


def _check_names(names: Sequence[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    astray = [name for name in names if name in {".", ".."} or Path(name).name != name]
    hidden = [name for name in names if name.startswith(".")]
    if not (twice or astray or hidden):
        return
    raise SourceError(
        "OPTION_INVALID",
        found=f"the name {(twice or astray or hidden)[0]!r}" + (" of two scenes" if twice else ""),
        expected="one name a scene, which can be that of a folder",
        remedy="give a table with a column called name",
    )


def _unreadable(path: Path, found: str) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{path}: {found}",
        expected="a table in UTF-8 whose first line is lst,ndvi or the like",
        remedy="see `lstsr sharpen --help`",
    )
