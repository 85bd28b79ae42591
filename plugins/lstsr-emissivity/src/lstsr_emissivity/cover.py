"""The emissivity of the land by what covers it: vegetation by its index, or classes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SceneError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_emissivity.options import EmissivityOptions

    Field = NDArray[np.floating[Any]]

BARE, FULL = 0.2, 0.5
"""NDVI of bare soil and of full vegetation (Sobrino & Raissouni 2000,
:doi:`10.1080/014311600210876`). [1]"""
WATER: Final = 0.992
"""Emissivity of water at 10.9 um (source of `CLASSES`). [1]"""
CLASSES: Final[Mapping[str, float]] = MappingProxyType(
    {
        "tree_cover": 0.995,
        "shrubland": 0.969,
        "grassland": 0.970,
        "cropland": 0.971,
        "built_up": 0.973,
        "bare_or_sparse_vegetation": 0.969,
        "snow_and_ice": 0.992,
        "permanent_water": WATER,
        "herbaceous_wetland": 0.992,
        "mangroves": 0.992,
        "moss_and_lichen": 0.980,
    }
)
"""Emissivity in band 10 of TIRS, 10.9 um, by the classes of ESA WorldCover: those of FROM-GLC for
forest, shrubs, grass, crops, impervious, barren, snow, water, wetland (also for mangroves) and
tundra (:doi:`10.3390/rs70100647`). [1]"""


def of_vegetation(ndvi: Field, options: EmissivityOptions) -> NDArray[np.float64]:
    """Give the emissivity of soil under vegetation by the NDVI.

    ``e = e_v P + e_s (1 - P) + 4 d P (1 - P)`` with the share of vegetation
    ``P = ((NDVI - 0.2) / (0.5 - 0.2))^2``, 0 below and 1 above; water where the NDVI is negative.

    Parameters
    ----------
    ndvi : array
        NaN where there is none. [1]
    options : EmissivityOptions
        e_v, e_s and d: vegetation, soil, cavity.

    Returns
    -------
    array
        NaN where there is none. [1]

    References
    ----------
    .. [1] Valor & Caselles, "Mapping land surface emissivity from NDVI", Remote Sensing of
       Environment, 1996, :doi:`10.1016/0034-4257(96)00039-9`
    .. [2] Sobrino & Raissouni, "Toward remote sensing methods for land cover dynamic monitoring",
       International Journal of Remote Sensing, 2000, :doi:`10.1080/014311600210876`
    .. [3] Carlson & Ripley, "On the relation between NDVI, fractional vegetation cover, and leaf
       area index", Remote Sensing of Environment, 1997, :doi:`10.1016/S0034-4257(97)00104-1`
    """
    share = np.clip((np.asarray(ndvi, np.float64) - BARE) / (FULL - BARE), 0.0, 1.0) ** 2
    mixed = options.vegetation * share + options.soil * (1 - share)
    mixed += 4 * options.cavity * share * (1 - share)
    return np.where(ndvi < 0, WATER, mixed)


def of_classes(cover: xr.DataArray) -> NDArray[np.float64]:
    """Give the emissivity of each pixel by its class; NaN where it has none that is known. [1]

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` where the CF flags name not one class of `CLASSES`.
    """
    values = np.atleast_1d(cover.attrs.get("flag_values", ()))
    meanings = str(cover.attrs.get("flag_meanings", "")).split()
    known = [(v, CLASSES[m]) for v, m in zip(values, meanings, strict=False) if m in CLASSES]
    if not known:
        raise SceneError(
            "SCENE_INCOMPLETE",
            found=f"a land cover whose flag_meanings are {' '.join(meanings) or 'missing'}",
            expected=f"some of: {', '.join(CLASSES)}",
            remedy="read it by --guide land_cover with the sensor worldcover (lstsr-terrain)",
        )
    codes = cover.to_numpy()
    emissivity = np.full(codes.shape, np.nan)
    for code, value in known:
        emissivity[codes == code] = value
    return emissivity
