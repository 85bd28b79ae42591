"""What a process that reads strangers' files may use: memory, public addresses, no passwords."""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Final

from lstsr_core import SourceError

SECRETS: Final = ("LSTSR_DATABASE", "LSTSR_PGSTAC", "PGPASSWORD")
"""Variables with passwords of the service, which no job needs."""


def without_secrets() -> dict[str, str]:
    """Give the environment for a process that reads strangers' files."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}


def bound_memory(limit: int) -> None:
    """Bound the address space of this process; 0 leaves it free. [byte]"""
    if not limit:
        return
    try:
        import resource
    except ImportError:  # there are no such limits on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def refuse_private_addresses() -> None:
    """Let this process connect to public addresses alone, whoever names them and at every hop."""
    sys.addaudithook(_hook)


def _hook(event: str, words: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(words[1], tuple):
        check_public(str(words[1][0]))


def check_public(host: str) -> None:
    """Refuse an address of this machine, of a local network or of a cloud's own services.

    Raises
    ------
    SourceError
        ``HREF_REFUSED``.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:  # a name is looked up by the connection itself, which comes here again
        return
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if inner.is_global and not inner.is_multicast:
        return
    raise SourceError(
        "HREF_REFUSED",
        found=f"a connection to {host}",
        expected="a public address",
        remedy="tell the keeper of the catalogue",
    )
