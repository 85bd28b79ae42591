"""What a score is called in tables: its units and meaning."""

from __future__ import annotations

from typing import Final, NamedTuple

GEOMETRIC: Final = "energy_"
"""Prefix of the scores that are ratios: their mean is geometric, so that half and twice cancel."""


class Score(NamedTuple):
    """What a score means, and its units."""

    units: str
    meaning: str
