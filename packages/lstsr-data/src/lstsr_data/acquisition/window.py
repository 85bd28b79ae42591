"""Which pixels of a product are wanted: those of an area, those under a grid, or all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from affine import Affine
from odc.geo.geobox import GeoBox

from lstsr_data.acquisition.frame import frame_around, frame_of, united
from lstsr_data.swath import equal_area_crs, grid_around

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray as xr

    from lstsr_data.acquisition.area import Area


@dataclass(frozen=True, kw_only=True)
class Window:
    """What is wanted; all of the product where nothing is given.

    Parameters
    ----------
    area : Area, optional
        Its pixels.
    under : GeoBox, optional
        The pixels under this grid.
    fixed : GeoBox, optional
        These very pixels.
    """

    area: Area | None = None
    under: GeoBox | None = None
    fixed: GeoBox | None = None

    def on(self, grids: Sequence[GeoBox]) -> GeoBox:
        """Give the wanted pixels of the first of the grids of some granules."""
        if self.fixed is not None:
            return self.fixed
        if self.under is not None:
            return frame_around(self.under, grids[0])
        return frame_of(self.area, grids[0]) if self.area is not None else united(grids)

    def about(self, swath: xr.Dataset, pixel: float) -> GeoBox:
        """Give pixels for a swath, which has none.

        Those of an area are the same whatever swath passes over it, so that days can be compared.

        Parameters
        ----------
        swath : xarray.Dataset
            With coordinates ``latitude`` and ``longitude``. [degree]
        pixel : float
            Edge of a pixel. [m]
        """
        known = self.fixed if self.fixed is not None else self.under
        if known is not None:
            return known
        if self.area is None:
            return grid_around(swath, pixel)
        return frame_of(self.area, _grid_about(self.area, pixel))


def _grid_about(area: Area, pixel: float) -> GeoBox:
    """Give grid lines in equal areas about the middle of an area."""
    souths, norths = zip(*((box[1], box[3]) for box in area.boxes), strict=True)
    crs = equal_area_crs(area.longitude, (min(souths) + max(norths)) / 2)
    return GeoBox((1, 1), Affine(pixel, 0.0, 0.0, 0.0, -pixel, 0.0), crs)
