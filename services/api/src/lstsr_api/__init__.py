"""Sharpening over HTTP: jobs, results and map tiles."""

__version__ = "0.1.0"
