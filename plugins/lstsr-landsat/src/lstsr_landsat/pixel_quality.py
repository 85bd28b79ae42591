"""QA_PIXEL of Landsat Collection 2: what each pixel shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bits import BitField

if TYPE_CHECKING:
    import xarray as xr

FILL: Final = BitField(name="fill", first=0)
DILATED_CLOUD: Final = BitField(name="dilated_cloud", first=1)
CIRRUS: Final = BitField(name="cirrus", first=2)
CLOUD: Final = BitField(name="cloud", first=3)
SHADOW: Final = BitField(name="cloud_shadow", first=4)
SNOW: Final = BitField(name="snow", first=5)
CLEAR: Final = BitField(name="clear", first=6)
WATER: Final = BitField(name="water", first=7)
_CONFIDENCE: Final = ("not_set", "low", "medium", "high")
_TWO_LEVELS: Final = ("not_set", "low", "reserved", "high")
FIELDS: Final = (
    FILL,
    DILATED_CLOUD,
    CIRRUS,
    CLOUD,
    SHADOW,
    SNOW,
    CLEAR,
    WATER,
    BitField(name="cloud_confidence", first=8, classes=_CONFIDENCE),
    BitField(name="cloud_shadow_confidence", first=10, classes=_TWO_LEVELS),
    BitField(name="snow_confidence", first=12, classes=_TWO_LEVELS),
    BitField(name="cirrus_confidence", first=14, classes=_TWO_LEVELS),
)
"""Fields of QA_PIXEL (USGS LSDS-1619, Landsat 8-9 Collection 2 Level 2 science product guide, table
of QA_PIXEL; LSDS-1618 for Landsat 4 to 7, which know no cirrus)."""
HIDING: Final = (FILL, DILATED_CLOUD, CIRRUS, CLOUD, SHADOW)
"""Those under which the ground is not seen; snow and water are ground."""


def is_clear(words: xr.DataArray) -> xr.DataArray:
    """Tell where the ground was seen: neither cloud and what lies around it, cirrus nor shadow.

    Parameters
    ----------
    words : xarray.DataArray of integers
        QA_PIXEL as it is stored; its fill, 1, is not clear.

    Returns
    -------
    xarray.DataArray of bool
    """
    mask = sum(field.highest << field.first for field in HIDING)
    return ((words & mask) == 0).drop_attrs()
