"""VIIRS on Suomi NPP and NOAA-20: the heir of MODIS, on the same grid."""

from __future__ import annotations

__version__ = "0.1.0"
