"""Temperatures of one overpass, brought to one local solar time."""

from __future__ import annotations

__version__ = "0.1.0"
