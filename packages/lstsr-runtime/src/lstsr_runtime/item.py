"""The STAC Item of a run folder: where and when, which files, made from what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio

from lstsr_core import __version__
from lstsr_core.grid import geobox_of
from lstsr_core.scene import GUIDE
from lstsr_runtime.inputs import sha256_of
from lstsr_runtime.layer import LAYERS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    import pystac
    import xarray as xr
    from odc.geo.geobox import GeoBox

EXTENSIONS: Final = (
    "https://stac-extensions.github.io/projection/v2.0.0/schema.json",
    "https://stac-extensions.github.io/raster/v2.0.0/schema.json",
    "https://stac-extensions.github.io/file/v2.1.0/schema.json",
    "https://stac-extensions.github.io/processing/v1.2.0/schema.json",
)
"""STAC extensions that the Item uses."""
SHA256_PREFIX: Final = "1220"
"""Marks a multihash as SHA-256 of 32 bytes (multihash table)."""
OUTLINE: Final = 1e-4
"""How far the outline of an Item may lie from the grid's curved border: about 10 m. [degree]"""
COG_TYPE: Final = "image/tiff; application=geotiff; profile=cloud-optimized"
"""Media type of a cloud-optimised GeoTIFF."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a result was made from.

    Parameters
    ----------
    identity : str
        Digest of the request: the same request has the same Item.
    moment : datetime.datetime
        Acquisition time, UTC.
    moment_from : str
        Where that time was found.
    corrections : tuple of str
        Names, in the order of use.
    inputs : tuple of str
        Addresses of the input files.
    """

    identity: str
    moment: dt.datetime
    moment_from: str
    corrections: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


def write_item(scene: xr.DataTree, files: Mapping[str, Path], origin: Origin, model: str) -> Path:
    """Write ``item.json`` beside the files that it describes.

    Parameters
    ----------
    scene : xarray.DataTree
        The scene that was sharpened.
    files : mapping of str to pathlib.Path
        COG of each layer, and ``quicklook``.
    origin : Origin
        What the result was made from.
    model : str
        Name of the model used.

    Returns
    -------
    pathlib.Path
        ``item.json``.
    """
    item = _item(geobox_of(scene[GUIDE].to_dataset()), origin, model)
    for name, path in files.items():
        item.add_asset(name, _asset(name, path))
    path = next(iter(files.values())).with_name("item.json")
    body = item.to_dict(include_self_link=False, transform_hrefs=False)
    path.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    return path


def _item(box: GeoBox, origin: Origin, model: str) -> pystac.Item:
    import pystac

    outline = box.geographic_extent.simplify(OUTLINE)
    item = pystac.Item(
        id=f"lstsr-{origin.identity[:16]}",
        geometry=_rounded(outline.json),
        bbox=[round(value, 7) for value in outline.boundingbox.bbox],
        datetime=origin.moment,
        properties={
            "title": f"Land surface temperature sharpened by {model}",
            "lstsr:model": model,
            "lstsr:corrections": list(origin.corrections),
            "lstsr:datetime_from": origin.moment_from,
            "processing:software": {"lstsr": __version__},
            "processing:lineage": f"lstsr sharpen, model {model}",
            **_projection(box),
        },
        stac_extensions=list(EXTENSIONS),
    )
    for address in origin.inputs:
        item.add_link(pystac.Link(rel="derived_from", target=address))
    item.add_link(pystac.Link(rel="via", target="./run.yaml", media_type="application/yaml"))
    return item


def _projection(box: GeoBox) -> dict[str, Any]:
    crs = box.crs
    if crs is None:  # a scene is checked to have one
        return {}
    code = {"proj:code": f"EPSG:{crs.epsg}"} if crs.epsg else {"proj:code": None}
    return {
        **code,
        "proj:wkt2": crs.to_wkt(),
        "proj:shape": [int(size) for size in box.shape],
        "proj:transform": list(box.affine)[:6],
    }


def _asset(name: str, path: Path) -> pystac.Asset:
    import pystac

    checks = {"file:size": path.stat().st_size, "file:checksum": SHA256_PREFIX + sha256_of(path)}
    if name not in LAYERS:
        return pystac.Asset(
            f"./{path.name}", media_type="image/png", roles=["overview"], extra_fields=checks
        )
    layer = LAYERS[name]
    return pystac.Asset(
        f"./{path.name}",
        title=layer.description,
        media_type=COG_TYPE,
        roles=["data"] if name == "lst" else ["metadata", name.replace("_", "-")],
        extra_fields={**checks, **_raster(name, path)},
    )


def _raster(name: str, path: Path) -> dict[str, Any]:
    layer = LAYERS[name]
    nodata = "nan" if np.isnan(layer.nodata) else layer.nodata
    band: dict[str, Any] = {
        "name": name,
        "data_type": layer.dtype,
        "unit": layer.units,
        "nodata": nodata,
    }
    with rasterio.open(path) as file:
        statistics = _statistics(file.tags(1))
        metres = {"raster:spatial_resolution": file.transform.a} if file.crs.is_projected else {}
    if statistics:
        band["statistics"] = statistics
    return {"bands": [band], **metres}


def _statistics(tags: Mapping[str, str]) -> dict[str, float]:
    names = {"minimum": "MINIMUM", "maximum": "MAXIMUM", "mean": "MEAN", "stddev": "STDDEV"}
    keys = {ours: f"STATISTICS_{theirs}" for ours, theirs in names.items()}
    return {ours: float(tags[key]) for ours, key in keys.items() if key in tags}


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    rings = [[[round(x, 7), round(y, 7)] for x, y, *_ in ring] for ring in geometry["coordinates"]]
    return {"type": geometry["type"], "coordinates": rings}
