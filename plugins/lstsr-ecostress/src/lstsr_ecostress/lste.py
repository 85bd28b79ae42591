"""ECO_L2T_LSTE: temperatures of ECOSTRESS on MGRS tiles, in kelvin with their error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import BitField, flag_attributes
from lstsr_core.vocabulary import LST_RANGE

if TYPE_CHECKING:
    import xarray as xr

LST, ERROR, WORD, CLOUD, WATER, ANGLE = LAYERS = (
    "LST",
    "LST_err",
    "QC",
    "cloud",
    "water",
    "view_zenith",
)
"""Layers of the product, each a file of its own: temperature, its error [K], quality word, masks of
cloud and water, view angle [degree]."""
KELVIN: Final = Counts(valid=LST_RANGE)
"""LST, stored in kelvin; fill is NaN (ECOSTRESS grid and tile user guide, table of layers). [K]"""
ERRORS: Final = Counts(valid=(0.0, 100.0))
"""LST_err, stored in kelvin; fill is NaN (same guide). [K]"""
DEGREES: Final = Counts(valid=(-90.0, 90.0))
"""view_zenith, stored in degrees; fill is NaN (same guide). [degree]"""

MANDATORY: Final = BitField(
    name="lst", first=0, classes=("produced", "other_quality", "not_set", "not_produced")
)
DATA: Final = BitField(
    name="radiance", first=2, classes=("good", "missing_stripe", "not_set", "missing")
)
ERROR_CLASS: Final = BitField(
    name="lst_error", first=14, classes=("above_2K", "to_2K", "to_1.5K", "below_1K")
)
FIELDS: Final = (
    MANDATORY,
    DATA,
    BitField(name="cloud_or_ocean", first=4, classes=("not_set", "1", "2", "3")),
    BitField(name="iterations", first=6, classes=("slow", "nominal_1", "nominal_2", "fast")),
    BitField(name="opacity", first=8, classes=("from_0.3", "to_0.3", "to_0.2", "below_0.1")),
    BitField(
        name="emissivity_contrast",
        first=10,
        classes=("above_0.15", "to_0.15", "to_0.1", "below_0.03"),
    ),
    BitField(
        name="emissivity_error",
        first=12,
        classes=("above_0.02", "to_0.02", "to_0.015", "below_0.01"),
    ),
    ERROR_CLASS,
)
"""Fields of QC, 16 bits (ECOSTRESS Collection 2 L2 user guide, table of QC bit flags)."""
PRODUCED: Final = (0, 1)
"""Classes of `MANDATORY` that come with a temperature."""
MISSING: Final = 3
"""Class of `DATA` at which there was no radiance to make a temperature of."""
LST_ERROR_BOUNDS: Final = (2.5, 2.0, 1.5, 1.0)
"""Error of each class of `ERROR_CLASS`: its upper bound; the open class is given one step more than
the bound below it. [K]"""
UNMASKED: Final = f"clouds are not masked: the product came without its layer {CLOUD!r}"
"""Comment on a temperature; the quality word knows nothing of clouds."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode a tile.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Layers as they are stored; all but the temperature may be missing.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``lst`` [K] and, as far as the product has what they need, ``lst_uncertainty`` [K] (the
        error of the pixel, else the upper bound of its class), ``quality`` (the word as it is
        stored), ``water`` (1 where it is, else 0) and ``view_zenith`` [degree]. Without a layer of
        clouds an attribute ``comment`` of ``lst`` says so.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without the temperature.
    """
    lst = KELVIN.decode(band_of(raw, LST), units="K")
    if WORD in raw:
        lst = lst.where(is_produced(raw[WORD]))
    lst = lst.where(raw[CLOUD] == 0) if CLOUD in raw else lst.assign_attrs(comment=UNMASKED)
    return raw[[]].assign({"lst": lst, **_beside(raw, lst.notnull())})


def is_produced(words: xr.DataArray) -> xr.DataArray:
    """Tell by the quality words where a temperature was produced from measured radiances."""
    return MANDATORY.of(words).isin(PRODUCED) & (DATA.of(words) != MISSING)


def _beside(raw: xr.Dataset, seen: xr.DataArray) -> dict[str, xr.DataArray]:
    found = {}
    if ERROR in raw:
        error = ERRORS.decode(raw[ERROR], units="K", long_name="standard uncertainty")
        found["lst_uncertainty"] = error.where(seen)
    elif WORD in raw:
        bounds = ERROR_CLASS.translated(raw[WORD], LST_ERROR_BOUNDS).where(seen)
        found["lst_uncertainty"] = bounds.assign_attrs(units="K", long_name="error, upper bound")
    if WORD in raw:
        found["quality"] = raw[WORD].drop_attrs().assign_attrs(flag_attributes(*FIELDS))
    if WATER in raw:
        water = Counts(valid=(0, 1)).decode(raw[WATER], units="1", long_name="water")
        found["water"] = water
    if ANGLE in raw:
        angle = abs(DEGREES.decode(raw[ANGLE]).where(seen))
        found["view_zenith"] = angle.assign_attrs(units="degree")
    return found
