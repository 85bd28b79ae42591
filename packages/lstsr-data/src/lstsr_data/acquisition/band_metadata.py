"""What a catalogue says of the counts of a band, in both versions of STAC."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import xarray as xr

OLD: Final = "raster:bands"
"""List of bands in STAC 1.0 (raster extension v1)."""
NEW: Final = "bands"
"""List of bands in STAC 1.1, in which scale and offset are ``raster:scale`` and ``raster:offset``
(raster extension v2); for an asset of one band they may stand on the asset itself."""


@dataclass(frozen=True, kw_only=True)
class BandMetadata:
    """How counts are stored, as far as the catalogue says; ``value = scale * count + offset``.

    Parameters
    ----------
    scale, offset : float, optional
        [unit per count], [unit]
    nodata : float, optional
        Count that means "nothing here".
    unit, data_type : str
        As the catalogue writes them; empty where it does not.
    bands : int
        Bands of the asset. [1]
    """

    scale: float | None = None
    offset: float | None = None
    nodata: float | None = None
    unit: str = ""
    data_type: str = ""
    bands: int = 1

    @property
    def attributes(self) -> dict[str, float | str]:
        """Attributes of a raw band by which a sensor can decode it, named after CF."""
        stated = {
            "scale_factor": self.scale,
            "add_offset": self.offset,
            "_FillValue": self.nodata,
            "units": self.unit or None,
        }
        return {name: value for name, value in stated.items() if value is not None}


def metadata_of(asset: Mapping[str, Any]) -> BandMetadata:
    """Read what an asset says of its (first) band.

    Parameters
    ----------
    asset : mapping
        An asset of a STAC Item, version 1.0 or 1.1, as JSON has it.
    """
    bands = asset.get(OLD) or asset.get(NEW) or [{}]
    first = bands[0] if isinstance(bands, Sequence) and isinstance(bands[0], Mapping) else {}
    levels = (first, asset)
    return BandMetadata(
        scale=_number(_first_of(levels, "raster:scale", "scale")),
        offset=_number(_first_of(levels, "raster:offset", "offset")),
        nodata=_number(_first_of(levels, "nodata", "raster:nodata")),
        unit=str(_first_of(levels, "unit") or ""),
        data_type=str(_first_of(levels, "data_type") or ""),
        bands=len(bands),
    )


def _first_of(levels: Sequence[Mapping[str, Any]], *names: str) -> object:
    for level in levels:
        for name in names:
            if level.get(name) is not None:
                return level[name]
    return None


def _number(stated: object) -> float | None:
    """Read a number, which JSON may spell "nan" or "inf"."""
    if not isinstance(stated, int | float | str):
        return None
    try:
        return float(stated)
    except ValueError:
        return None


def decoded_by_catalogue(counts: xr.DataArray) -> xr.DataArray:
    """Decode a raw band by what the catalogue says of it; for sensors that leave it to that.

    Parameters
    ----------
    counts : xarray.DataArray
        With the attributes that `BandMetadata.attributes` gives.

    Returns
    -------
    xarray.DataArray
        float32, NaN where the count is the nodata value; ``units`` where they are stated.
    """
    fill = counts.attrs.get("_FillValue", math.nan)
    exact = counts.astype("float64")
    scale, offset = counts.attrs.get("scale_factor", 1.0), counts.attrs.get("add_offset", 0.0)
    values = (exact * scale + offset).where(exact != fill).astype("float32")
    units = {"units": counts.attrs["units"]} if "units" in counts.attrs else {}
    decoded: xr.DataArray = values.drop_attrs().assign_attrs(units)
    return decoded
