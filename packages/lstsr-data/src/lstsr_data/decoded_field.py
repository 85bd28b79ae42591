"""Decoded fields, such as the guides of a sensor, laid on a grid like bands of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from lstsr_core.grid import geobox_of
from lstsr_data.lay import lay

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox


@dataclass(frozen=True, kw_only=True)
class DecodedField:
    """A field on its native grid.

    Parameters
    ----------
    path : str
        Where it comes from, for messages.
    values : xarray.DataArray, dims (y, x)
        NaN where there is none; any units.
    """

    path: str
    values: xr.DataArray

    @property
    def box(self) -> GeoBox:
        """Its grid."""
        return geobox_of(self.values)

    @property
    def classes(self) -> tuple[float, ...]:
        """Values that name classes (CF ``flag_values``); empty for numbers."""
        return tuple(map(float, np.ravel(self.values.attrs.get("flag_values", ()))))

    def read(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Give the values of a window, read and decoded now."""
        window = self.values[rows, columns]
        # Blocks are read in threads already; more of them inside would only wait for each other.
        return np.asarray(window.compute(scheduler="synchronous"), np.float32)


def lay_fields(decoded: xr.Dataset, box: GeoBox) -> xr.Dataset:
    """Lay the fields that a sensor decoded on a grid: numbers by area mean, classes by majority.

    Parameters
    ----------
    decoded : xarray.Dataset, dims (y, x)
        Fields on their native grid, NaN where there is none.
    box : GeoBox
        Where to lay them, such as the fine grid of a scene.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy float32 fields with their attributes and ``laid``; see `lstsr_data.lay.lay`.

    Raises
    ------
    SceneError
        ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``NO_OVERLAP``.
    """
    laid = {}
    for name, values in decoded.data_vars.items():
        field = lay(DecodedField(path=str(name), values=values), box)
        laid[str(name)] = field.assign_attrs({**field.attrs, **values.attrs})
    return xr.Dataset(laid, attrs=decoded.attrs)
