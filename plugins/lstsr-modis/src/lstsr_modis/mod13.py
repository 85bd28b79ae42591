"""MOD13 and MYD13: the vegetation index of 16 days, where the ground was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of

if TYPE_CHECKING:
    import xarray as xr

INDEX: Final = Counts(scale=0.0001, valid=(-2000, 10000))
"""NDVI; fill is -3000. Files state the scale as its inverse, 10000 (MOD13 user guide, table of
SDS). [1]"""
REFLECTANCE: Final = Counts(scale=0.0001, valid=(0, 10000))
"""Red and near infrared; fill is -1000 (same table). [1]"""
GROUND: Final = (0, 1, 2)
"""Ranks of pixel reliability at which the ground was seen: good, marginal, snow or ice. Not 3,
cloudy; not fill, -1 or 255 in files that have no negative bytes (same guide, pixel reliability)."""
PIXELS: Final = ("250m", "500m", "1 km")
"""What the names of the layers begin with in MOD13Q1, MOD13A1 and MOD13A2."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode MOD13Q1, MOD13A1 or MOD13A2.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        NDVI and pixel reliability as they are stored; red and near infrared may be missing.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``ndvi`` and, where the product has them, ``red`` and ``nir`` [1].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    seen = band_of(raw, *names_of("pixel reliability")).isin(GROUND)
    guides = {"ndvi": INDEX.decode(band_of(raw, *names_of("NDVI")), units="1").where(seen)}
    for guide, layer in (("red", "red reflectance"), ("nir", "NIR reflectance")):
        if any(name in raw for name in names_of(layer)):
            counts = band_of(raw, *names_of(layer))
            guides[guide] = REFLECTANCE.decode(counts, units="1").where(seen)
    return raw[[]].assign(guides)


def names_of(layer: str) -> tuple[str, ...]:
    """Give the names of a layer in files of all pixel sizes."""
    return tuple(f"{pixel} 16 days {layer}" for pixel in PIXELS)
