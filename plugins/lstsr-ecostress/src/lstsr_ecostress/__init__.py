"""ECOSTRESS on the International Space Station: temperatures at 70 m."""

from __future__ import annotations

__version__ = "0.1.0"
