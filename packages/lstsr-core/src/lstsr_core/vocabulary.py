"""The guides everybody names alike, with their units and the values they can take."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Quantity(NamedTuple):
    """Units and the closed range of physically possible values."""

    units: str
    low: float
    high: float
    long_name: str


_REFLECTANCE: Final = (-0.2, 1.6)
"""Surface reflectance; atmospheric correction gives some less than 0, snow and sun glint more
than 1 (MOD09 user guide, valid range -0.01 to 1.6). [1]"""

GUIDES: Final[Mapping[str, Quantity]] = MappingProxyType(
    {
        "ndvi": Quantity("1", -1.0, 1.0, "normalised difference vegetation index"),
        "ndwi": Quantity("1", -1.0, 1.0, "normalised difference water index"),
        "ndbi": Quantity("1", -1.0, 1.0, "normalised difference built-up index"),
        "evi": Quantity("1", -2.0, 2.0, "enhanced vegetation index"),
        "savi": Quantity("1", -1.5, 1.5, "soil-adjusted vegetation index"),
        "blue": Quantity("1", *_REFLECTANCE, "surface reflectance, blue"),
        "green": Quantity("1", *_REFLECTANCE, "surface reflectance, green"),
        "red": Quantity("1", *_REFLECTANCE, "surface reflectance, red"),
        "nir": Quantity("1", *_REFLECTANCE, "surface reflectance, near infrared"),
        "swir1": Quantity("1", *_REFLECTANCE, "surface reflectance, 1.6 micrometres"),
        "swir2": Quantity("1", *_REFLECTANCE, "surface reflectance, 2.2 micrometres"),
        "albedo": Quantity("1", 0.0, 1.2, "broadband albedo"),
        "elevation": Quantity("m", -500.0, 9000.0, "height above the geoid"),
        "slope": Quantity("degree", 0.0, 90.0, "slope of the terrain"),
    }
)
"""Guides with a fixed meaning; any other name is taken as it is."""

LST_RANGE: Final = (150.0, 1310.7)
"""Temperatures MOD11A1 can store: counts 7500 to 65535 at 0.02 K (MOD11 user guide, table of
SDS); active fires reach the upper end. [K]"""

LST_USUAL: Final = (180.0, 400.0)
"""Where most of any scene lies: coldest and hottest land seen from space are about 175 K and
355 K (:doi:`10.1029/2018GL078133`, :doi:`10.1175/BAMS-D-20-0325.1`). [K]"""

CELSIUS_RANGE: Final = (-100.0, 80.0)
"""Medians that read as degrees Celsius: about what land reaches (sources of `LST_USUAL`).
[degree_Celsius]"""

MODIS_COUNTS: Final = (7500.0, 65535.0)
"""Valid range of the counts of MOD11A1 LST_Day_1km (MOD11 user guide, table of SDS). [1]"""

KELVIN: Final = frozenset({"K", "kelvin", "Kelvin", "degree_Kelvin", "degrees_Kelvin"})
"""Spellings of the unit that are taken as kelvin."""
