"""The protocols of the benchmark by their names."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_runtime.bench.printed import printed, registered_utm
from lstsr_runtime.bench.registered import registered
from lstsr_runtime.bench.wald import wald

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lstsr_runtime.bench.protocol import Registration
    from lstsr_runtime.bench.referee import BenchProtocol

PROTOCOLS: Final[Mapping[str, Callable[[], BenchProtocol]]] = MappingProxyType(
    {
        "registered": registered,
        "registered-utm": registered_utm,
        "p0": printed,
        "wald": wald,
    }
)
"""What makes each protocol."""


def choose_protocol(name: str, registration: Registration = "database") -> BenchProtocol:
    """Give the protocol of a name.

    Parameters
    ----------
    name : str
        One of `PROTOCOLS`.
    registration : {"database", "scene"}
        How "registered" registers references; the others have their own way.
    """
    return registered(registration) if name == "registered" else PROTOCOLS[name]()
