"""Networks that sharpen: trained with torch, exported as bundles that run without it."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
