"""Whole files: fetched once by one writer, resumed, proved, and then given their name."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError
from lstsr_data.acquisition.cache import not_writable
from lstsr_data.acquisition.patience import Transient, patiently
from lstsr_data.acquisition.redaction import redacted
from lstsr_data.acquisition.wire import Question, locked, transience

if TYPE_CHECKING:
    import requests

    from lstsr_data.acquisition.granule import Layer
    from lstsr_data.acquisition.remote_file import Access

ROOM: Final = "granules"
"""Part of the cache where whole files are kept."""
PIECE: Final = 64 * 1024
"""What is written at once. [byte]"""
MAGIC: Final = {
    ".hdf": (b"\x0e\x03\x13\x01", b"\x89HDF\r\n\x1a\n"),
    ".h5": (b"\x89HDF\r\n\x1a\n",),
    ".nc": (b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"CDF\x02", b"CDF\x05"),
    ".tif": (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"),
}
"""First bytes of files, by what their names end in (HDF4 and HDF5 specifications, netCDF classic
format, TIFF 6.0)."""
SHA256: Final = "1220"
"""Begin of a multihash of 32 bytes by SHA-256 (multiformats)."""
PARTIAL: Final = 206
"""Status of a range (RFC 9110, 15.3.7)."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A file on its way: where it comes from and where it is written until it is complete."""

    layer: Layer
    path: Path


def fetch_file(layer: Layer, access: Access) -> Path:
    """Give a file out of the cache; fetch it where it is not there.

    A broken transfer goes on where it stopped. Processes that want the same file wait for the one
    that fetches it.

    Returns
    -------
    pathlib.Path
        Named as the file is on its server.

    Raises
    ------
    SourceError
        ``AUTH_REQUIRED``, ``DOWNLOAD_FAILED``, ``DIGEST_MISMATCH`` or ``HREF_REFUSED``; nothing
        stands under the name of the file then.
    ResourceError
        ``OUTPUT_NOT_WRITABLE``.
    """
    from filelock import FileLock

    name = Path(layer.href.partition("?")[0]).name
    place = access.cache.path(ROOM, layer.href, f"-{name}")
    draft = Draft(layer=layer, path=place.with_name(place.name + ".part"))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{place}.lock"):
            if place.is_file():
                os.utime(place)
                return place
            patiently(
                lambda: _continue(draft, access),
                redacted(layer.href),
                access.wire.patience,
                access.wire.clock,
            )
            _prove(draft)
            os.replace(draft.path, place)
    except OSError as error:
        raise not_writable(access.cache.folder, error) from error
    return place


def _continue(draft: Draft, access: Access) -> None:
    """Fetch what a draft still lacks."""
    start = draft.path.stat().st_size if draft.path.is_file() else 0
    try:
        _ask(draft, access, start, fresh=False)
    except SourceError as error:
        if error.code == "AUTH_REQUIRED":
            _ask(draft, access, start, fresh=True)
        elif start and error.code == "DOWNLOAD_FAILED":
            # The draft may be longer than the file is now: HTTP 416.
            draft.path.unlink(missing_ok=True)
            raise Transient(error.found) from None
        else:
            raise


def _ask(draft: Draft, access: Access, start: int, *, fresh: bool) -> None:
    headers = {"Range": f"bytes={start}-"} if start else {}
    address = access.signer(draft.layer.href, fresh=fresh)
    with access.wire.opened(Question(address=address, headers=headers)) as answer:
        if answer.headers.get("content-type", "").startswith("text/html"):
            raise locked(address, "a web page, as servers send where they want a login")
        _write(answer, draft, append=answer.status_code == PARTIAL)


def _write(answer: requests.Response, draft: Draft, *, append: bool) -> None:
    """Write the body of an answer, each piece as it comes, so that none is lost."""
    body = answer.iter_content(PIECE)
    with draft.path.open("ab" if append else "wb") as file:
        while True:
            with transience():
                piece = next(body, b"")
            if not piece:
                break
            file.write(piece)
    size = draft.layer.size
    if size is not None and draft.path.stat().st_size < size:
        raise Transient(f"{draft.path.stat().st_size} of {size} bytes")


def _prove(draft: Draft) -> None:
    """Refuse a file of another kind, size or digest, and throw it away."""
    why = _fault_of(draft)
    if why is None:
        return
    with draft.path.open("rb") as file:
        is_page = file.read(64).lstrip()[:1] == b"<"
    draft.path.unlink()
    if is_page:
        raise locked(draft.layer.href, "a web page, as servers send where they want a login")
    raise SourceError(
        "DIGEST_MISMATCH",
        found=f"{redacted(draft.layer.href)}: {why}",
        expected="the file that the catalogue describes",
        remedy="try again; tell the keeper of the catalogue if it stays",
    )


def _fault_of(draft: Draft) -> str | None:
    ending = Path(draft.layer.href.partition("?")[0]).suffix.lower()
    size, digest = draft.path.stat().st_size, draft.layer.digest
    with draft.path.open("rb") as file:
        start = file.read(8)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if ending in MAGIC and not start.startswith(MAGIC[ending]):
        return f"begins with {start!r}"
    if draft.layer.size is not None and size != draft.layer.size:
        return f"{size} bytes instead of {draft.layer.size}"
    if digest is not None and digest.startswith(SHA256) and digest != SHA256 + sha256:
        return f"SHA-256 {sha256}"
    return None
