"""Scenes: from files of users, from catalogues, from the published MODIS-ASTER database."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lstsr_data.acquisition.fetch import Order, fetch
    from lstsr_data.scenes import ReadOptions, open_scene

__version__ = "0.1.0"

__all__ = ["Order", "ReadOptions", "fetch", "open_scene"]

_ROOMS = {
    "Order": "acquisition.fetch",
    "ReadOptions": "scenes",
    "fetch": "acquisition.fetch",
    "open_scene": "scenes",
}


def __getattr__(name: str) -> object:
    """Import a room at its first use, so that the command line starts in milliseconds."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
