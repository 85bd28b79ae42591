"""Bands of a product as they are stored, found by name and turned into values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lstsr_core.errors import SceneError

if TYPE_CHECKING:
    import xarray as xr


def band_of(raw: xr.Dataset, *names: str) -> xr.DataArray:
    """Give a band by the first of its names that the product has.

    Parameters
    ----------
    raw : xarray.Dataset, dims (y, x)
        Bands as they are stored.
    *names : str
        What files and catalogues of different versions call the band.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` where it has none of them.
    """
    for name in names:
        if name in raw:
            return raw[name]
    raise SceneError(
        "SCENE_INCOMPLETE",
        found=f"bands: {', '.join(map(str, raw.data_vars)) or 'none'}",
        expected=" or ".join(names),
        remedy="give the whole product, or name its own sensor: `lstsr plugins` lists them",
    )


def normalised_difference(one: xr.DataArray, other: xr.DataArray) -> xr.DataArray:
    """Give ``(one - other) / (one + other)`` of two reflectances, such as the NDVI.

    A negative reflectance is noise of the correction for the atmosphere over dark ground; a ratio
    made with it would be no index.

    Parameters
    ----------
    one, other : xarray.DataArray
        Reflectances; for the NDVI near infrared and red. [1]

    Returns
    -------
    xarray.DataArray
        -1 to 1, NaN where a reflectance is missing or negative or both are 0. [1]
    """
    real = (one >= 0) & (other >= 0) & (one + other > 0)
    index = (one - other) / (one + other).where(real)
    return index.drop_attrs().assign_attrs(units="1")


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How the counts of a band become values: ``value = scale * count + offset``.

    Parameters
    ----------
    valid : (float, float)
        Closed range of the counts that stand for a value; fill lies outside of it. [1]
    scale, offset : float
        [unit of the value per count], [unit of the value]
    """

    valid: tuple[float, float]
    scale: float = 1.0
    offset: float = 0.0

    def decode(self, counts: xr.DataArray, **attributes: str) -> xr.DataArray:
        """Give float32 values with attributes such as ``units``, NaN where there is none."""
        low, high = self.valid
        inside = (counts >= low) & (counts <= high)
        values = (counts.astype("float64") * self.scale + self.offset).where(inside)
        return values.astype("float32").drop_attrs().assign_attrs(attributes)
