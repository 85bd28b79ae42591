"""Scenes from files: rasters of users, and the published MODIS-ASTER database."""

from __future__ import annotations

from lstsr_data.scenes import ReadOptions, open_scene

__version__ = "0.1.0"

__all__ = ["ReadOptions", "open_scene"]
