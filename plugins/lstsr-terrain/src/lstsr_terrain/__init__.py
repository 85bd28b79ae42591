"""Guides that do not change from day to day: relief and land cover."""

from __future__ import annotations

__version__ = "0.1.0"
