"""AST_07XT: surface reflectance in the visible and near infrared, as guides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_aster.temperature import GOOD, UNMASKED
from lstsr_core.bands import Counts, band_of, normalised_difference

if TYPE_CHECKING:
    import xarray as xr

REFLECTANCE: Final = Counts(scale=0.001, valid=(1, 1600))
"""Surface reflectance; fill is 0 (ASTER user guide, AST_07XT). [1]"""
BANDS: Final = {
    "green": ("SRF_VNIR_B01", "Band1"),
    "red": ("SRF_VNIR_B02", "Band2"),
    "nir": ("SRF_VNIR_B03N", "Band3N"),
}
"""Guides and the names of their bands in files of version 4 and in fields of version 3: 0.56,
0.66 and 0.81 micrometres."""
PLANES: Final = ("SRF_VNIR_QA_DataPlane", "QA_DataPlane")
"""What the first quality plane is called in files of versions 4 and 3."""


def decode(raw: xr.Dataset) -> xr.Dataset:
    """Decode the visible and near infrared bands of AST_07XT.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        The three bands and the first quality plane as they are stored; the plane may be missing.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``ndvi``, ``ndwi``, ``green``, ``red``, ``nir`` [1]. Without the plane an attribute
        ``comment`` of each says that clouds are not masked.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    plane = next((raw[name] for name in PLANES if name in raw), None)
    clear = True if plane is None else plane == GOOD
    bands = {
        guide: REFLECTANCE.decode(band_of(raw, *names), units="1").where(clear)
        for guide, names in BANDS.items()
    }
    guides = {
        "ndvi": normalised_difference(bands["nir"], bands["red"]),
        "ndwi": normalised_difference(bands["green"], bands["nir"]),
        **bands,
    }
    if plane is None:
        guides = {name: guide.assign_attrs(comment=UNMASKED) for name, guide in guides.items()}
    return raw[[]].assign(guides)
