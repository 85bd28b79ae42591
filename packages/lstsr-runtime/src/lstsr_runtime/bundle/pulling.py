"""A bundle is brought from a folder or an address into a folder of bundles."""

from __future__ import annotations

import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from lstsr_core import LstsrError, ResourceError, SourceError
from lstsr_runtime.bundle.contract import parse_contract, refused
from lstsr_runtime.bundle.reading import (
    CONTRACT,
    LARGEST,
    SUMS,
    Bundle,
    check_digest,
    open_bundle,
    parse_sums,
    read_bundle,
    read_bytes,
)
from lstsr_runtime.folder import draft_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fetch = Callable[[str], bytes]

PATIENCE: Final = 60.0
"""How long a server may be silent. [s]"""
OWN_HOST: Final = ("127.0.0.1", "::1", "localhost")
"""This machine itself, which needs no encryption."""


def pull(source: str, home: Path, *, digest: str = "") -> Bundle:
    """Bring a bundle; it appears under its name complete and checked, or not at all.

    Parameters
    ----------
    source : str
        A folder, or the https address of one.
    home : pathlib.Path
        Folder of bundles.
    digest : str
        SHA-256 of the bundle's list of digests; an address needs it.

    Returns
    -------
    Bundle
        Where it lies now. One that is there already is left as it is.

    Raises
    ------
    SourceError
        ``DOWNLOAD_FAILED``, ``DIGEST_MISMATCH`` or ``FILE_MISSING``.
    ModelError
        ``BUNDLE_REFUSED``.
    ResourceError
        ``OUTPUT_NOT_EMPTY``, where another bundle has its name, and those of a disk.
    """
    fetch = _fetcher(source, digest)
    listed = fetch(SUMS)
    if digest:
        check_digest(listed, digest.lower(), f"{source}: {SUMS}")
    sums = parse_sums(listed, f"{source}: {SUMS}")
    text = _fetched(fetch, CONTRACT, sums)
    name = parse_contract(text, f"{source}: {CONTRACT}").name
    target = home / name
    if (target / SUMS).exists():
        return _same(target, listed)
    with draft_of(target) as draft:
        (draft / SUMS).write_bytes(listed)
        (draft / CONTRACT).write_bytes(text)
        for other in sums.keys() - {CONTRACT}:
            (draft / other).write_bytes(_fetched(fetch, other, sums))
        open_bundle(draft)
    return read_bundle(target)


def _fetched(fetch: Fetch, name: str, sums: Mapping[str, str]) -> bytes:
    content = fetch(name)
    check_digest(content, sums[name], name)
    return content


def _same(target: Path, listed: bytes) -> Bundle:
    """Give the bundle that is there already, where it is the same."""
    if read_bytes(target / SUMS) != listed:
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"another bundle in {target}",
            expected="a name that is free, or the same bundle",
            remedy="remove it first, or pull into another folder by --to",
        )
    return open_bundle(target)


def _fetcher(source: str, digest: str) -> Fetch:
    """Give what brings the bytes of a file by its name."""
    if "://" not in source:
        return lambda name: read_bytes(Path(source) / name)
    if not digest:
        raise refused(f"{source} without a digest", "--digest, as its author has published it")
    address = source.rstrip("/")
    return lambda name: _download(f"{address}/{name}")


def _download(address: str) -> bytes:
    """Give what an address holds, if it is safe to ask and not too large."""
    _check_address(address)
    opener = urllib.request.build_opener(_CheckedRedirects)
    try:
        with opener.open(address, timeout=PATIENCE) as answer:
            content: bytes = answer.read(LARGEST + 1)
            length = answer.headers.get("Content-Length")
    except HTTPError as error:
        error.close()
        raise _failed(f"{address}: {error}") from error
    except (OSError, ValueError, HTTPException) as error:
        raise _failed(f"{address}: {error}") from error
    if len(content) > LARGEST or (length is not None and int(length) != len(content)):
        raise _failed(f"{address}: {len(content)} bytes of {length}")
    return content


class _CheckedRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect to an address that `pull` would refuse."""

    def redirect_request(self, *hop: Any) -> urllib.request.Request | None:  # noqa: ANN401  urllib's six
        """Check where the server points to."""
        _, answer, *_, address = hop
        try:
            _check_address(address)
        except LstsrError:
            answer.close()
            raise
        return super().redirect_request(*hop)


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in OWN_HOST):
        raise refused(f"the address {address}", "one that begins with https://")


def _failed(found: str) -> SourceError:
    return SourceError(
        "DOWNLOAD_FAILED",
        found=found,
        expected="the files of a bundle under this address",
        remedy="check the address and the connection, then pull again",
    )
