"""Sentinel-2: reflectances to sharpen temperatures by."""

from __future__ import annotations

__version__ = "0.1.0"
