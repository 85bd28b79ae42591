"""SLSTR on Sentinel-3: temperatures at 1 km with an uncertainty of every pixel."""

from __future__ import annotations

__version__ = "0.1.0"
