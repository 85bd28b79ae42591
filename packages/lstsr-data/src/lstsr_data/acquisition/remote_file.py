"""A file on a server that is read by ranges, each kept so that it is read once."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lstsr_core import LstsrError, SourceError
from lstsr_data.acquisition.wire import Question, failed, locked

if TYPE_CHECKING:
    from lstsr_data.acquisition.cache import Cache
    from lstsr_data.acquisition.signing import Signer
    from lstsr_data.acquisition.wire import Answer, Wire

HEAD: Final = 32 * 1024
"""What is read first: the header and directory of a cloud-optimised GeoTIFF. [byte]"""
PAGE: Final = 16 * 1024
"""Smallest piece that is asked for. [byte]"""
WHOLE: Final = 16 * 1024 * 1024
"""Largest file that a server without ranges may give whole. [byte]"""
TIFF_MAGIC: Final = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
"""First bytes of TIFF and BigTIFF files (TIFF 6.0, section 2)."""
HASTE: Final = 10.0
"""Budget of a question whose answer is only better than the one that is kept. [s]"""
PARTIAL: Final = 206
"""Status of a range (RFC 9110, 15.3.7)."""
SPAN: Final = re.compile(r"bytes (?P<first>\d+)-(?P<last>\d+)/(?P<size>\d+)")
"""Form of a Content-Range header (RFC 9110, 14.4)."""
ROOM: Final = "ranges"
"""Part of the cache where ranges are kept."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How remote files are reached: the wire, the signer, the cache."""

    wire: Wire
    signer: Signer
    cache: Cache

    def hasty(self, is_hasty: bool) -> Access:  # noqa: FBT001  it is the whole question
        """Give the same, for questions that another answer is at hand for."""
        if not is_hasty:
            return self
        patience = self.wire.patience
        short = replace(patience, budget=min(patience.budget, HASTE))
        return replace(self, wire=replace(self.wire, patience=short))

    def range(self, href: str, first: int, count: int) -> tuple[bytes, int]:
        """Give bytes of a file from `first` on, and the size of the file; fewer at its end.

        Raises
        ------
        SourceError
            ``AUTH_REQUIRED``, ``DOWNLOAD_FAILED`` or ``HREF_REFUSED``.
        """
        kept = self.cache.keep(
            ROOM, f"{href} {first} {count}", lambda: self._asked(href, first, count)
        )
        return kept[8:], int.from_bytes(kept[:8], "big")

    def _asked(self, href: str, first: int, count: int) -> bytes:
        """Give the size of the file in eight bytes, and the range behind them."""
        headers = {"Range": f"bytes={first}-{first + count - 1}"}
        try:
            answer = self.wire.ask(Question(address=self.signer(href), headers=headers))
        except SourceError as error:
            if error.code != "AUTH_REQUIRED":
                raise
            again = Question(address=self.signer(href, fresh=True), headers=headers)
            answer = self.wire.ask(again)
        body, size = _checked(answer, href, first, count)
        return size.to_bytes(8, "big") + body


def _checked(answer: Answer, href: str, first: int, count: int) -> tuple[bytes, int]:
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise locked(href, "a web page, as servers send where they want a login")
    if answer.status != PARTIAL:
        if len(answer.body) > WHOLE:
            raise failed(href, "the whole file instead of a range")
        return answer.body[first : first + count], len(answer.body)
    span = SPAN.fullmatch(answer.headers.get("content-range", ""))
    if span is None or int(span["first"]) != first:
        raise failed(href, "a range that was not asked for")
    wanted = min(count, int(span["size"]) - first)
    if len(answer.body) != wanted:
        raise failed(href, f"{len(answer.body)} of {wanted} bytes of a range")
    return answer.body, int(span["size"])


@dataclass(kw_only=True, eq=False)
class RemoteFile:
    """A file as GDAL reads it, by `read` and `seek`.

    A failure must not be raised through GDAL, which would end the process: reading gives nothing
    more, and `error` tells why.
    """

    href: str
    access: Access
    error: LstsrError | None = None
    _place: int = 0
    _head: bytes = field(default=b"", repr=False)
    _size: int = 0

    def open(self) -> None:
        """Read the head.

        Raises
        ------
        SourceError
            As `Access.range`; ``FILE_UNREADABLE`` or ``AUTH_REQUIRED`` where it is no TIFF.
        """
        self._head, self._size = self.access.range(self.href, 0, HEAD)
        start = self._head[:4]
        if start in TIFF_MAGIC:
            return
        if self._head.lstrip()[:1] == b"<":
            raise locked(self.href, "a web page, as servers send where they want a login")
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{self.href} begins with {start!r}",
            expected="a GeoTIFF",
            remedy="tell the keeper of the catalogue",
        )

    def read(self, count: int = -1) -> bytes:
        """Give the next bytes; nothing after a failure."""
        if self.error is not None:
            return b""
        stop = self._size if count < 0 else min(self._place + count, self._size)
        body = self._piece(self._place, stop)
        self._place += len(body)
        return body

    def _piece(self, first: int, stop: int) -> bytes:
        if stop <= len(self._head):
            return self._head[first:stop]
        if stop <= first:
            return b""
        try:
            body, _ = self.access.range(self.href, first, max(stop - first, PAGE))
        except LstsrError as error:
            self.error = error
            return b""
        return body[: stop - first]

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place, as files do."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        """Give the place."""
        return self._place

    def close(self) -> None:
        """Do nothing; connections belong to threads."""

    def __enter__(self) -> RemoteFile:
        return self

    def __exit__(self, *_: object) -> None:
        return None
