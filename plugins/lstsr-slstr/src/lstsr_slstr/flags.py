"""The flags of SLSTR at 1 km: what each pixel is, and where its cloud tests saw a cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bits import BitField

if TYPE_CHECKING:
    import xarray as xr


def _bits(*names: str) -> tuple[BitField, ...]:
    return tuple(BitField(name=name, first=bit) for bit, name in enumerate(names) if name)


CONFIDENCE: Final = _bits(
    "coastline",
    "ocean",
    "tidal",
    "land",
    "inland_water",
    "unfilled",
    "",
    "",
    "cosmetic",
    "duplicate",
    "day",
    "twilight",
    "sun_glint",
    "snow",
    "summary_cloud",
    "summary_pointing",
)
"""Fields of ``confidence_in``, 16 bits of which two are spare (S3IPF PDS 005, product data format
specification of SLSTR, ``flags_in``)."""
BAYES: Final = _bits("single_low", "single_moderate", "dual_low", "dual_moderate")
"""Fields of ``bayes_in``, the cloud tests by probability (same specification)."""
EXCEPTION: Final = _bits(
    "packet_absent",
    "pixel_absent",
    "not_decompressed",
    "no_signal",
    "saturation",
    "invalid_radiance",
    "no_parameters",
    "unfilled_pixel",
)
"""Fields of ``exception``, 8 bits; with any of them there is no temperature (same specification,
``LST_in``)."""
_BY_NAME: Final = {field.name: field for field in (*CONFIDENCE, *BAYES)}
CLOUD, POINTING = _BY_NAME["summary_cloud"], _BY_NAME["summary_pointing"]
"""Cloud by the basic tests; a doubtful place."""
PROBABLE_CLOUD: Final = _BY_NAME["single_moderate"]
"""Cloud by probability in the nadir view, the one that temperatures of the land need."""
UNFILLED, COSMETIC = _BY_NAME["unfilled"], _BY_NAME["cosmetic"]
"""A pixel of the grid that no measurement fell into; the same, filled with a copy of its
neighbour."""


def is_measured(confidence: xr.DataArray) -> xr.DataArray:
    """Tell which pixels hold a measurement of their own, at a place that is known."""
    empty = (UNFILLED.of(confidence) != 0) | (COSMETIC.of(confidence) != 0)
    return ~(empty | (POINTING.of(confidence) != 0))


def is_clear(confidence: xr.DataArray, bayes: xr.DataArray | None) -> xr.DataArray:
    """Tell where neither the basic tests nor, where given, the one by probability saw a cloud."""
    clear = CLOUD.of(confidence) == 0
    return clear if bayes is None else clear & (PROBABLE_CLOUD.of(bayes) == 0)
