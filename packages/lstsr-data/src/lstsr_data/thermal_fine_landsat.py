"""Landsat surface temperatures at 30 m: clips of whole products, and a city on sixteen dates."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from rasterio.errors import NotGeoreferencedWarning

from lstsr_core.kernel import box_taps, weighted_sum
from lstsr_core.vocabulary import LST_RANGE
from lstsr_data.decode import Decoding
from lstsr_data.fine_field import fine_field
from lstsr_data.landsat_mtl import grid_of, read_mtl
from lstsr_data.lay import lay
from lstsr_data.rasters import Band, open_bands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xarray as xr
    from numpy.typing import NDArray
    from odc.geo.geobox import GeoBox

LST_COUNTS: Final = Decoding(scale=0.00341802, offset=149.0, nodata=(0.0,), valid=LST_RANGE)
"""Collection 2 surface temperature, ST_B10 (USGS LSDS-1619, table of scale factors). [K]"""
REFLECTANCE_COUNTS: Final = Decoding(scale=2.75e-5, offset=-0.2, nodata=(0.0,))
"""Collection 2 surface reflectance, SR_B1 to SR_B7 (USGS LSDS-1619). [1]"""
SENTINEL_2_COUNTS: Final = Decoding(scale=1e-4, offset=-0.1, nodata=(0.0,))
"""Surface reflectance of Sentinel-2 L2A since processing baseline 04.00. [1]"""
BANDS: Final = {"blue": 2, "green": 3, "red": 4, "nir": 5, "swir1": 6, "swir2": 7}
"""Numbers of the bands of OLI that serve as guides."""
LANDSCAPES: Final = {"liverpool": "coast", "momotombo": "volcano"}
"""What the clips show, by the ends of the names of their folders."""
CLOUD_BLUE: Final = 0.2
"""Blue reflectance above which a pixel counts as cloud; the clips carry no quality band. [1]"""
CLOUD_COLD: Final = 15.0
"""How far under the median of the clip a pixel counts as cloud. [K]"""
CLOUD_MARGIN: Final = 8
"""Pixels left out on each side of a cloud: its edge, and half the 100 m pixel that TIRS really
has. [pixel]"""
CLASSES: Final = {1: "1", 2: "2", 3: "3", 4: "4"}
"""Classes of the land cover map of Muenster; it names none of them."""


def find_clips(root: Path) -> dict[str, Callable[[], xr.Dataset]]:
    """Find clips of Landsat products: folders ``xlandsat_NAME`` with bands and an MTL file."""
    found = {path.parent.name: path for path in sorted(root.glob("xlandsat_*/*_MTL.txt"))}
    return {
        folder.replace("xlandsat_", "landsat-"): partial(open_clip, path)
        for folder, path in found.items()
    }


def open_clip(mtl: Path) -> xr.Dataset:
    """Open a clip whose grid stands in its MTL file, bands beside it."""
    about = read_mtl(mtl)
    name = mtl.parent.name.removeprefix("xlandsat_")
    lst, guides = _bands(mtl, grid_of(about))
    cloud = find_clouds(lst.to_numpy(), guides["blue"].to_numpy())
    guides["ndvi"] = ndvi_of(guides["red"], guides["nir"])
    return fine_field(
        lst.where(~cloud),
        {guide: values.where(~cloud) for guide, values in guides.items()},
        landscape=LANDSCAPES.get(name, "unknown"),
        place=name,
        sensor="landsat",
        time=f"{about['DATE_ACQUIRED']}T{about['SCENE_CENTER_TIME'][:8]}Z",
    )


def _bands(mtl: Path, box: GeoBox) -> tuple[xr.DataArray, dict[str, xr.DataArray]]:
    """Read the temperature [K] and the reflectances [1] that lie beside an MTL file."""

    def read(name: str, decoding: Decoding) -> xr.DataArray:
        path = mtl.with_name(mtl.name.replace("MTL.txt", f"{name}.TIF"))
        return lay(Band(path=str(path), index=1, box=box, decoding=decoding), box).load()

    with warnings.catch_warnings():
        # The grid of a clip stands in its MTL file, not in its rasters.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        guides = {name: read(f"SR_B{n}", REFLECTANCE_COUNTS) for name, n in BANDS.items()}
        return read("ST_B10", LST_COUNTS), guides


def ndvi_of(red: xr.DataArray, nir: xr.DataArray) -> xr.DataArray:
    """Give the NDVI; reflectances below 0, over dark water, count as 0. [1]"""
    r, n = red.clip(min=0), nir.clip(min=0)
    return ((n - r) / (n + r).where(n + r > 0)).astype(np.float32)


def find_clouds(lst: NDArray[Any], blue: NDArray[Any]) -> NDArray[np.bool_]:
    """Find clouds, bright or cold, and what lies within `CLOUD_MARGIN` of them."""
    seen = (blue > CLOUD_BLUE) | (lst < np.nanmedian(lst) - CLOUD_COLD)
    around = box_taps(0.0, 2 * CLOUD_MARGIN + 1)
    near: NDArray[np.bool_] = weighted_sum(seen.astype(np.float64), around, around) > 0
    return near


def find_muenster(root: Path) -> dict[str, Callable[[], xr.Dataset]]:
    """Find the dates of Muenster: ``muenster/landsat_st/*_ST_B10.TIF``."""
    found = sorted(root.glob("muenster/landsat_st/L*_ST_B10.TIF"))
    return {f"muenster-{_date(path)}": partial(open_muenster, path) for path in found}


def open_muenster(path: Path) -> xr.Dataset:
    """Open one date of Muenster; its guides are of another day, the same for all dates."""
    band = open_bands(path)[0].decoded_by(
        scale=LST_COUNTS.scale, offset=LST_COUNTS.offset, nodata=LST_COUNTS.nodata
    )
    date = _date(path)
    return fine_field(
        lay(band, band.box),
        _muenster_guides(path.parents[1] / "sentinel2", band.box),
        landscape="city",
        place="muenster",
        sensor="landsat",
        time=f"{date[:4]}-{date[4:6]}-{date[6:]}",
    )


def _muenster_guides(folder: Path, box: GeoBox) -> dict[str, xr.DataArray]:
    guides = {}
    swir, cover = folder / "B11_20m.tif", folder / "Klassifikation_rf.tif"
    if swir.exists():
        band = open_bands(swir)[0]
        counts = SENTINEL_2_COUNTS
        guides["swir1"] = lay(
            band.decoded_by(scale=counts.scale, offset=counts.offset, nodata=counts.nodata), box
        )
    if cover.exists():
        guides |= _shares(open_bands(cover)[0], box)
    return guides


def _shares(band: Band, box: GeoBox) -> dict[str, xr.DataArray]:
    """Give the share of each class of a map in the pixels of a grid. [1]"""
    from lstsr_core.grid import on_grid
    from lstsr_data.resampling import resample

    classes = band.read(slice(0, band.box.shape[0]), slice(0, band.box.shape[1]))
    return {
        f"cover_{name}": on_grid(
            resample((classes == code).astype(np.float32), band.box, box, how="average"), box
        ).assign_attrs(long_name=f"share of land cover class {name}")
        for code, name in CLASSES.items()
    }


def _date(path: Path) -> str:
    """Give the day of acquisition from the name of a product, as YYYYMMDD."""
    return path.name.split("_")[3]
