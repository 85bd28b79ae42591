"""Temperature across scales: down through a footprint, up again, and where both lie."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lstsr_physics.coarsening import average, coarsen
    from lstsr_physics.footprint import see
    from lstsr_physics.registration import estimate_shift
    from lstsr_physics.shift import Shift, realign
    from lstsr_physics.upsampling import upsample

__version__ = "0.1.0"

__all__ = ["Shift", "average", "coarsen", "estimate_shift", "realign", "see", "upsample"]

_ROOMS = {
    "average": "coarsening",
    "coarsen": "coarsening",
    "see": "footprint",
    "Shift": "shift",
    "estimate_shift": "registration",
    "realign": "shift",
    "upsample": "upsampling",
}


def __getattr__(name: str) -> object:
    """Import a room at its first use, so that commands that need none start fast."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
