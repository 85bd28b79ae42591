"""ESA WorldCover: what covers the land, as classes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_core.bands import band_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

NAMES: Final = ("map", "band_1")
"""What catalogues call the map, and a raster of nothing else."""
CLASSES: Final[Mapping[int, str]] = MappingProxyType(
    {
        10: "tree_cover",
        20: "shrubland",
        30: "grassland",
        40: "cropland",
        50: "built_up",
        60: "bare_or_sparse_vegetation",
        70: "snow_and_ice",
        80: "permanent_water",
        90: "herbaceous_wetland",
        95: "mangroves",
        100: "moss_and_lichen",
    }
)
"""Codes of the classes; 0 is fill (ESA WorldCover 10 m 2021 v200 product user manual)."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode the map.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Codes as they are stored.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``land_cover``: the codes, NaN where there is none, with the CF attributes ``flag_values``
        and ``flag_meanings`` of classes. No mean can be taken of them.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    codes = band_of(raw, *NAMES)
    cover = codes.astype("float32").where(codes.isin([*CLASSES])).drop_attrs()
    return raw[[]].assign(
        land_cover=cover.assign_attrs(
            long_name="land cover",
            flag_values=[*CLASSES],
            flag_meanings=" ".join(CLASSES.values()),
        )
    )
