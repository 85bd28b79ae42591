"""What fetching needs, looked at piece by piece: readers, catalogues, credentials."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lstsr_core import LstsrError, StacSource, registry
from lstsr_core.doctor import Finding
from lstsr_data.acquisition.credentials import EARTHDATA
from lstsr_data.acquisition.patience import Patience
from lstsr_data.acquisition.wire import Question, Wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORT: Final = Patience(connect=5.0, read=10.0, budget=5.0)
"""Patience of a look whether a catalogue answers."""


def examine(wire: Wire | None = None) -> Iterator[Finding]:
    """Report whether HDF4 can be read, tokens are set, and the catalogues of all sensors answer."""
    found = importlib.util.find_spec("pyhdf") is not None
    remedy = "" if found else "pip install 'lstsr-data[hdf4]'"
    yield Finding(subject="HDF4", state="can be read" if found else "no reader", remedy=remedy)
    is_set = bool(os.environ.get(EARTHDATA))
    remedy = "" if is_set else f"make a token at urs.earthdata.nasa.gov and set {EARTHDATA}"
    yield Finding(subject=EARTHDATA, state="set" if is_set else "not set", remedy=remedy)
    way = replace(wire if wire is not None else Wire(), patience=SHORT)
    for address in sorted(set(_catalogues())):
        yield _look_at(address, way)


def _catalogues() -> Iterable[str]:
    for offer in registry.sensors().items:
        for source in offer.value.sources:
            if isinstance(source, StacSource):
                yield source.catalogue


def _look_at(address: str, wire: Wire) -> Finding:
    try:
        wire.ask(Question(address=address))
    except LstsrError as error:
        return Finding(subject=address, state=error.found, remedy=error.remedy)
    return Finding(subject=address, state="answers")
