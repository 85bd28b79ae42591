"""The map page of lstsr."""

from __future__ import annotations

from pathlib import Path

__version__ = "0.1.0"

PAGE = Path(__file__).parent / "page"
"""Folder that is served as it is; its first page is ``index.html``."""
