"""Scaling laws: how temperature follows its guides below the coarse pixel."""
