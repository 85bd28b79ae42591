"""What can be set of the correction `diurnal`; light, because lists of corrections show it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

DAY: Final = 24.0
"""Length of a day. [h]"""
CLOCKS: Final = ("as-stated", "solar", "utc")
"""What plain hours of view can be in."""


@dataclass(frozen=True, kw_only=True)
class DiurnalOptions:
    """Target, and the diurnal cycle of the land.

    The defaults of the cycle are those of ten clear days of a savanna (Adelaide River, OzFlux,
    2009; `tests/plugins/test_diurnal_tower.py`), with a spread that other land needs.
    """

    hour: float = field(
        default=math.nan,
        metadata={"help": "local solar time to bring all to [h]; nan: median of the scene"},
    )
    amplitude: float = field(
        default=15.0,
        metadata={"help": "rise of the land from dawn to its maximum, where not mapped [K]"},
    )
    amplitude_uncertainty: float = field(
        default=5.0, metadata={"help": "standard uncertainty of the amplitude [K]"}
    )
    maximum: float = field(
        default=13.4, metadata={"help": "local solar time of the highest temperature [h]"}
    )
    maximum_uncertainty: float = field(
        default=0.5, metadata={"help": "standard uncertainty of that time [h]"}
    )
    clock: str = field(
        default="as-stated",
        metadata={"help": "what plain hours of view are in: solar, utc, or as the product states"},
    )

    def __post_init__(self) -> None:
        """Refuse what no day has."""
        if not (math.isnan(self.hour) or 0.0 <= self.hour < DAY):
            raise ValueError(f"hour = {self.hour:g}; it has to lie between 0 and 24")
        if not DAY / 2 <= self.maximum <= 16.0:  # noqa: PLR2004
            raise ValueError(f"maximum = {self.maximum:g}; land is hottest between 12 and 16")
        spreads = (self.amplitude, self.amplitude_uncertainty, self.maximum_uncertainty)
        if not all(0.0 <= one < math.inf for one in spreads):
            raise ValueError("amplitude and uncertainties have to be 0 or more")
        if self.clock not in CLOCKS:
            raise ValueError(f"clock = {self.clock}; it has to be one of {', '.join(CLOCKS)}")
