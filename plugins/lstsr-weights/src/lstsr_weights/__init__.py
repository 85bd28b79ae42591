"""Trained networks, as bundles that run without torch."""

from __future__ import annotations

__version__ = "0.1.0"
