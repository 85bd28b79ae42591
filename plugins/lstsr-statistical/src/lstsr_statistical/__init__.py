"""Classical sharpeners: what every newer method has to beat."""

from __future__ import annotations

__version__ = "0.1.0"
