"""Sentinel-2 Level 2A: surface reflectance of the clear ground, as guides."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of, normalised_difference
from lstsr_core.errors import SceneError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr

BANDS: Final[Mapping[str, str]] = MappingProxyType(
    {"blue": "B02", "green": "B03", "red": "B04", "nir": "B08", "swir1": "B11", "swir2": "B12"}
)
"""Guides and the bands that they are."""
CLASSES: Final = "SCL"
"""Scene classification, which says what each pixel shows."""
SCENE_CLASSES: Final = (
    "no_data",
    "saturated_or_defective",
    "dark_area",
    "cloud_shadow",
    "vegetation",
    "not_vegetated",
    "water",
    "unclassified",
    "cloud_medium_probability",
    "cloud_high_probability",
    "thin_cirrus",
    "snow",
)
"""Values of `CLASSES` from 0 upwards (Sentinel-2 products specification document, scene
classification)."""
GROUND: Final = (2, 4, 5, 6, 7, 11)
"""Classes under which the ground is seen, among them dark areas, water and snow."""
BASELINE: Final = "s2:processing_baseline"
"""Attribute that says how the counts are to be read, such as ``05.11`` (STAC extension s2)."""
OFFSET_SINCE: Final = 4.0
"""Processing baseline from which on the counts hold an offset (Sentinel-2 products specification
document, BOA_ADD_OFFSET). [1]"""
SCALE, OFFSET = 0.0001, -0.1
"""Reflectance of a count, and of a count of 0 since that baseline: 1/10000 and -1000/10000. [1]"""
HIGHEST: Final = 1.6
"""Largest reflectance that is given; sun glint and clouds give more. [1]"""
INDICES: Final = {"ndvi": ("nir", "red"), "ndwi": ("green", "nir"), "ndbi": ("swir1", "nir")}
"""Normalised differences and the guides that they are made of: vegetation, water
(:doi:`10.1080/01431169608948714`), buildings (:doi:`10.1080/01431160304987`)."""
UNMASKED: Final = f"clouds are not masked: the product came without {CLASSES}"
"""Comment on a guide that nothing is known of."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode the reflectances of a tile and make indices of them.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        One or more of the bands and the scene classification as they are stored; the latter may be
        missing. Attribute ``s2:processing_baseline``.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        The reflectances that are there by the names of guides, and the ``ndvi``, ``ndwi``, ``ndbi``
        that can be made of them [1]. Without the classification an attribute ``comment`` of each
        says that clouds are not masked.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without any band, or without the baseline.
    """
    counts = counts_of(raw)
    stored = {guide: raw[band] for guide, band in BANDS.items() if band in raw}
    if not stored:
        band_of(raw, *BANDS.values())
    clear = raw[CLASSES].isin(GROUND) if CLASSES in raw else True
    guides = {name: counts.decode(band, units="1").where(clear) for name, band in stored.items()}
    for index, (one, other) in INDICES.items():
        if {one, other} <= stored.keys():
            guides[index] = normalised_difference(guides[one], guides[other])
    if CLASSES not in raw:
        guides = {name: guide.assign_attrs(comment=UNMASKED) for name, guide in guides.items()}
    return raw[[]].assign(guides)


def counts_of(raw: xr.Dataset) -> Counts:
    """Give how counts become reflectances, by the processing baseline; fill is 0.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` where the baseline is missing or no number.
    """
    stated = str(raw.attrs.get(BASELINE, ""))
    try:
        offset = OFFSET if float(stated) >= OFFSET_SINCE else 0.0
    except ValueError as error:
        raise SceneError(
            "SCENE_INCOMPLETE",
            found=f"the processing baseline {stated!r}" if stated else "no processing baseline",
            expected=f"an attribute {BASELINE!r}, '05.11' say: since 04.00 counts have an offset",
            remedy="give the SAFE folder, whose name tells it (N0511), or set the attribute",
        ) from error
    return Counts(scale=SCALE, offset=offset, valid=(1, round((HIGHEST - offset) / SCALE)))
