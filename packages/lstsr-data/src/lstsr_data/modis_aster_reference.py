"""The ASTER temperature of a MODIS-ASTER scene, on its own grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import xarray as xr

from lstsr_core.scene import LST_ATTRIBUTES
from lstsr_data.lay import lay
from lstsr_data.rasters import open_bands

if TYPE_CHECKING:
    from pathlib import Path

KELVIN_PER_COUNT: Final = 0.1
"""ASTER surface kinetic temperature, AST_08 (:doi:`10.5067/ASTER/AST_08.003`). [K]"""
FILL: Final = 0.0
"""Count of a pixel without a temperature."""
DISPLACEMENT: Final = (0.75, 0.75)
"""How far ASTER lies east and south of MODIS throughout the database: the median over the scenes
of what `lstsr_physics.estimate_shift` finds at the coarse scale, to a quarter of a pixel.
[fine pixel]"""


def open_aster(path: Path) -> xr.Dataset:
    """Open the ASTER raster of a scene.

    The pixels at its edge were interpolated against the fill value; who scores with it leaves
    them out.

    Parameters
    ----------
    path : pathlib.Path
        Raster of counts.

    Returns
    -------
    xarray.Dataset, dims (y, x) of ASTER's own UTM grid
        ``lst`` [K], lazy, NaN where there is none; ``attrs["displacement"]`` as `DISPLACEMENT`.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    """
    band = open_bands(path)[0].decoded_by(scale=KELVIN_PER_COUNT, nodata=(FILL,))
    lst = lay(band, band.box).drop_attrs(deep=False).assign_attrs(LST_ATTRIBUTES)
    return xr.Dataset({"lst": lst}, attrs={"displacement": list(DISPLACEMENT)})
