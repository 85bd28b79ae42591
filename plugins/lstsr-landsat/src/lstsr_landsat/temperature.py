"""Surface temperature of Landsat Collection 2 Level 2, to kelvin with its uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import flag_attributes
from lstsr_landsat.pixel_quality import FIELDS, is_clear

if TYPE_CHECKING:
    import xarray as xr

LST_COUNTS: Final = Counts(scale=0.00341802, offset=149.0, valid=(293, 65535))
"""ST_B10 and ST_B6; fill is 0 (USGS LSDS-1619 and LSDS-1618, table of scale factors). [K]"""
ERROR_COUNTS: Final = Counts(scale=0.01, valid=(0, 32767))
"""ST_QA, the uncertainty of each temperature; fill is -9999 (same guides). [K]"""
ERROR, PIXELS = "ST_QA", "QA_PIXEL"
"""Bands beside the temperature."""
UNMASKED: Final = f"clouds are not masked: the product came without {PIXELS}"
"""Comment on a temperature or a guide that nothing is known of."""


def decode(raw: xr.Dataset, *, band: str) -> xr.Dataset:
    """Decode the temperature of a Landsat.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Temperature, ST_QA and QA_PIXEL as they are stored; the last two may be missing.
    band : str
        ``ST_B10`` of Landsat 8 and 9, ``ST_B6`` of Landsat 4 to 7.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``lst`` and, as far as the product has them, ``lst_uncertainty`` [K] and ``quality`` (the
        word as it is stored). Without QA_PIXEL an attribute ``comment`` of ``lst`` says that
        clouds are not masked.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without the temperature.
    """
    lst = LST_COUNTS.decode(band_of(raw, band), units="K")
    found = {}
    if PIXELS in raw:
        lst = lst.where(is_clear(raw[PIXELS]))
        found["quality"] = raw[PIXELS].drop_attrs().assign_attrs(flag_attributes(*FIELDS))
    else:
        lst = lst.assign_attrs(comment=UNMASKED)
    if ERROR in raw:
        error = ERROR_COUNTS.decode(raw[ERROR], units="K", long_name="standard uncertainty")
        found["lst_uncertainty"] = error.where(lst.notnull())
    return raw[[]].assign({"lst": lst, **found})
