"""ASTER on Terra: temperatures at 90 m, and reflectances at 15 m."""

from __future__ import annotations

__version__ = "0.1.0"
