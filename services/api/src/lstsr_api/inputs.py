"""The rasters of a request: ids become paths here, and nowhere else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lstsr_api.problems import missing
from lstsr_api.requests import Catalogued, Raster
from lstsr_api.store import ITEM, Store, read_json
from lstsr_core import ResourceError

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr


def path_of(store: Store, raster: Raster) -> Path:
    """Give the file of a raster.

    Raises
    ------
    SourceError
        ``NOT_FOUND``.
    """
    if isinstance(raster, Catalogued):
        return asset_path(store, raster.item, raster.asset)
    folder = store.input(raster.upload)
    if not (folder / "about.json").is_file():
        raise missing("NOT_FOUND", "upload")
    return folder / str(read_json(folder / "about.json")["file"])


def asset_path(store: Store, item: str, asset: str) -> Path:
    """Give the file of an asset of a result.

    Raises
    ------
    SourceError
        ``NOT_FOUND``.
    """
    folder = store.result(item)
    if not (folder / ITEM).is_file():
        raise missing("NOT_FOUND", "item")
    known = read_json(folder / ITEM)["assets"]
    if asset not in known:
        raise missing("NOT_FOUND", "asset")
    return folder / str(known[asset]["href"]).removeprefix("./")


def demand_size(scene: xr.DataTree, most: int) -> None:
    """Refuse a scene whose result would be too large.

    Raises
    ------
    ResourceError
        ``REQUEST_TOO_LARGE``.
    """
    from lstsr_core.scene import GUIDE

    demand_pixels(math.prod(scene[GUIDE].sizes[name] for name in ("y", "x")), most)


def demand_pixels(pixels: float, most: int) -> None:
    """Refuse a result of too many pixels.

    Raises
    ------
    ResourceError
        ``REQUEST_TOO_LARGE``.
    """
    if not most or pixels <= most:
        return
    raise ResourceError(
        "REQUEST_TOO_LARGE",
        found=f"a result of {pixels:.3g} pixels",
        expected=f"{most:.3g} pixels at most",
        remedy="ask for a smaller area",
    )
