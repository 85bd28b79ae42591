"""The input files of a run: their digests and their acquisition time."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from lstsr_core import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from lstsr_runtime.request import Request

FILE_TIME = "modification time of the file"
"""What dates a result where neither the request nor the file knows when it was acquired."""
TIFF_TIME = "%Y:%m:%d %H:%M:%S"
"""Form of TIFFTAG_DATETIME (TIFF 6.0, section 8)."""


def digests(request: Request) -> dict[str, str]:
    """Give the SHA-256 of every input file, by its path.

    Raises
    ------
    SourceError
        ``FILE_MISSING``; ``INPUT_CHANGED`` where the request knows another digest.
    """
    found = {str(path): _sha256(path) for path in (request.lst, *request.guides.values())}
    for path, known in request.sha256.items():
        if found.get(path) != known:
            raise SourceError(
                "INPUT_CHANGED",
                found=f"{path} with SHA-256 {found.get(path, 'unknown')}",
                expected=f"SHA-256 {known}, as in the run that is repeated",
                remedy="restore the file, or start a new run without --config",
            )
    return found


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256(path: Path) -> str:
    if path.is_dir():
        whole = hashlib.sha256()
        for part in sorted(p for p in path.rglob("*") if p.is_file()):
            whole.update(f"{part.relative_to(path).as_posix()} {sha256_of(part)}\n".encode())
        return whole.hexdigest()
    if not path.is_file():
        raise SourceError(
            "FILE_MISSING", found=f"nothing at {path}", expected="a file", remedy="check the path"
        )
    return sha256_of(path)


def moment_of(request: Request, tag: str) -> tuple[dt.datetime, str]:
    """Give the acquisition time, and where it was found.

    Parameters
    ----------
    request : Request
        Its own time comes first.
    tag : str
        TIFFTAG_DATETIME of the temperature, or an ISO 8601 time; may be empty.

    Returns
    -------
    time : datetime.datetime
        UTC.
    source : str
        "request", "file", or "modification time of the file", which is no acquisition time and
        serves only to date the result.
    """
    if request.datetime is not None:
        return request.datetime, request.datetime_from or "request"
    parsed = parse_moment(tag)
    if parsed is not None:
        return parsed, "file"
    changed = dt.datetime.fromtimestamp(int(request.lst.stat().st_mtime), dt.UTC)
    return changed, FILE_TIME


def parse_moment(tag: str) -> dt.datetime | None:
    """Read a time as TIFF or ISO 8601 writes it; UTC where it names no zone, None for neither."""
    for read in (dt.datetime.fromisoformat, lambda text: dt.datetime.strptime(text, TIFF_TIME)):
        try:
            moment = read(tag.strip())
        except ValueError:
            continue
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
    return None
