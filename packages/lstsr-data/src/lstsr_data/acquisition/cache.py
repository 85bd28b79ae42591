"""What was read from the network is kept, up to a size, so that it is read once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import ResourceError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER: Final = "LSTSR_CACHE_DIR"
"""Environment variable that names the folder."""
LIMIT: Final = "LSTSR_CACHE_GB"
"""Environment variable of the size it may have. [GB]"""
DEFAULT_LIMIT: Final = 10.0
"""Size it may have. [GB]"""
GIGABYTE: Final = 1e9
"""[byte]"""
TRIMMED: Final = 0.9
"""Share of the limit that is left when the oldest files were dropped. [1]"""


@dataclass(frozen=True, kw_only=True)
class Cache:
    """A folder of files named by what they answer.

    Parameters
    ----------
    folder : pathlib.Path
        Shared by all processes of a user.
    limit : float
        Size it may have. [byte]
    """

    folder: Path
    limit: float

    def path(self, room: str, key: str, ending: str = "") -> Path:
        """Give the place of what has a key, whether or not it is there."""
        return self.folder / room / (hashlib.sha256(key.encode()).hexdigest() + ending)

    def get(self, room: str, key: str) -> bytes | None:
        """Give what is kept under a key, None where there is nothing."""
        place = self.path(room, key)
        try:
            body = place.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # a folder that cannot be written can still be read
            os.utime(place)
        return body

    def put(self, room: str, key: str, body: bytes) -> None:
        """Keep something; it appears complete or not at all.

        Raises
        ------
        ResourceError
            ``OUTPUT_NOT_WRITABLE``.
        """
        place = self.path(room, key)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
                draft.write(body)
            os.replace(draft.name, place)
        except OSError as error:
            raise not_writable(self.folder, error) from error

    def keep(self, room: str, key: str, make: Callable[[], bytes]) -> bytes:
        """Give what is kept under a key; make and keep it where there is nothing."""
        kept = self.get(room, key)
        if kept is None:
            kept = make()
            self.put(room, key, kept)
        return kept

    def files(self) -> tuple[Path, ...]:
        """Give every file that is kept, the least recently used first."""
        return tuple(path for _, path in sorted(self._dated()))

    def _dated(self) -> Iterator[tuple[float, Path]]:
        for path in self.folder.glob("*/*"):
            with suppress(OSError):  # another process may drop it meanwhile
                if path.is_file():
                    yield path.stat().st_mtime, path

    def size(self) -> int:
        """Give the size of all files. [byte]"""
        return sum(_size(path) for path in self.files())

    def trim(self) -> int:
        """Drop the least recently used files once the limit is passed; give how many. [1]"""
        size, dropped = self.size(), 0
        if size <= self.limit:
            return 0
        for path in self.files():
            if size <= TRIMMED * self.limit:
                break
            size -= _size(path)
            path.unlink(missing_ok=True)
            dropped += 1
        return dropped

    def clear(self) -> None:
        """Drop everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def open_cache() -> Cache:
    """Give the cache of the user.

    Raises
    ------
    SourceError
        ``OPTION_INVALID`` where `LIMIT` is no positive number.
    """
    import pooch

    named = os.environ.get(FOLDER)
    folder = Path(named) if named else Path(pooch.os_cache("lstsr")) / "acquisition"
    text = os.environ.get(LIMIT, str(DEFAULT_LIMIT))
    try:
        limit = float(text)
    except ValueError:
        limit = -1.0
    if not limit > 0:
        raise SourceError(
            "OPTION_INVALID",
            found=f"{LIMIT}={text}",
            expected="gigabytes, more than 0",
            remedy=f"correct or unset {LIMIT}",
        )
    return Cache(folder=folder.expanduser(), limit=limit * GIGABYTE)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def not_writable(folder: Path, error: OSError) -> ResourceError:
    """Make the error for a cache that cannot be written."""
    return ResourceError(
        "OUTPUT_NOT_WRITABLE",
        found=f"{folder}: {error}",
        expected="a folder that can be written and has room",
        remedy=f"set {FOLDER} to another folder, or `lstsr data cache --clear`",
    )
