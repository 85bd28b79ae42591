"""Which catalogues of the installed sensors answer."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from lstsr_core import SourceError, StacSource, registry
from lstsr_core.doctor import Finding
from lstsr_data.acquisition.patience import Patience
from lstsr_data.acquisition.redaction import redacted
from lstsr_data.acquisition.wire import Question, Wire

SHORT: Final = Patience(connect=5.0, read=5.0, first=0.1, budget=5.0)
"""How long a catalogue may take to answer."""
AT_ONCE: Final = 8
"""Catalogues that are asked at the same time. [1]"""
NAMED: Final = 4
"""Sensors that are named before the others are counted. [1]"""
OFFLINE: Final = (
    "check the network, and HTTPS_PROXY where there is a proxy; products that are at hand are read "
    "without it: lstsr sharpen FILE --sensor NAME"
)
"""What to do about a catalogue that does not answer."""


def catalogues() -> dict[str, tuple[str, ...]]:
    """Give the names of the installed sensors that each catalogue serves, by its address."""
    served: dict[str, dict[str, None]] = {}
    for sensor in (offer.value for offer in registry.sensors().items):
        for source in sensor.sources:
            if isinstance(source, StacSource):
                served.setdefault(source.catalogue, {})[sensor.name] = None
    return {address: tuple(names) for address, names in sorted(served.items())}


def examine(wire: Wire | None = None) -> tuple[Finding, ...]:
    """Ask every catalogue for its root, all at once."""
    line = wire or Wire(patience=SHORT)
    served = catalogues()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(pool.map(lambda address: _asked(address, served[address], line), served))


def _asked(address: str, sensors: tuple[str, ...], wire: Wire) -> Finding:
    name = redacted(address)
    subject = f"catalogue {name}"
    more = len(sensors) - NAMED
    used = f"used by {', '.join(sensors[:NAMED])}{f' and {more} more' if more > 0 else ''}"
    start = time.monotonic()
    try:
        root = json.loads(wire.ask(Question(address=address)).body)
        known = isinstance(root, dict) and "stac_version" in root
    except SourceError as error:
        remedy = error.remedy if error.code == "AUTH_REQUIRED" else OFFLINE
        state = f"{error.found.removeprefix(f'{name}: ')}; {used}"
        return Finding(subject=subject, state=state, remedy=remedy, broken=False)
    except ValueError:
        known = False
    if not known:
        state = f"something else answers, such as the login page of a network; {used}"
        return Finding(subject=subject, state=state, remedy=OFFLINE, broken=False)
    return Finding(subject=subject, state=f"answers in {time.monotonic() - start:.1f} s; {used}")
