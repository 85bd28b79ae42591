"""Which accounts of the user are known here; what they are made of is never shown."""

from __future__ import annotations

import base64
import datetime as dt
import json
import netrc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lstsr_core import SourceError
from lstsr_core.doctor import Finding
from lstsr_data.acquisition.credentials import BEARER, EARTHDATA, EARTHDATA_HOSTS
from lstsr_data.acquisition.signing import HOOK, signer
from lstsr_data.examination.catalogues import catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIN: Final = "urs.earthdata.nasa.gov"
"""Host of the accounts of Earthdata."""
PLANETARY: Final = "planetarycomputer.microsoft.com"
"""Host of the Planetary Computer."""
SUBSCRIPTION: Final = "PC_SDK_SUBSCRIPTION_KEY"
"""Environment variable that the package planetary-computer reads its key from."""
NEW_TOKEN: Final = f"make a token at https://{LOGIN} (Generate Token), then: export {EARTHDATA}=..."
"""What to do without a token."""


def examine() -> Iterator[Finding]:
    """Report the accounts that the catalogues of the installed sensors ask for."""
    hosts = {urlsplit(address).hostname or "" for address in catalogues()}
    if any(host.endswith(EARTHDATA_HOSTS) for host in hosts):
        yield _earthdata()
    if PLANETARY in hosts:
        key = f"{SUBSCRIPTION} is set" if os.environ.get(SUBSCRIPTION) else "none is needed"
        yield Finding(subject="account Planetary Computer", state=key)
    for name in sorted(os.environ):
        if name.startswith(BEARER) and os.environ[name]:
            yield Finding(subject=f"account {name}", state="is set")
    if os.environ.get(HOOK):
        yield _signer()


def _earthdata() -> Finding:
    subject = "account Earthdata"
    token = os.environ.get(EARTHDATA)
    if not token:
        state = f"no {EARTHDATA}{_in_netrc()}"
        return Finding(subject=subject, state=state, remedy=NEW_TOKEN, broken=False)
    end = expiry(token)
    if end is None:
        return Finding(subject=subject, state=f"{EARTHDATA} is set")
    if end < dt.datetime.now(dt.UTC):
        state = f"{EARTHDATA} ran out on {end:%Y-%m-%d}"
        return Finding(subject=subject, state=state, remedy=NEW_TOKEN)
    return Finding(subject=subject, state=f"{EARTHDATA} is set, good until {end:%Y-%m-%d}")


def expiry(token: str) -> dt.datetime | None:
    """Read when a token runs out; None where it does not say so (RFC 7519, claim ``exp``)."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return dt.datetime.fromtimestamp(float(claims["exp"]), dt.UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None


def _in_netrc() -> str:
    """Tell whether a .netrc knows Earthdata; other tools read it, lstsr sends no passwords."""
    path = Path(os.environ.get("NETRC") or Path.home() / ".netrc")
    try:
        known = netrc.netrc(path).authenticators(LOGIN) is not None
    except FileNotFoundError:
        return ""
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError):
        return f"; {path.name} cannot be read"
    return f"; {path.name} has {LOGIN}, but lstsr sends tokens, never passwords" if known else ""


def _signer() -> Finding:
    subject = f"signer {os.environ[HOOK]}"
    try:
        signer()
    except SourceError as error:
        return Finding(subject=subject, state=error.found, remedy=error.remedy)
    return Finding(subject=subject, state="signs addresses")
