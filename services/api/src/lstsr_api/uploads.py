"""Rasters of users: taken in as a stream, looked at by a process that may do little."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any, Final

from lstsr_api.confinement import without_secrets
from lstsr_api.store import Store, read_json, write_json
from lstsr_core import ResourceError, SourceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MAGIC: Final = {
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"II+\0": ".tif",
    b"MM\0+": ".tif",
    b"\x89HDF": ".nc",
    b"CDF\x01": ".nc",
    b"CDF\x02": ".nc",
    b"CDF\x05": ".nc",
}
"""First bytes of the files that are taken in, and how their names end."""
PATIENCE: Final = 60.0
"""How long it may take to look at a file. [s]"""


async def take_in(stream: AsyncIterator[bytes], folder: Path, most: int) -> Path:
    """Write a stream to a file of a name that nobody knows.

    Raises
    ------
    ResourceError
        ``REQUEST_TOO_LARGE``; nothing is left then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{uuid.uuid4().hex}"
    size = 0
    try:
        with path.open("wb") as file:
            async for part in stream:
                size += len(part)
                if size > most:
                    raise too_large(f"more than {most} bytes", f"{most} bytes at most")
                file.write(part)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def keep(store: Store, draft: Path, title: str) -> dict[str, Any]:
    """Look at a file and keep it under its digest.

    Parameters
    ----------
    store : Store
        Where it is kept.
    draft : pathlib.Path
        The file; it is gone afterwards.
    title : str
        What the user calls it.

    Returns
    -------
    dict
        Id, title, and what its header says.

    Raises
    ------
    LstsrError
        ``FILE_UNREADABLE`` and whatever else is wrong with the file.
    """
    try:
        with draft.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
        folder = store.input(name)
        if not (folder / "about.json").is_file():
            seen = look_at(draft, _suffix(draft))
            folder.mkdir(parents=True, exist_ok=True)
            os.replace(draft, folder / seen["file"])
            write_json(folder / "about.json", {**seen, "id": name, "title": title})
        known: dict[str, Any] = read_json(folder / "about.json")
        return known
    finally:
        draft.unlink(missing_ok=True)


def look_at(path: Path, suffix: str) -> dict[str, Any]:
    """Read the header of a file, in a process with bounded memory and time."""
    words = [sys.executable, "-m", "lstsr_api.looking", str(path), suffix]
    answer = path.with_name(f"{path.name}.json")
    try:
        _run([*words, str(answer)])
        told: dict[str, Any] = read_json(answer)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise refused(f"a file that ends its reader: {type(error).__name__}") from error
    finally:
        answer.unlink(missing_ok=True)
    if "code" in told:
        raise SourceError(**told)
    return told


def _run(words: list[str]) -> None:
    way: dict[str, Any] = {"capture_output": True, "env": without_secrets()}
    subprocess.run(words, timeout=PATIENCE, check=True, **way)  # noqa: S603  our own module


def _suffix(path: Path) -> str:
    with path.open("rb") as file:
        first = file.read(4)
    if first not in MAGIC:
        raise refused("neither GeoTIFF nor netCDF")
    return MAGIC[first]


def refused(found: str) -> SourceError:
    """Make the error for a file that is not taken in."""
    return SourceError(
        "FILE_UNREADABLE",
        found=found,
        expected="a GeoTIFF or netCDF raster with a coordinate system",
        remedy="open it with gdalinfo, and convert it",
    )


def too_large(found: str, expected: str) -> ResourceError:
    """Make the error for a request that is too large."""
    return ResourceError(
        "REQUEST_TOO_LARGE", found=found, expected=expected, remedy="send less, or a smaller area"
    )
