"""Landsat 4 to 9: temperatures to sharpen, and reflectances to sharpen them by."""

from __future__ import annotations

__version__ = "0.1.0"
