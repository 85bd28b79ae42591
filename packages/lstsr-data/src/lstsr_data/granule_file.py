"""A granule as a plain file, also where it was passed on in a zip."""

from __future__ import annotations

import lzma
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

HDF4_MAGIC: Final = b"\x0e\x03\x13\x01"
"""First bytes of every HDF4 file (HDF4 specification, section 2.1)."""
ZIP_MAGIC: Final = b"PK\x03\x04"
"""First bytes of a zip with something in it (APPNOTE 4.3.7)."""
ENDING: Final = ".hdf"
"""What the name of a granule in a zip ends in."""
DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError,
)  # fmt: skip
"""What the reader of zips raises over a damaged, encrypted or unusual one."""
LARGEST: Final = 2**31
"""More bytes than any granule of a tile has; a zip that claims more is a bomb. [byte]"""


def is_hdf4(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file is HDF4, or a zip, by its first bytes."""
    source = Path(path)
    return source.is_file() and _start_of(source) in (HDF4_MAGIC, ZIP_MAGIC)


@contextmanager
def plain_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a granule as an HDF4 file, for as long as the block lasts.

    Raises
    ------
    SourceError
        ``FILE_MISSING``; ``FILE_UNREADABLE`` where it is no HDF4 or its zip does not hold just one.
    """
    source = Path(path)
    if not source.is_file():
        raise SourceError(
            "FILE_MISSING",
            found=f"nothing at {source}",
            expected="an HDF4 granule",
            remedy="check the path",
        )
    if _start_of(source) != ZIP_MAGIC:
        _demand_hdf4(source, source)
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / f"granule{ENDING}"
        _unpack(source, inside)
        _demand_hdf4(inside, source)
        yield inside


def _unpack(archive: Path, target: Path) -> None:
    """Copy the only granule under a name of ours, whatever names and links the zip holds."""
    try:
        with zipfile.ZipFile(archive) as packed:
            granules = [name for name in packed.infolist() if name.filename.endswith(ENDING)]
            if len(granules) != 1 or granules[0].file_size > LARGEST:
                raise unreadable(archive, f"{len(granules)} granules in it, or one too large")
            with packed.open(granules[0]) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
    except DAMAGE as error:
        raise unreadable(archive, str(error)) from error


def _demand_hdf4(path: Path, named: Path) -> None:
    start = _start_of(path)
    if start == HDF4_MAGIC:
        return
    if start[:1] == b"<":
        raise unreadable(named, "a web page, as servers send where they want a login")
    raise unreadable(named, f"begins with {start!r}")


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(HDF4_MAGIC))


def unreadable(path: object, why: str) -> SourceError:
    """Make the error for a granule that cannot be used."""
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{path}: {why}",
        expected="a complete HDF4 granule",
        remedy="download it again; `hdp dumpsds -h FILE` shows what is in it",
    )
