"""MODIS on Terra and Aqua: temperatures to sharpen, and reflectances to sharpen them by."""

from __future__ import annotations

__version__ = "0.1.0"
