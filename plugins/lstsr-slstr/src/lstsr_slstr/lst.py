"""SL_2_LST: temperatures of SLSTR as they were scanned, to kelvin with their uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import flag_attributes
from lstsr_core.vocabulary import LST_RANGE
from lstsr_slstr.flags import CONFIDENCE, is_clear, is_measured

if TYPE_CHECKING:
    import xarray as xr

LST, ERROR, EXCEPTION = "LST", "LST_uncertainty", "exception"
"""Variables of ``LST_in.nc``."""
WORD, BAYES = "confidence_in", "bayes_in"
"""Variables of ``flags_in.nc``."""
ANGLE: Final = "sat_zenith_tn"
"""Variable of ``geometry_tn.nc``, laid on the pixels by who reads it. [degree]"""
PLACES: Final = ("latitude", "longitude")
"""Coordinates that say where a pixel lies. [degree]"""
ERROR_RANGE: Final = (0.0, 100.0)
"""Uncertainties that can be meant. [K]"""
UNMASKED: Final = f"clouds are not masked: the product came without {WORD!r}"
"""Comment on a temperature that nothing is known of."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode the temperatures of a product, on the grid of the scan.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Variables as they are stored, with their attributes ``scale_factor``, ``add_offset`` and
        ``_FillValue``; all but the temperature may be missing. Coordinates ``latitude`` and
        ``longitude`` where it is a swath. [degree]

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``lst`` [K] and, as far as the product has what they need, ``lst_uncertainty`` [K],
        ``quality`` (the confidence word as it is stored) and ``view_zenith`` [degree]. Pixels that
        are no measurement of their own have no place: NaN in the coordinates. Without the
        confidence word an attribute ``comment`` of ``lst`` says that clouds are not masked.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without the temperature.
    """
    lst = unpacked(band_of(raw, LST, "band_1"), LST_RANGE, units="K")
    if EXCEPTION in raw:
        lst = lst.where(raw[EXCEPTION] == 0)
    if WORD not in raw:
        lst = lst.assign_attrs(comment=UNMASKED)
        return raw[[]].assign({"lst": lst, **_beside(raw, lst.notnull())})
    clear = is_clear(raw[WORD], raw.get(BAYES)) & is_measured(raw[WORD])
    lst = lst.where(clear)
    word = raw[WORD].drop_attrs().assign_attrs(flag_attributes(*CONFIDENCE))
    decoded = raw[[]].assign({"lst": lst, "quality": word, **_beside(raw, lst.notnull())})
    return _without_places(decoded, is_measured(raw[WORD]))


def unpacked(band: xr.DataArray, valid: tuple[float, float], **attributes: str) -> xr.DataArray:
    """Give the values of a variable by its own CF attributes, NaN outside of a closed range.

    References
    ----------
    .. [1] CF Conventions 1.12, section 8.1, "Packed data"
    """
    counts = Counts(
        scale=float(band.attrs.get("scale_factor", 1.0)),
        offset=float(band.attrs.get("add_offset", 0.0)),
        valid=(float("-inf"), float("inf")),
    )
    values = counts.decode(band, **attributes)
    possible = (values >= valid[0]) & (values <= valid[1])
    fill = band.attrs.get("_FillValue")
    return values.where(possible if fill is None else possible & (band != fill))


def _beside(raw: xr.Dataset, seen: xr.DataArray) -> dict[str, xr.DataArray]:
    found = {}
    if ERROR in raw:
        error = unpacked(raw[ERROR], ERROR_RANGE, units="K", long_name="standard uncertainty")
        found["lst_uncertainty"] = error.where(seen)
    if ANGLE in raw:
        angle = unpacked(raw[ANGLE], (0.0, 90.0), units="degree")
        found["view_zenith"] = angle.where(seen)
    return found


def _without_places(decoded: xr.Dataset, measured: xr.DataArray) -> xr.Dataset:
    """Take the place from what is no measurement, so that nobody lays it anywhere."""
    places = {
        name: decoded.coords[name].where(measured.drop_vars(PLACES, errors="ignore"))
        for name in PLACES
        if name in decoded.coords
    }
    return decoded.assign_coords(places)
