"""Tokens of the user, each for its own hosts only."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from urllib.parse import SplitResult

EARTHDATA: Final = "EARTHDATA_TOKEN"
"""Environment variable that NASA's own tools read a bearer token from."""
EARTHDATA_HOSTS: Final = (".earthdata.nasa.gov", ".earthdatacloud.nasa.gov")
"""Ends of the names of the hosts that take it."""
BEARER: Final = "LSTSR_BEARER_"
"""Begin of the variables for other hosts: ``LSTSR_BEARER_DATA_EXAMPLE_ORG`` for
data.example.org."""
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts to which nothing travels over a network."""


def token_for(address: SplitResult) -> str | None:
    """Give the bearer token that the user has for the host of an address; never over plain http."""
    host = (address.hostname or "").lower()
    if address.scheme != "https" and host not in LOOPBACK:
        return None
    named = os.environ.get(BEARER + re.sub(r"\W", "_", host).upper())
    if named:
        return named
    return os.environ.get(EARTHDATA) if host.endswith(EARTHDATA_HOSTS) else None
