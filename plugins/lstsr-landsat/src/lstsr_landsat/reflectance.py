"""Surface reflectance of Landsat Collection 2 Level 2, as guides."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of, normalised_difference
from lstsr_landsat.pixel_quality import is_clear
from lstsr_landsat.temperature import PIXELS, UNMASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

REFLECTANCE: Final = Counts(scale=2.75e-5, offset=-0.2, valid=(7273, 43636))
"""SR_B1 to SR_B7; fill is 0 (USGS LSDS-1619, table of scale factors). [1]"""
OLI: Final[Mapping[str, str]] = MappingProxyType(
    {
        "blue": "SR_B2",
        "green": "SR_B3",
        "red": "SR_B4",
        "nir": "SR_B5",
        "swir1": "SR_B6",
        "swir2": "SR_B7",
    }
)
"""Guides and the bands of Landsat 8 and 9 that they are."""
TM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "blue": "SR_B1",
        "green": "SR_B2",
        "red": "SR_B3",
        "nir": "SR_B4",
        "swir1": "SR_B5",
        "swir2": "SR_B7",
    }
)
"""Guides and the bands of Landsat 4 to 7 that they are."""
INDICES: Final = {"ndvi": ("nir", "red"), "ndwi": ("green", "nir"), "ndbi": ("swir1", "nir")}
"""Normalised differences and the guides that they are made of: vegetation, water
(:doi:`10.1080/01431169608948714`), buildings (:doi:`10.1080/01431160304987`)."""
LIANG: Final = {"blue": 0.356, "red": 0.130, "nir": 0.373, "swir1": 0.085, "swir2": 0.072}
"""Weight of each band in the shortwave broadband albedo of TM and ETM+ (Liang 2001,
:doi:`10.1016/S0034-4257(00)00205-4`); OLI has the same bands, a little narrower. [1]"""
LIANG_OFFSET: Final = -0.0018
"""Constant of the same formula. [1]"""


def decode(raw: xr.Dataset, *, bands: Mapping[str, str]) -> xr.Dataset:
    """Decode the reflectances of a Landsat and make indices of them.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Red, near infrared and QA_PIXEL as they are stored; other bands and QA_PIXEL may be missing.
    bands : mapping of str to str
        `OLI` or `TM`.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        The reflectances that are there by the names of guides, and the ``ndvi``, ``ndwi``, ``ndbi``
        and ``albedo`` that can be made of them [1]. Without QA_PIXEL an attribute ``comment`` of
        each says that clouds are not masked.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without red or near infrared.
    """
    for guide in INDICES["ndvi"]:
        band_of(raw, bands[guide])
    clear = is_clear(raw[PIXELS]) if PIXELS in raw else True
    guides = {
        guide: REFLECTANCE.decode(raw[band], units="1").where(clear)
        for guide, band in bands.items()
        if band in raw
    }
    for index, (one, other) in INDICES.items():
        if {one, other} <= guides.keys():
            guides[index] = normalised_difference(guides[one], guides[other])
    if guides.keys() >= LIANG.keys():
        guides["albedo"] = albedo_of(guides)
    if PIXELS not in raw:
        guides = {name: guide.assign_attrs(comment=UNMASKED) for name, guide in guides.items()}
    return raw[[]].assign(guides)


def albedo_of(guides: Mapping[str, xr.DataArray]) -> xr.DataArray:
    """Give Liang's shortwave broadband albedo, which takes reflectances for albedos. [1]"""
    weighted = (LIANG[name] * guides[name] for name in LIANG)
    albedo = sum(weighted, start=0.0 * guides["red"] + LIANG_OFFSET)
    return albedo.where(albedo >= 0).drop_attrs().assign_attrs(units="1")
