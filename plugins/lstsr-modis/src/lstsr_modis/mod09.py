"""MOD09 and MYD09: surface reflectance of the clear ground, as NDVI and albedo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lstsr_core.bands import Counts, band_of
from lstsr_core.bits import BitField
from lstsr_core.vocabulary import GUIDES

if TYPE_CHECKING:
    import xarray as xr

REFLECTANCE: Final = Counts(scale=0.0001, valid=(-100, 16000))
"""sur_refl_b01 to b07; fill is -28672. Some files state the scale as its inverse, 10000
(MOD09 user guide, table of SDS). [1]"""

CLOUD: Final = BitField(
    name="cloud", first=0, classes=("clear", "cloudy", "mixed", "not_set_assumed_clear")
)
SHADOW: Final = BitField(name="cloud_shadow", first=2)
AEROSOL: Final = BitField(
    name="aerosol", first=6, classes=("climatology", "low", "average", "high")
)
CIRRUS: Final = BitField(name="cirrus", first=8, classes=("none", "small", "average", "high"))
INTERNAL_CLOUD: Final = BitField(name="internal_cloud", first=10)
FIRE: Final = BitField(name="fire", first=11)
SNOW: Final = BitField(name="snow", first=12)
BESIDE_CLOUD: Final = BitField(name="beside_cloud", first=13)
INTERNAL_SNOW: Final = BitField(name="internal_snow", first=15)
"""Fields of state_1km, sur_refl_state_250m and sur_refl_state_500m (MOD09 user guide, table of
state QA; the files' own ``QA index``)."""
CLEAR: Final = (0, 3)
"""Classes of `CLOUD` under which the ground is seen."""
THIN: Final = 1
"""Highest class of `CIRRUS` that the ground is seen through."""
HAZY: Final = 3
"""Class of `AEROSOL` at which the correction for the atmosphere cannot be trusted."""

BAND_CLASSES: Final = (
    "highest",
    *(f"unused_{value}" for value in range(1, 7)),
    "noisy_detector",
    "dead_detector",
    "sun_below_4_degree",
    "sun_below_5_degree",
    "missing_input",
    "constant_atmosphere",
    "out_of_bounds",
    "faulty_radiance",
    "not_processed",
)
"""Values of the four bits that say how good one band is (MOD09 user guide, tables of band
quality)."""
MEASURED: Final = (0, 7, 10, 12)
"""Those of a band that was measured and corrected, if not at its best."""
FIRST_BIT_250M, FIRST_BIT_500M = 4, 2
"""Where the bits of band 1 begin in QC_250m and in QC_500m; those of the next follow. [bit]"""
BAND_BITS: Final = 4
"""Bits of one band. [bit]"""

LIANG: Final = {1: 0.160, 2: 0.291, 3: 0.243, 4: 0.116, 5: 0.112, 7: 0.081}
"""Weight of each band in the shortwave broadband albedo of MODIS (Liang 2001,
:doi:`10.1016/S0034-4257(00)00205-4`). [1]"""
LIANG_OFFSET: Final = -0.0015
"""Constant of the same formula. [1]"""


def is_clear(state: xr.DataArray) -> xr.DataArray:
    """Tell where the ground was seen: no cloud, shadow, cirrus or thick haze; snow is ground.

    Parameters
    ----------
    state : xarray.DataArray of integers
        State words as they are stored; fill (65535) is not clear.

    Returns
    -------
    xarray.DataArray of bool
    """
    return (
        CLOUD.of(state).isin(CLEAR)
        & (SHADOW.of(state) == 0)
        & (INTERNAL_CLOUD.of(state) == 0)
        & (CIRRUS.of(state) <= THIN)
        & (AEROSOL.of(state) < HAZY)
    )


def is_measured(words: xr.DataArray, band: int, first_bit: int) -> xr.DataArray:
    """Tell where a band, counted from 1, was measured, by the words of QC_250m or QC_500m."""
    first = first_bit + BAND_BITS * (band - 1)
    return BitField(name=f"band_{band}", first=first, classes=BAND_CLASSES).of(words).isin(MEASURED)


def decode_ndvi(raw: xr.Dataset) -> xr.Dataset:
    """Decode MOD09GQ, which has no state words, or MOD09Q1, which has.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Red, near infrared and quality words as they are stored; with ``state_1km_1`` of MOD09GA on
        the same grid clouds are masked in MOD09GQ too.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        ``ndvi``, ``red``, ``nir`` [1].

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE``.
    """
    words = band_of(raw, "QC_250m_1", "QC_250m", "sur_refl_qc_250m")
    red, nir = (_band(raw, band, words, FIRST_BIT_250M) for band in (1, 2))
    for name in ("sur_refl_state_250m", "state_1km_1"):
        if name in raw:
            red, nir = (values.where(is_clear(raw[name])) for values in (red, nir))
    return raw[[]].assign(ndvi=ndvi_of(red, nir), red=red, nir=nir)


def decode_reflectance(raw: xr.Dataset) -> xr.Dataset:
    """Decode MOD09GA or MOD09A1 to ``ndvi`` and ``albedo`` [1]; else as `decode_ndvi`.

    Albedo is Liang's shortwave broadband albedo, which takes reflectances for albedos.
    """
    words = band_of(raw, "QC_500m_1", "sur_refl_qc_500m")
    clear = is_clear(band_of(raw, "state_1km_1", "sur_refl_state_500m"))
    bands = {n: _band(raw, n, words, FIRST_BIT_500M).where(clear) for n in LIANG}
    albedo = sum((LIANG[n] * bands[n] for n in LIANG), start=bands[1] * 0.0 + LIANG_OFFSET)
    known = GUIDES["albedo"]
    possible = albedo.where((albedo >= known.low) & (albedo <= known.high))
    return raw[[]].assign(ndvi=ndvi_of(bands[1], bands[2]), albedo=possible.assign_attrs(units="1"))


def _band(raw: xr.Dataset, band: int, words: xr.DataArray, first_bit: int) -> xr.DataArray:
    counts = band_of(raw, f"sur_refl_b{band:02d}_1", f"sur_refl_b{band:02d}")
    return REFLECTANCE.decode(counts, units="1").where(is_measured(words, band, first_bit))


def ndvi_of(red: xr.DataArray, nir: xr.DataArray) -> xr.DataArray:
    """Give ``(nir - red) / (nir + red)`` where both reflectances are 0 or more and one is more.

    A negative reflectance is noise of the correction for the atmosphere over dark water; a ratio
    made with it would be no index. [1]
    """
    real = (red >= 0) & (nir >= 0) & (red + nir > 0)
    ndvi = (nir - red) / (nir + red).where(real)
    return ndvi.drop_attrs().assign_attrs(units="1")
