"""Tiles of the grids in which sensors give the whole Earth, and which of them hold ground."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

ACROSS: Final = 36
"""Tiles around the equator of the MODLAND sinusoidal grid
(https://modis-land.gsfc.nasa.gov/MODLAND_grid.html). [1]"""
TOUCH: Final = 1e-6
"""Share of a tile that does not count as ground. [tile]"""
DOWN: Final = 18
"""Tiles from pole to pole of it. [1]"""


@dataclass(frozen=True, kw_only=True)
class EarthGrid:
    """How a sensor gives the whole Earth.

    Parameters
    ----------
    sensor : str
        Name of the thermal sensor.
    coarse : int
        Coarse pixels along one edge of a tile. [coarse pixel]
    factor : int
        Fine pixels along one edge of a coarse pixel. [1]
    tiles : int
        Tiles that hold any of the Earth, sea included. [1]
    temperature, guide : float
        Size of a file of the temperature, and of a guide, of one tile. [MB]
    """

    sensor: str
    coarse: int
    factor: int
    tiles: int
    temperature: float
    guide: float

    @property
    def pixels(self) -> int:
        """Pixels of a sharpened tile. [fine pixel]"""
        return (self.coarse * self.factor) ** 2


def sinusoidal_tiles() -> tuple[tuple[int, int], ...]:
    """List the tiles (h, v) of the sinusoidal grid that hold any of the Earth.

    Returns
    -------
    tuple of (int, int)
        460 tiles, as MODLAND counts them.
    """
    return tuple((h, v) for v in range(DOWN) for h in range(ACROSS) if _holds_ground(h, v))


def _holds_ground(h: int, v: int) -> bool:
    """Tell whether the edge nearest to equator and middle meridian lies on the Earth."""
    north = 90 - v * 180 / DOWN
    south = north - 180 / DOWN
    nearest = max(min(abs(north), abs(south)), 0.0) if north * south > 0 else 0.0
    middle = ACROSS / 2
    away = min(abs(h - middle), abs(h + 1 - middle))
    # At 60 degrees the border of the Earth is that of a tile, which it only touches.
    return away < middle * math.cos(math.radians(nearest)) - TOUCH


GRIDS: Final[Mapping[str, EarthGrid]] = {
    grid.sensor: grid
    for grid in (
        EarthGrid(
            sensor="modis",
            coarse=1200,
            factor=4,
            tiles=len(sinusoidal_tiles()),
            temperature=6.0,
            guide=90.0,
        ),
        EarthGrid(
            sensor="viirs",
            coarse=1200,
            factor=2,
            tiles=len(sinusoidal_tiles()),
            temperature=8.0,
            guide=40.0,
        ),
    )
}
"""Grids by sensor. The sizes of files are assumptions: a MOD11A1 or VNP21A1D of full land, and red
and near infrared at 250 m (MOD09GQ) or NDVI at 500 m (VNP13A1)."""


def grid_of(sensor: str) -> EarthGrid:
    """Give the grid of a sensor.

    Raises
    ------
    SourceError
        ``OPTION_INVALID``.
    """
    if sensor in GRIDS:
        return GRIDS[sensor]
    raise SourceError(
        "OPTION_INVALID",
        found=f"--sensor {sensor}",
        expected=f"one whose tiles are known: {', '.join(GRIDS)}",
        remedy="choose one of them; swaths and scenes have no tiles to count",
    )
