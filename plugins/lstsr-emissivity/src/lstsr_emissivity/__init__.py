"""Temperatures re-expressed for the emissivity of what covers the land."""

from __future__ import annotations

__version__ = "0.1.0"
