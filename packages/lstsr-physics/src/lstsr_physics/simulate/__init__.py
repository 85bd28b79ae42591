"""Scenes made from the physics of the land, with the answer at every scale known."""

from __future__ import annotations

from lstsr_physics.simulate.scene import simulate_scene
from lstsr_physics.simulate.settings import (
    DAY,
    DAY_COUPLING,
    NIGHT,
    NIGHT_COUPLING,
    Coupling,
    Landscape,
    Sky,
    View,
)

__all__ = [
    "DAY",
    "DAY_COUPLING",
    "NIGHT",
    "NIGHT_COUPLING",
    "Coupling",
    "Landscape",
    "Sky",
    "View",
    "simulate_scene",
]
