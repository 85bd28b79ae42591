"""VNP09 and VJ109: surface reflectance of the clear ground, as NDVI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import BitField

if TYPE_CHECKING:
    import xarray as xr

REFLECTANCE: Final = Counts(scale=0.0001, valid=(-100, 16000))
"""SurfReflect_I1 to I3; fill is -28672 (VNP09 user guide, table of SDS). [1]"""
BANDS: Final = {"red": "SurfReflect_I1", "nir": "SurfReflect_I2", "swir1": "SurfReflect_I3"}
"""Guides and the imagery bands that they are: 0.64, 0.86 and 1.61 micrometres."""

DETECTION: Final = BitField(
    name="cloud",
    first=2,
    classes=("confident_clear", "probably_clear", "probably_cloudy", "confident_cloudy"),
)
NIGHT: Final = BitField(name="night", first=4)
"""Fields of SurfReflect_QF1 (VNP09 user guide, table of quality flags)."""
SHADOW: Final = BitField(name="cloud_shadow", first=3)
HEAVY_AEROSOL: Final = BitField(name="heavy_aerosol", first=4)
SNOW: Final = BitField(name="snow", first=5)
REFLECTIVE_CIRRUS: Final = BitField(name="cirrus_reflective", first=6)
EMISSIVE_CIRRUS: Final = BitField(name="cirrus_emissive", first=7)
"""Fields of SurfReflect_QF2 (same table)."""
PROBABLY_CLEAR: Final = 1
"""Highest class of `DETECTION` under which the ground is seen."""

STATE_CLOUD: Final = BitField(
    name="cloud", first=0, classes=("clear", "cloudy", "mixed", "not_set_assumed_clear")
)
STATE_SHADOW: Final = BitField(name="cloud_shadow", first=2)
STATE_AEROSOL: Final = BitField(
    name="aerosol", first=6, classes=("climatology", "low", "average", "high")
)
STATE_CIRRUS: Final = BitField(name="cirrus", first=8, classes=("none", "small", "average", "high"))
STATE_SNOW: Final = BitField(name="snow", first=12)
"""Fields of SurfReflect_State_500m in VNP09H1 (same guide, table of state QA); other than in MOD09
no internal cloud mask."""
STATE_CLEAR: Final = (0, 3)
"""Classes of `STATE_CLOUD` under which the ground is seen."""
THIN: Final = 1
"""Highest class of `STATE_CIRRUS` that the ground is seen through."""
HAZY: Final = 3
"""Class of `STATE_AEROSOL` at which the correction for the atmosphere cannot be trusted."""


def is_clear_by_flags(qf1: xr.DataArray, qf2: xr.DataArray) -> xr.DataArray:
    """Tell where a day's ground was seen by the words QF1 and QF2 of VNP09GA; snow is ground."""
    return (
        (DETECTION.of(qf1) <= PROBABLY_CLEAR)
        & (NIGHT.of(qf1) == 0)
        & (SHADOW.of(qf2) == 0)
        & (HEAVY_AEROSOL.of(qf2) == 0)
        & (REFLECTIVE_CIRRUS.of(qf2) == 0)
        & (EMISSIVE_CIRRUS.of(qf2) == 0)
    )


def is_clear_by_state(state: xr.DataArray) -> xr.DataArray:
    """Tell where the ground was seen by the state words of VNP09H1; snow is ground."""
    return (
        STATE_CLOUD.of(state).isin(STATE_CLEAR)
        & (STATE_SHADOW.of(state) == 0)
        & (STATE_CIRRUS.of(state) <= THIN)
        & (STATE_AEROSOL.of(state) < HAZY)
    )


def decode_daily(raw: xr.Dataset) -> xr.Dataset:
    """Decode VNP09GA, or that of NOAA-20.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Bands I1 to I3 and, on the same grid, the quality flags QF1 and QF2 as they are stored.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``ndvi``, ``red``, ``nir``, ``swir1`` [1].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    flags = (band_of(raw, f"SurfReflect_QF{number}_1") for number in (1, 2))
    return _guides(raw, is_clear_by_flags(*flags), "_1")


def decode_composite(raw: xr.Dataset) -> xr.Dataset:
    """Decode VNP09H1, which has state words instead of flags; else as `decode_daily`."""
    return _guides(raw, is_clear_by_state(band_of(raw, "SurfReflect_State_500m")), "")


def _guides(raw: xr.Dataset, clear: xr.DataArray, suffix: str) -> xr.Dataset:
    bands = {
        guide: REFLECTANCE.decode(band_of(raw, f"{name}{suffix}"), units="1").where(clear)
        for guide, name in BANDS.items()
    }
    return raw[[]].assign({"ndvi": ndvi_of(bands["red"], bands["nir"]), **bands})


def ndvi_of(red: xr.DataArray, nir: xr.DataArray) -> xr.DataArray:
    """Give ``(nir - red) / (nir + red)`` where both reflectances are 0 or more and one is more.

    A negative reflectance is noise of the correction for the atmosphere over dark water; a ratio
    made with it would be no index. [1]
    """
    real = (red >= 0) & (nir >= 0) & (red + nir > 0)
    ndvi = (nir - red) / (nir + red).where(real)
    return ndvi.drop_attrs().assign_attrs(units="1")
