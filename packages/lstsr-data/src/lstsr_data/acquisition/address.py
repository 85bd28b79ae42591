"""Only addresses of the web are followed: no local file, no way upwards, no password."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from lstsr_core import SourceError
from lstsr_data.acquisition.redaction import redacted

SCHEMES: Final = frozenset({"http", "https"})
"""Protocols that are spoken."""


def check_address(address: str) -> SplitResult:
    """Split an address that may be followed.

    Parameters
    ----------
    address : str
        As a catalogue or a server states it.

    Raises
    ------
    SourceError
        ``HREF_REFUSED``.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
        parts.port  # noqa: B018  reading it checks it
    except ValueError as error:
        raise _refused(address, "no address") from error
    if parts.scheme not in SCHEMES or not host:
        raise _refused(address, "not on the web")
    if parts.username or parts.password:
        raise _refused(address, "with a name or a password in it")
    if ".." in unquote(unquote(parts.path)).replace("\\", "/").split("/"):
        raise _refused(address, "leads upwards")
    return parts


def same_host(one: str, other: str) -> bool:
    """Tell whether two addresses lie on one host, at one port, by one protocol."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)


def _refused(address: str, why: str) -> SourceError:
    return SourceError(
        "HREF_REFUSED",
        found=f"{redacted(address)[:200]}: {why}",
        expected="an address beginning with https:// or http://",
        remedy="tell the keeper of the catalogue; local files are read by `lstsr sharpen`",
    )
