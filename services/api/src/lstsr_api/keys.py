"""API keys: random words of which only the digests are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BYTES: Final = 32
"""Randomness of a key; so much needs no slow digest. [byte]"""


def add_key(path: Path, name: str) -> str:
    """Make a key, keep its digest in a file, and give the key, which is nowhere else."""
    key = secrets.token_urlsafe(BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{name}:{_digest(key)}\n")
    return key


def read_keys(path: Path) -> Mapping[str, str]:
    """Give the digests of a file, and whose they are.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    """
    try:
        lines = path.read_text(encoding="utf-8").split()
        pairs = [line.split(":") for line in lines]
        return {digest: name for name, digest in pairs}
    except (OSError, ValueError) as error:
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"{path}: {type(error).__name__}",
            expected="lines of the form NAME:DIGEST",
            remedy="make it by lstsr serve --keys FILE --new-key NAME",
        ) from error


def holder_of(key: str, keys: Mapping[str, str]) -> str | None:
    """Give whose key it is, or None; it takes as long for a wrong one as for a right one."""
    digest = _digest(key)
    found = [name for known, name in keys.items() if hmac.compare_digest(known, digest)]
    return found[0] if found else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
