"""MOD21 and MYD21: temperatures by temperature-emissivity separation, to kelvin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import BitField, flag_attributes
from lstsr_modis.mod11 import view

if TYPE_CHECKING:
    import xarray as xr

    from lstsr_modis.layers import Layers

LST_COUNTS: Final = Counts(scale=0.02, valid=(7500, 65535))
"""LST_1KM, LST_Day_1KM and LST_Night_1KM; fill is 0 (MxD21 user guide, table of SDS). [K]"""

MANDATORY: Final = BitField(
    name="lst", first=0, classes=("good", "other_quality", "cloud", "not_produced")
)
DATA: Final = BitField(
    name="radiance", first=2, classes=("good", "missing", "fairly_calibrated", "poorly_calibrated")
)
CLOUD: Final = BitField(
    name="cloud", first=4, classes=("free", "thin_cirrus", "within_2_pixels", "cloudy")
)
ITERATIONS: Final = BitField(
    name="iterations", first=6, classes=("7_or_more", "6", "5", "fewer_than_5")
)
OPACITY: Final = BitField(
    name="opacity", first=8, classes=("from_0.3", "to_0.3", "to_0.2", "below_0.1")
)
CONTRAST: Final = BitField(
    name="emissivity_contrast", first=10, classes=("above_0.15", "to_0.15", "to_0.1", "below_0.03")
)
_EMISSIVITY: Final = ("above_0.02", "to_0.02", "to_0.015", "below_0.01")
_LST: Final = ("above_2K", "to_2K", "to_1.5K", "below_1K")
DAILY_LST_ERROR: Final = BitField(name="lst_error", first=14, classes=_LST)
DAILY_QUALITY: Final = (
    MANDATORY,
    DATA,
    CLOUD,
    ITERATIONS,
    OPACITY,
    CONTRAST,
    BitField(name="emissivity_error", first=12, classes=_EMISSIVITY),
    DAILY_LST_ERROR,
)
"""QC of MOD21A1D and MOD21A1N, 16 bits (its attribute ``QA_Legend``)."""
COMPOSITE_LST_ERROR: Final = BitField(name="lst_error", first=6, classes=_LST)
COMPOSITE_QUALITY: Final = (
    MANDATORY,
    DATA,
    BitField(name="emissivity_error", first=4, classes=_EMISSIVITY),
    COMPOSITE_LST_ERROR,
)
"""QC_Day and QC_Night of MOD21A2, 8 bits (their attribute ``QA_Legend``)."""
LST_ERROR_BOUNDS: Final = (2.5, 2.0, 1.5, 1.0)
"""Error of each class: its upper bound; the open class is given one step more than the bound
below it. Better is a higher class here, other than in MOD11. [K]"""
PRODUCED: Final = (0, 1)
"""Classes of `MANDATORY` that come with a temperature."""
CLOUDY: Final = 3
"""Class of `CLOUD` under which no surface is seen."""


def decode_daily(raw: xr.Dataset, *, layers: Layers) -> xr.Dataset:
    """Decode MOD21A1D or MOD21A1N.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Counts as they are stored; time and angle may be missing.
    layers : Layers
        Which of them.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``lst``, ``lst_uncertainty`` [K], ``quality`` (the word as it is stored), ``view_time``
        [h, as stored: the user guide does not say in which time], ``view_zenith`` [degree].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    words = band_of(raw, layers.quality)
    seen = MANDATORY.of(words).isin(PRODUCED) & (CLOUD.of(words) != CLOUDY)
    return _decoded(raw, layers, seen, DAILY_QUALITY)


def decode_composite(raw: xr.Dataset, *, layers: Layers) -> xr.Dataset:
    """Decode MOD21A2, whose quality words have 8 bits; else as `decode_daily`."""
    seen = MANDATORY.of(band_of(raw, layers.quality)).isin(PRODUCED)
    return _decoded(raw, layers, seen, COMPOSITE_QUALITY)


def _decoded(
    raw: xr.Dataset, layers: Layers, seen: xr.DataArray, fields: tuple[BitField, ...]
) -> xr.Dataset:
    words = band_of(raw, layers.quality)
    lst = LST_COUNTS.decode(band_of(raw, layers.lst), units="K").where(seen)
    error = fields[-1].translated(words, LST_ERROR_BOUNDS).where(lst.notnull())
    return raw[[]].assign(
        {
            "lst": lst,
            "lst_uncertainty": error.assign_attrs(units="K", long_name="error, upper bound"),
            "quality": words.drop_attrs().assign_attrs(flag_attributes(*fields)),
        }
        | view(raw, layers, lst)
    )
