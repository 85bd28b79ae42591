"""The part of a swath that comes near a grid, so that the rest need not be decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_data.swath import GEOGRAPHIC, PLACES, on_sphere, transformer

if TYPE_CHECKING:
    import xarray as xr
    from odc.geo.geobox import GeoBox

MARGIN: Final = 0.002
"""What is kept around a grid, 13 km: more than the reach of any swath. [radius of the Earth]"""


def part_near(swath: xr.Dataset, box: GeoBox) -> xr.Dataset:
    """Give the rows and columns of a swath that come near a grid; all where none does.

    Parameters
    ----------
    swath : xarray.Dataset, dims (y, x)
        With coordinates ``latitude`` and ``longitude``. [degree]
    box : GeoBox
        What it is to be laid on.
    """
    corners = [box.affine * (x, y) for y in (0, box.shape[0]) for x in (0, box.shape[1])]
    x, y = zip(*corners, strict=True)
    back = transformer(str(box.crs), GEOGRAPHIC)
    edge = np.stack(on_sphere(*(np.asarray(place) for place in back.transform(x, y))))
    middle = edge.mean(axis=1)
    # From the middle of a chord to its end: no point of the grid lies farther away.
    radius = np.linalg.norm(edge - middle[:, None], axis=0).max() + MARGIN
    places = on_sphere(*(np.asarray(swath[name], np.float64) for name in PLACES[::-1]))
    away = sum((place - part) ** 2 for place, part in zip(places, middle, strict=True))
    near = np.asarray(away < radius**2)
    if not near.any():
        return swath
    rows, columns = (np.flatnonzero(near.any(axis=axis)) for axis in (1, 0))
    part: xr.Dataset = swath.isel(
        y=slice(rows[0], rows[-1] + 1), x=slice(columns[0], columns[-1] + 1)
    )
    return part
