"""Where the guides of a scene lie: what is expected of their grid, corrected by what they show."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core import SceneError
from lstsr_core.footprint import footprint_of
from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE, GUIDE, LST, factor_of
from lstsr_physics.law.law import Displacement
from lstsr_physics.registration import Search, estimate_shift
from lstsr_physics.shift import Shift

if TYPE_CHECKING:
    import xarray as xr
    from odc.geo.geobox import GeoBox

    from lstsr_physics.law.law import Law

MODIS_GRID: Final = "modis-sinusoidal"
"""Name of the grid of MODIS and VIIRS land products in `Law.displacement`."""
SPHERE: Final = 6371007.181
"""Radius of the sphere of that grid (MODLAND grid description). [m]"""
BROAD: Final = 2.4
"""What is broader than this Gaussian does not tell where guides lie. [coarse pixel]"""
LIMIT: Final = 0.5
"""How far guides are looked for. [coarse pixel]"""
UNCERTAINTY: Final = 0.0875
"""Standard deviation of a shift estimated on `PIXELS` with a correlation of 0.7: the scatter of the
MODIS-ASTER scenes, most of which is noise. [coarse pixel]"""
PIXELS: Final = 64 * 64
"""Coarse pixels of one of those scenes. [pixel]"""
EDGE: Final = 96
"""Edge of the part of a scene that is compared; more costs time and changes hundredths of a
pixel. [coarse pixel]"""
LAID: Final = "shift_right"
"""Attribute of a guide that the correction `registration` has laid on the temperature."""

logger = logging.getLogger(__name__)


def expected_shift(scene: xr.DataTree, names: tuple[str, ...], law: Law) -> Shift | None:
    """Weigh the displacement that a law expects with the one that a scene shows.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    names : tuple of str
        Guides; the one that resembles the temperature most tells for all.
    law : Law
        What is expected, by grid.

    Returns
    -------
    Shift or None
        None where the correction `registration` has laid the guides already.
    """
    if any(LAID in scene[GUIDE][name].attrs for name in names):
        return None
    prior = _prior(scene, law)
    box = geobox_of(scene[GUIDE].to_dataset())
    expected = (prior.right / _pixel(box), prior.down / _pixel(box))
    seen = shown_shift(scene, names) if prior.spread else None
    if seen is None:
        return Shift(dx=expected[0], dy=expected[1], correlation=0.0, at_limit=False)
    trust = _trust(scene, seen, prior.spread / _pixel(box))
    dx, dy = (
        trust * found + (1 - trust) * due
        for found, due in zip((seen.dx, seen.dy), expected, strict=True)
    )
    return Shift(dx=dx, dy=dy, correlation=seen.correlation, at_limit=seen.at_limit)


def _trust(scene: xr.DataTree, seen: Shift, spread: float) -> float:
    """Weigh what a scene shows by its variance against that of what is expected. [1]"""
    return spread**2 / (spread**2 + noise_of(scene, seen) ** 2)


def noise_of(scene: xr.DataTree, seen: Shift) -> float:
    """Give the standard deviation of a shift that a scene shows. [fine pixel]"""
    rows, columns = clearest(scene)
    pixels = int(np.isfinite(scene[COARSE][LST].to_numpy()[rows, columns]).sum())
    told = max(seen.correlation**2, 1e-6)
    unsure = math.sqrt((1 - told) / told * PIXELS / max(pixels, 1))
    return UNCERTAINTY * factor_of(scene) * unsure


def shown_shift(scene: xr.DataTree, names: tuple[str, ...] | None = None) -> Shift | None:
    """Give the shift that a scene shows, by the guide that resembles the temperature most."""
    guides = names if names is not None else tuple(map(str, scene[GUIDE].data_vars))
    found = {name: seen_shift(scene, name, LIMIT) for name in guides}
    inside = []
    for name, shift in found.items():
        if shift is not None and shift.at_limit:
            logger.warning(
                "guide %s may lie more than %g coarse pixels beside the temperature; "
                "this is not made good",
                name,
                LIMIT,
            )
        elif shift is not None:
            inside.append(shift)
    return max(inside, key=lambda shift: abs(shift.correlation), default=None)


def seen_shift(scene: xr.DataTree, name: str, limit: float) -> Shift | None:
    """Estimate how far a guide lies beside the temperature, at the coarse scale.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    name : str
        The guide.
    limit : float
        How far to look in each direction. [coarse pixel]

    Returns
    -------
    Shift or None
        None where it cannot be told.
    """
    coarse, fine = _clearest(scene, name)
    footprint = footprint_of(scene)
    search = Search(limit=limit, same_sign=False, footprint=footprint, broad=BROAD)
    try:
        return estimate_shift(fine, coarse, search)
    except SceneError:
        return None


def _clearest(scene: xr.DataTree, name: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Cut out the clearest part of temperature and guide."""
    lst = scene[COARSE].to_dataset()[LST]
    guide = scene[GUIDE].to_dataset()[name]
    factor = guide.sizes["y"] // lst.sizes["y"]
    rows, columns = clearest(scene)
    fine_rows, fine_columns = (slice(s.start * factor, s.stop * factor) for s in (rows, columns))
    return lst.isel(y=rows, x=columns), guide.isel(y=fine_rows, x=fine_columns)


def clearest(scene: xr.DataTree) -> tuple[slice, slice]:
    """Give rows and columns of the part of a scene that holds most measured temperatures."""
    measured = np.isfinite(scene[COARSE][LST].to_numpy())
    corners = [
        (top, left)
        for top in range(0, max(measured.shape[0] - EDGE, 0) + 1, EDGE)
        for left in range(0, max(measured.shape[1] - EDGE, 0) + 1, EDGE)
    ]
    top, left = max(corners, key=lambda c: measured[c[0] : c[0] + EDGE, c[1] : c[1] + EDGE].sum())
    rows, columns = (
        slice(start, min(start + EDGE, size))
        for start, size in zip((top, left), measured.shape, strict=True)
    )
    return rows, columns


def _prior(scene: xr.DataTree, law: Law) -> Displacement:
    known = law.displacement
    usual = known.get("*", Displacement())
    return known.get(MODIS_GRID, usual) if is_modis(scene) else usual


def is_modis(scene: xr.DataTree) -> bool:
    """Tell MODIS by the sensor that a scene names; where it names none, by the grid."""
    sensor = str(scene[COARSE].attrs.get("sensor", ""))
    return sensor.startswith("modis") if sensor else _on_modis_grid(scene)


def _on_modis_grid(scene: xr.DataTree) -> bool:
    """Tell a sinusoidal grid on the sphere of the MODIS land products."""
    box = geobox_of(scene[GUIDE].to_dataset())
    proj = box.crs.proj if box.crs is not None else None
    if proj is None or proj.is_geographic or proj.ellipsoid is None:
        return False
    method = proj.coordinate_operation.method_name if proj.coordinate_operation else ""
    return "inusoidal" in method and abs(proj.ellipsoid.semi_major_metre - SPHERE) < 1.0


def _pixel(box: GeoBox) -> float:
    """Give the edge of a pixel; degrees count at the equator. [m]"""
    scale = 111_319.5 if box.crs is not None and box.crs.geographic else 1.0
    return abs(box.affine.a) * scale
