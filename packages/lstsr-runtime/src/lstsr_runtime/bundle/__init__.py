"""Trained networks on disk, and how they run without torch."""
