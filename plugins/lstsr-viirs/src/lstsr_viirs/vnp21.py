"""VNP21 and VJ121: temperatures by temperature-emissivity separation, to kelvin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import BitField, flag_attributes

if TYPE_CHECKING:
    import xarray as xr

LST_COUNTS: Final = Counts(scale=0.02, valid=(7500, 65535))
"""LST_1KM, LST_Day_1KM and LST_Night_1KM; fill is 0 (VNP21A1D file specification). [K]"""
HOURS: Final = Counts(scale=0.1, valid=(0, 240))
"""View times; fill is 255 (same specification). [h]"""
ANGLE: Final = Counts(offset=-65.0, valid=(0, 254))
"""View zenith, negative on one side of the track; fill is 255 (same specification). [degree]"""

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
DAILY_QUALITY: Final = (
    MANDATORY,
    DATA,
    CLOUD,
    ITERATIONS,
    OPACITY,
    CONTRAST,
    BitField(name="emissivity_error", first=12, classes=_EMISSIVITY),
    BitField(name="lst_error", first=14, classes=_LST),
)
"""QC of VNP21A1D and VNP21A1N, 16 bits (their attribute ``QA Legend``)."""
COMPOSITE_QUALITY: Final = (
    MANDATORY,
    DATA,
    BitField(name="emissivity_error", first=4, classes=_EMISSIVITY),
    BitField(name="lst_error", first=6, classes=_LST),
)
"""QC_Day and QC_Night of VNP21A2, 8 bits (their attribute ``QA Legend``)."""
LST_ERROR_BOUNDS: Final = (2.5, 2.0, 1.5, 1.0)
"""Error of each class of ``lst_error``: its upper bound; the open class is given one step more
than the bound below it. [K]"""
PRODUCED: Final = (0, 1)
"""Classes of `MANDATORY` that come with a temperature."""
CLOUDY: Final = 3
"""Class of `CLOUD` under which no surface is seen."""


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Names of the layers of a product: temperature, quality word, time and angle of the view."""

    lst: str = "LST_1KM"
    quality: str = "QC"
    hours: str = "View_Time"
    angle: str = "View_Angle"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the four, as they stand in files."""
        return (self.lst, self.quality, self.hours, self.angle)


DAILY: Final = Layers()
"""Layers of VNP21A1D and VNP21A1N, which are files of their own."""


def composite(part: str) -> Layers:
    """Give the layers of VNP21A2; `part` is ``Day`` or ``Night``."""
    return Layers(
        lst=f"LST_{part}_1KM",
        quality=f"QC_{part}",
        hours=f"View_Time_{part}",
        angle=f"View_Angle_{part}",
    )


def decode_daily(raw: xr.Dataset, *, layers: Layers = DAILY) -> xr.Dataset:
    """Decode VNP21A1D or VNP21A1N, or those of NOAA-20.

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
        [h, as stored: the specification does not say in which time], ``view_zenith`` [degree].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    words = band_of(raw, layers.quality)
    seen = MANDATORY.of(words).isin(PRODUCED) & (CLOUD.of(words) != CLOUDY)
    return _decoded(raw, layers, seen, DAILY_QUALITY)


def decode_composite(raw: xr.Dataset, *, layers: Layers) -> xr.Dataset:
    """Decode VNP21A2, whose quality words have 8 bits; else as `decode_daily`."""
    seen = MANDATORY.of(band_of(raw, layers.quality)).isin(PRODUCED)
    return _decoded(raw, layers, seen, COMPOSITE_QUALITY)


def _decoded(
    raw: xr.Dataset, layers: Layers, seen: xr.DataArray, fields: tuple[BitField, ...]
) -> xr.Dataset:
    words = band_of(raw, layers.quality)
    lst = LST_COUNTS.decode(band_of(raw, layers.lst), units="K").where(seen)
    error = fields[-1].translated(words, LST_ERROR_BOUNDS).where(lst.notnull())
    found = {
        "lst": lst,
        "lst_uncertainty": error.assign_attrs(units="K", long_name="error, upper bound"),
        "quality": words.drop_attrs().assign_attrs(flag_attributes(*fields)),
    }
    if layers.hours in raw:
        hours = HOURS.decode(raw[layers.hours], units="h", long_name="time of the view, as stored")
        found["view_time"] = hours.where(lst.notnull())
    if layers.angle in raw:
        angle = ANGLE.decode(raw[layers.angle]).where(lst.notnull())
        found["view_zenith"] = abs(angle).assign_attrs(units="degree")
    return raw[[]].assign(found)
