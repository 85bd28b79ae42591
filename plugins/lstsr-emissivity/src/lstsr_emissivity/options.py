"""What can be set of the correction `emissivity`; light, because lists of corrections show it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

LEAST: Final = 0.7
"""Emissivity that little land is below in the thermal infrared: quartz sand near 9 um
(:doi:`10.1016/j.rse.2009.05.005`). [1]"""
WAVELENGTHS: Final = (3.0, 15.0)
"""Bands in which land is seen by what it emits. [um]"""
METHODS: Final = ("ndvi", "land-cover")
"""Where the emissivity is taken from."""


@dataclass(frozen=True, kw_only=True)
class EmissivityOptions:
    """Which emissivity the temperature was made with, and where the new one comes from.

    Soil, vegetation and cavity are the general values of Valor & Caselles 1996,
    :doi:`10.1016/0034-4257(96)00039-9`, for land of which nothing is known. The sky is assumed:
    what a clear sky of middle latitudes sends down at 11 um, 2 to 5 W m-2 sr-1 um-1, is what a
    black body of 220 to 260 K emits.
    """

    assumed: float = field(
        default=math.nan,
        metadata={"help": "emissivity that the temperature was made with, where not mapped [1]"},
    )
    method: str = field(
        default="ndvi", metadata={"help": "ndvi, or land-cover: what the new one is taken from"}
    )
    wavelength: float = field(default=11.0, metadata={"help": "middle of the sensor's band [um]"})
    soil: float = field(default=0.960, metadata={"help": "emissivity of bare soil [1]"})
    vegetation: float = field(default=0.985, metadata={"help": "emissivity of full vegetation [1]"})
    cavity: float = field(
        default=0.015, metadata={"help": "what half covered ground gains by its cavities [1]"}
    )
    uncertainty: float = field(
        default=0.01, metadata={"help": "standard uncertainty of the new emissivity [1]"}
    )
    sky: float = field(
        default=240.0, metadata={"help": "brightness temperature of the sky in the band [K]"}
    )
    sky_uncertainty: float = field(
        default=20.0, metadata={"help": "standard uncertainty of that temperature [K]"}
    )

    def __post_init__(self) -> None:
        """Refuse what no land and no sky has."""
        told = {} if math.isnan(self.assumed) else {"assumed": self.assumed}
        for name, value in {**told, "soil": self.soil, "vegetation": self.vegetation}.items():
            if not LEAST <= value <= 1.0:
                raise ValueError(f"{name} = {value:g}; it has to lie between {LEAST} and 1")
        if self.method not in METHODS:
            raise ValueError(f"method = {self.method}; it has to be one of {', '.join(METHODS)}")
        if not WAVELENGTHS[0] <= self.wavelength <= WAVELENGTHS[1]:
            raise ValueError(f"wavelength = {self.wavelength:g}; it has to lie between 3 and 15 um")
        if not 0.0 < self.sky <= 320.0:  # noqa: PLR2004
            raise ValueError(f"sky = {self.sky:g}; it has to lie between 0 and 320 K")
        if not all(0.0 <= one < math.inf for one in (self.uncertainty, self.sky_uncertainty)):
            raise ValueError("uncertainties have to be 0 or more")
        if not 0.0 <= self.cavity <= 1.0 - max(self.soil, self.vegetation):
            raise ValueError(f"cavity = {self.cavity:g}; no emissivity may exceed 1")
