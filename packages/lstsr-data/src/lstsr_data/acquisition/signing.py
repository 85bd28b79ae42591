"""Addresses are signed when they are read, and signed again when a signature has run out."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Final, Protocol, cast

from lstsr_core import SourceError
from lstsr_data.acquisition.address import check_address

if TYPE_CHECKING:
    from collections.abc import Callable

HOOK: Final = "LSTSR_SIGNER"
"""Environment variable that names a signer of the user's own, as ``package.module:function``."""
BLOBS: Final = ".blob.core.windows.net"
"""Ends of the hosts whose files the Planetary Computer signs for."""


class Signer(Protocol):
    """Signs the address of a file."""

    def __call__(self, href: str, *, fresh: bool = False) -> str:
        """Give an address that can be read now; `fresh` where an older signature was refused."""
        ...  # pragma: no cover


def signer() -> Signer:
    """Give the signer in use: that of `HOOK`, else one that knows the Planetary Computer.

    Raises
    ------
    SourceError
        ``OPTION_INVALID`` where `HOOK` names nothing that can be called.
    """
    named = os.environ.get(HOOK)
    return _of_user(named) if named else sign


def sign(href: str, *, fresh: bool = False) -> str:
    """Sign what lies in the stores of the Planetary Computer; leave all else as it is."""
    host = check_address(href).hostname or ""
    if not host.endswith(BLOBS):
        return href
    import planetary_computer
    from planetary_computer import sas

    if fresh:
        sas.TOKEN_CACHE.clear()
    return str(planetary_computer.sign(href))


def _of_user(named: str) -> Signer:
    module, _, function = named.partition(":")
    try:
        found: Callable[..., str] = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise SourceError(
            "OPTION_INVALID",
            found=f"{HOOK}={named}: {error}",
            expected="package.module:function, called as function(href, fresh=False)",
            remedy=f"correct or unset {HOOK}",
        ) from error
    return cast("Signer", found)
