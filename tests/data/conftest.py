"""Small rasters on grids that users have."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine

UTM = "EPSG:32631"


@pytest.fixture
def write_raster(tmp_path):
    """Write a single-band GeoTIFF and give its path."""

    def write(name, values, *, corner=(500_000.0, 4_900_000.0), pixel=100.0, crs=UTM, **tags):
        nodata, units = tags.pop("nodata", None), tags.pop("units", None)
        scale = tags.pop("scale", None)
        transform = Affine(pixel, 0, corner[0], 0, -pixel, corner[1])
        values = np.asarray(values)
        with rasterio.open(
            tmp_path / name,
            "w",
            driver="GTiff",
            height=values.shape[0],
            width=values.shape[1],
            count=1,
            dtype=values.dtype,
            crs=crs,
            transform=tags.pop("transform", transform),
            nodata=nodata,
        ) as file:
            file.write(values, 1)
            if units:
                file.set_band_unit(1, units)
            if scale:
                file.scales = (scale,)
            file.update_tags(**tags)
        return tmp_path / name

    return write
