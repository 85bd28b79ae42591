"""The temperature that was sharpened, as a layer of its own beside the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio

from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE, LST

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

BLOCK: Final = 256
"""Edge of the blocks inside the file. [pixel]"""


def write_coarse(scene: xr.DataTree, folder: Path) -> Path:
    """Write the coarse temperature of a scene as a COG. [K]"""
    coarse = scene[COARSE].to_dataset()
    box = geobox_of(coarse)
    path = folder / "coarse.tif"
    profile = {
        "driver": "COG",
        "height": box.shape[0],
        "width": box.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": str(box.crs),
        "transform": box.affine,
        "nodata": np.nan,
        "compress": "deflate",
        "blocksize": BLOCK,
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(coarse[LST].to_numpy().astype(np.float32), 1)
        file.set_band_description(1, "land surface temperature before it was sharpened")
    return path
