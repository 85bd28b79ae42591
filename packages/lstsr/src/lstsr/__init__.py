"""Sharpen satellite land surface temperature, with the uncertainty of every pixel."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from lstsr_core import LstsrError

if TYPE_CHECKING:
    from lstsr_core import build_scene, read_scene, write_scene
    from lstsr_data import ReadOptions, open_scene
    from lstsr_data.modis_aster import open_database
    from lstsr_data.modis_aster_fetch import fetch_database
    from lstsr_runtime import sharpen, write_run

__version__ = "0.1.0"

__all__ = [
    "LstsrError",
    "ReadOptions",
    "build_scene",
    "fetch_database",
    "open_database",
    "open_scene",
    "read_scene",
    "sharpen",
    "write_run",
    "write_scene",
]

_LATER = {
    "ReadOptions": "lstsr_data",
    "build_scene": "lstsr_core",
    "fetch_database": "lstsr_data.modis_aster_fetch",
    "open_database": "lstsr_data.modis_aster",
    "open_scene": "lstsr_data",
    "read_scene": "lstsr_core",
    "sharpen": "lstsr_runtime",
    "write_run": "lstsr_runtime",
    "write_scene": "lstsr_core",
}


def __getattr__(name: str) -> object:
    """Import what needs xarray at its first use, and the accessor ``.lst`` with it."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import_module("lstsr.accessor")
    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    """List what there is, imported yet or not."""
    return sorted(__all__)


if "xarray" in sys.modules:  # nothing is gained by waiting
    import_module("lstsr.accessor")
