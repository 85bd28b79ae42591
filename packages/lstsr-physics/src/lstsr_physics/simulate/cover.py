"""Land cover, and what grows on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.simulate.bands import with_spectrum
from lstsr_physics.simulate.fields import parcels, random_field

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lstsr_physics.simulate.settings import Landscape


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A class of land cover.

    Parameters
    ----------
    code : int
        Its number in ESA WorldCover (:doi:`10.5281/zenodo.7254221`).
    meaning : str
        Its name.
    ndvi, spread : float
        Mean and standard deviation of NDVI in summer; over western Europe MODIS shows 0.42 to 0.87
        between the 5th and the 95th percentile. [1]
    brightness : float
        Red plus near-infrared reflectance. [1]
    emissivity : float
        At 11 micrometres, by the classes of :doi:`10.1080/014311698214497`. [1]
    """

    code: int
    meaning: str
    ndvi: float
    spread: float
    brightness: float
    emissivity: float


FOREST: Final = Kind(
    code=10, meaning="forest", ndvi=0.83, spread=0.04, brightness=0.36, emissivity=0.988
)
FIELDS: Final = Kind(
    code=40, meaning="fields", ndvi=0.64, spread=0.10, brightness=0.44, emissivity=0.983
)
TOWN: Final = Kind(
    code=50, meaning="town", ndvi=0.36, spread=0.08, brightness=0.33, emissivity=0.970
)
WATER: Final = Kind(
    code=80, meaning="water", ndvi=-0.1, spread=0.03, brightness=0.06, emissivity=0.992
)
KINDS: Final = (FOREST, FIELDS, TOWN, WATER)
"""The classes of a simulated scene."""

FOREST_SLOPE: Final = -3.2
"""Exponent of the spectrum whose high places are forest: coherent woods, frayed at the edge. [1]"""
TOWN_SLOPE: Final = -2.0
TOWN_INTERMITTENCY: Final = 0.1
"""Exponent and intermittency of the field whose peaks are towns: few are large. [1]"""
PARCEL_SHARE: Final = 0.7
"""Weight of whole parcels beside detail inside of them in the NDVI of a class. [1]"""
NDVI_LAND: Final = (0.03, 0.97)
"""Least and most NDVI of land: bare ground and closed canopy. [1]"""


def land_cover(
    height: NDArray[np.float32], land: Landscape, random: np.random.Generator
) -> NDArray[np.uint8]:
    """Lay out forest, fields, towns and, in the lowest places, water.

    Parameters
    ----------
    height : array, shape (h, w)
        Any units.
    land : Landscape
        Shares of the classes.
    random : numpy.random.Generator
        Where the mosaic is drawn from.

    Returns
    -------
    array, shape (h, w)
        Codes of `KINDS`.
    """
    shape = land.fine_shape
    wood = random_field(shape, FOREST_SLOPE, random, reach=land.reach)
    built = random_field(shape, TOWN_SLOPE, random, intermittency=TOWN_INTERMITTENCY)
    is_water = highest(-height, land.water)
    is_town = highest(np.where(is_water, -np.inf, built), land.town)
    is_forest = highest(np.where(is_water | is_town, -np.inf, wood), land.forest)
    cover = np.full(shape, FIELDS.code, np.uint8)
    for kind, where in ((FOREST, is_forest), (TOWN, is_town), (WATER, is_water)):
        cover[where] = kind.code
    return cover


def highest(field: NDArray[np.float32], share: float) -> NDArray[np.bool_]:
    """Tell which pixels belong to the highest share of a field, shape (h, w)."""
    count = round(share * field.size)
    if count == 0:
        return np.zeros(field.shape, bool)
    limit = np.partition(field, field.size - count, axis=None)[field.size - count]
    return np.asarray(field >= limit)


def land_ndvi(
    cover: NDArray[np.uint8], land: Landscape, random: np.random.Generator
) -> NDArray[np.float32]:
    """Grow NDVI on the land; under water it goes on as in fields, so that its spectrum is known.

    Parameters
    ----------
    cover : array, shape (h, w)
        Codes of `KINDS`.
    land : Landscape
        Parcels, spectral slope and intermittency.
    random : numpy.random.Generator
        Where NDVI is drawn from.

    Returns
    -------
    array, shape (h, w)
        [1]
    """
    texture = draw_texture(land, random, intermittency=land.intermittency)
    dry = np.where(cover == WATER.code, np.uint8(FIELDS.code), cover)
    ndvi = of_kind("ndvi", dry) + of_kind("spread", dry) * texture
    ndvi = with_spectrum(ndvi, land.ndvi_slope, land.reach)
    return np.clip(ndvi, *NDVI_LAND).astype(np.float32, copy=False)


def draw_texture(
    land: Landscape, random: np.random.Generator, *, intermittency: float = 0.0
) -> NDArray[np.float32]:
    """Draw what differs from parcel to parcel and inside of them, shape (h, w). [1]"""
    shape, reach = land.fine_shape, land.reach
    inside = random_field(shape, land.ndvi_slope, random, reach=reach, intermittency=intermittency)
    whole = parcels(shape, land.parcel / land.fine_pixel, random)
    return PARCEL_SHARE * whole + math.sqrt(1 - PARCEL_SHARE**2) * inside


def of_kind(quantity: str, cover: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Give every pixel a quantity of its class. [1]"""
    table = np.zeros(256, np.float32)
    for kind in KINDS:
        table[kind.code] = getattr(kind, quantity)
    return table[cover]
