"""From files to a scene: one temperature, any number of guides."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import xarray as xr
from odc.geo.xr import xr_coords

from lstsr_core import Sensor, SourceError, build_scene, read_scene
from lstsr_core.grid import divide
from lstsr_core.scene import LST_ATTRIBUTES
from lstsr_core.storage import NETCDF, ZARR
from lstsr_core.vocabulary import GUIDES, LST_RANGE
from lstsr_data.decode import FILLS, LST_FILLS, to_kelvin
from lstsr_data.factor import DEFAULT_FACTOR, choose_factor, crop_to
from lstsr_data.lay import lay
from lstsr_data.rasters import Band, open_bands
from lstsr_data.sensed import open_sensed

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from odc.geo.geobox import GeoBox

    PathLike = str | os.PathLike[str]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the files do not say themselves.

    Parameters
    ----------
    factor : int, optional
        Fine pixels along one edge of a coarse pixel; by default the one nearest to the first
        guide's pixel. [1]
    units : str, optional
        Units of the temperature: kelvin, celsius or fahrenheit.
    scale : float, optional
        Units per count of the temperature, instead of the file's own.
    offset : float, optional
        Temperature at a stored count of 0, instead of the file's own.
    nodata : float, optional
        Stored value that means "nothing here", in every file.
    guide_scales : mapping of str to float
        Units per count of a guide, instead of the file's own.
    sensor : Sensor, optional
        Decodes the bands of the temperature's file, which may be an HDF4-EOS granule.
    """

    factor: int | None = None
    units: str | None = None
    scale: float | None = None
    offset: float | None = None
    nodata: float | None = None
    guide_scales: Mapping[str, float] = field(default_factory=dict)
    sensor: Sensor | None = None


def open_scene(
    lst: PathLike,
    guides: Mapping[str, PathLike] | None = None,
    *,
    options: ReadOptions | None = None,
) -> xr.DataTree:
    """Open a temperature and its guides as a scene.

    The guides are laid on the nested fine grid by their geotransforms. A temperature larger than
    its guides is cropped to the coarse pixels that they touch.

    Parameters
    ----------
    lst : path
        Raster of the temperature (first band), granule of a sensor (`ReadOptions`), or a scene
        ending in ``.nc`` or ``.zarr``.
    guides : mapping of str to path
        Rasters of the guides (first band), by their names.
    options : ReadOptions, optional
        What the files do not say themselves.

    Returns
    -------
    xarray.DataTree
        A checked scene whose arrays are read when they are used.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        Where the files do not make a scene; see `lstsr_core.check_scene`.
    """
    if Path(lst).suffix in (NETCDF, ZARR):
        return _read_whole(lst, guides or {})
    chosen = options if options is not None else ReadOptions()
    bands = {name: _guide_band(name, path, chosen) for name, path in (guides or {}).items()}
    coarse = _open_lst(lst, chosen)
    box = coarse.odc.geobox
    if bands:
        rows, columns = crop_to(box, [band.box for band in bands.values()])
        _report_crop(box.shape, rows, columns)
        coarse = coarse.isel(y=rows, x=columns)
        box = box[rows, columns]
    fine = divide(box, _factor(box, bands, chosen))
    return build_scene(coarse, _lay_guides(bands, fine))


def _read_whole(path: PathLike, guides: Mapping[str, PathLike]) -> xr.DataTree:
    if guides:
        raise SourceError(
            "OPTION_INVALID",
            found=f"{path} together with the guides {', '.join(guides)}",
            expected="a scene, which holds its guides, or a raster of the temperature alone",
            remedy="leave --guide out, or give the temperature as a GeoTIFF",
        )
    return read_scene(path)


def _factor(box: GeoBox, bands: Mapping[str, Band], options: ReadOptions) -> int:
    if options.factor is not None:
        return options.factor
    first = next(iter(bands.values()), None)
    return choose_factor(box, first.box) if first else DEFAULT_FACTOR


def _lay_guides(bands: Mapping[str, Band], fine: GeoBox) -> xr.Dataset:
    if not bands:
        return xr.Dataset(coords=xr_coords(fine, dims=("y", "x")))
    layers = {name: lay(band, fine) for name, band in bands.items()}
    for name, layer in layers.items():
        logger.info("guide %s %s onto %d x %d pixels", name, layer.attrs["laid"], *fine.shape)
    return xr.Dataset(layers)


def _guide_band(name: str, path: PathLike, options: ReadOptions) -> Band:
    band = open_bands(path)[0]
    known = GUIDES.get(name)
    changes: dict[str, object] = {"fills": FILLS}
    if known is not None:
        changes["valid"] = (known.low, known.high)
    if name in options.guide_scales:
        changes |= {"scale": options.guide_scales[name], "offset": 0.0}
    band = band.decoded_by(**changes)
    if known is not None and band.decoding.scale != 1.0:
        # Counts that are scaled can look valid where they are fill: -3000 is an NDVI of -0.3.
        band = band.decoded_by(nodata=(*band.decoding.nodata, *FILLS))
    return _with_nodata(band, options)


def _with_nodata(band: Band, options: ReadOptions) -> Band:
    if options.nodata is None:
        return band
    return band.decoded_by(nodata=(*band.decoding.nodata, options.nodata))


def _open_lst(path: PathLike, options: ReadOptions) -> xr.Dataset:
    if options.sensor is not None:
        return open_sensed(path, options.sensor)
    band = _with_nodata(open_bands(path)[0], options)
    scale, offset = band.decoding.scale, band.decoding.offset
    if options.scale is not None or options.offset is not None:
        # Whoever names one of the two replaces both: half of each would be neither.
        scale = options.scale if options.scale is not None else 1.0
        offset = options.offset if options.offset is not None else 0.0
    units = options.units if options.units is not None else band.units
    scale, offset = to_kelvin(scale, offset, units)
    band = band.decoded_by(scale=scale, offset=offset, fills=LST_FILLS, valid=LST_RANGE)
    lst = lay(band, band.box).assign_attrs(LST_ATTRIBUTES)
    del lst.attrs["laid"]
    attributes = {"datetime": band.datetime} if band.datetime else {}
    return xr.Dataset({"lst": lst}, attrs=attributes)


def _report_crop(shape: tuple[int, int], rows: slice, columns: slice) -> None:
    kept = (rows.stop - rows.start, columns.stop - columns.start)
    if kept != tuple(shape):
        logger.warning(
            "temperature cropped from %d x %d to the %d x %d pixels that the guides touch",
            *shape,
            *kept,
        )
