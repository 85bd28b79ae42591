"""MOD11 and MYD11: split-window temperatures, from counts and quality words to kelvin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import BitField, flag_attributes
from lstsr_modis.solar_time import view_time

if TYPE_CHECKING:
    import xarray as xr

    from lstsr_modis.layers import Layers

LST_COUNTS: Final = Counts(scale=0.02, valid=(7500, 65535))
"""LST_Day_1km and its like; fill is 0 (MOD11 user guide, table of SDS). [K]"""
HOURS: Final = Counts(scale=0.1, valid=(0, 240))
"""View times, local solar; fill is 255 (same table). [h]"""
GRID_ANGLE: Final = Counts(offset=-65.0, valid=(0, 130))
"""View zenith of the gridded products, negative where seen from the east; fill is 255 (same
table). [degree]"""
SWATH_ANGLE: Final = Counts(scale=0.5, valid=(0, 180))
"""View zenith of MOD11_L2; fill is 255 (same table). [degree]"""
SWATH_ERROR: Final = Counts(scale=0.04, valid=(1, 255))
"""Error_LST of MOD11_L2; fill is 0 (same table). [K]"""

MANDATORY: Final = BitField(
    name="lst", first=0, classes=("good", "other_quality", "cloud", "not_produced")
)
DATA: Final = BitField(
    name="radiance", first=2, classes=("good", "other_quality", "undefined_2", "undefined_3")
)
EMISSIVITY: Final = BitField(
    name="emissivity_error", first=4, classes=("to_0.01", "to_0.02", "to_0.04", "above_0.04")
)
LST_ERROR: Final = BitField(
    name="lst_error", first=6, classes=("to_1K", "to_2K", "to_3K", "above_3K")
)
QUALITY: Final = (MANDATORY, DATA, EMISSIVITY, LST_ERROR)
"""QC_Day and QC_Night of the gridded products (MOD11 user guide, table of QC bits)."""
LST_ERROR_BOUNDS: Final = (1.0, 2.0, 3.0, 4.0)
"""Average error of each class of `LST_ERROR`: its upper bound; the open class is given one step
more than the bound below it. [K]"""
PRODUCED: Final = (0, 1)
"""Classes of `MANDATORY` that come with a temperature."""


def decode(raw: xr.Dataset, *, layers: Layers) -> xr.Dataset:
    """Decode a gridded product: MOD11A1, MOD11A2, MOD11B2.

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
        (see `lstsr_modis.solar_time.view_time`), ``view_zenith`` [degree].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    words = band_of(raw, layers.quality)
    lst = LST_COUNTS.decode(band_of(raw, layers.lst), units="K")
    lst = lst.where(MANDATORY.of(words).isin(PRODUCED))
    error = LST_ERROR.translated(words, LST_ERROR_BOUNDS).where(lst.notnull())
    return raw[[]].assign(
        {
            "lst": lst,
            "lst_uncertainty": error.assign_attrs(
                units="K", long_name="average error, upper bound"
            ),
            "quality": words.drop_attrs().assign_attrs(flag_attributes(*QUALITY)),
        }
        | view(raw, layers, lst)
    )


def decode_swath(raw: xr.Dataset, *, layers: Layers) -> xr.Dataset:
    """Decode MOD11_L2, which states its error in kelvin; else as `decode`.

    Its quality words have 16 bits, of which the lowest two mean what they do in the grids.
    """
    words = band_of(raw, layers.quality)
    lst = LST_COUNTS.decode(band_of(raw, layers.lst), units="K")
    lst = lst.where(MANDATORY.of(words).isin(PRODUCED))
    error = SWATH_ERROR.decode(band_of(raw, "Error_LST"), units="K", long_name="Error_LST")
    return raw[[]].assign(
        {
            "lst": lst,
            "lst_uncertainty": error.where(lst.notnull()),
            "quality": words.drop_attrs().assign_attrs(flag_attributes(MANDATORY)),
        }
        | view(raw, layers, lst, angles=SWATH_ANGLE)
    )


def view(
    raw: xr.Dataset, layers: Layers, lst: xr.DataArray, *, angles: Counts = GRID_ANGLE
) -> dict[str, xr.DataArray]:
    """Give time and zenith angle of each view, as far as the product has them."""
    found: dict[str, xr.DataArray] = {}
    if layers.hours in raw:
        hours = HOURS.decode(raw[layers.hours], units="h", long_name="time of the view, as stored")
        hours = hours.where(lst.notnull())
        found["view_time"] = view_time(hours, raw) if layers.hours_are_solar_and_daily else hours
    if layers.angle in raw:
        angle = angles.decode(raw[layers.angle]).where(lst.notnull())
        found["view_zenith"] = abs(angle).assign_attrs(units="degree")
    return found
