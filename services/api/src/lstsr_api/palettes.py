"""Colours of the layers: what a temperature, its uncertainty and its flags look like."""

from __future__ import annotations

from functools import cache
from typing import Final, Literal, cast

from rio_tiler.colormap import cmap

from lstsr_core import Quality

Palette = Literal["inferno", "magma", "viridis", "coolwarm", "cividis"]
DEFAULT: Final[dict[str, Palette]] = {"lst_uncertainty": "viridis"}
"""Palettes of the layers that do not have that of the temperature."""
LEVELS: Final = 256
"""Colours of a palette. [1]"""
Colours = dict[int, tuple[int, int, int, int]]
FLAGS: Final = {
    Quality.MISSING: (120, 120, 120, 110),
    Quality.MEASURED: (38, 166, 154, 190),
    Quality.NO_GUIDE: (255, 179, 0, 210),
    Quality.OUTSIDE_DOMAIN: (156, 39, 176, 210),
    Quality.UNPHYSICAL: (229, 57, 53, 230),
    Quality.RESAMPLED_GUIDE: (66, 133, 244, 170),
}
"""Colours of the flags; where several stand, the gravest is seen."""
GRAVEST: Final = (
    Quality.UNPHYSICAL,
    Quality.OUTSIDE_DOMAIN,
    Quality.NO_GUIDE,
    Quality.MISSING,
    Quality.RESAMPLED_GUIDE,
    Quality.MEASURED,
)
"""Flags in the order in which they are seen."""


@cache
def colours_of(name: str) -> Colours:
    """Give the colours of a palette, by levels from 0 to 255."""
    return cast("Colours", cmap.get(name))


@cache
def flag_colours() -> Colours:
    """Give the colour of every value that flags can have together."""
    return {value: _colour(value) for value in range(LEVELS)}


def _colour(value: int) -> tuple[int, int, int, int]:
    seen = next((flag for flag in GRAVEST if value & int(flag)), None)
    return FLAGS[seen] if seen is not None else (0, 0, 0, 0)
