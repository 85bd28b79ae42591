"""A scene to look at: real where there is a copy of the database, else simulated, and said so."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio

from lstsr_api.identity import job_id
from lstsr_api.requests import Sharpen, Upload, canonical
from lstsr_api.uploads import keep
from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE, GUIDE, LST

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from lstsr_api.jobs import Job
    from lstsr_api.service import Service

SCENE: Final = "060"
"""Scene that is shown where it is there: Bavaria, where NDVI tells much of the temperature."""
SEED: Final = 1
"""Seed of the simulated scene."""
NDVI: Final = "ndvi"
"""Guide of the demonstration."""

logger = logging.getLogger(__name__)


def submit_demo(service: Service, data: Path | str) -> Job:
    """Upload a scene and ask for it to be sharpened.

    Parameters
    ----------
    service : Service
        That is running.
    data : path
        Copy of the MODIS-ASTER database; empty for a simulated scene.

    Returns
    -------
    Job
        The job, which goes on.
    """
    scene, told = _scene(data)
    logger.info("demonstration: %s", told)
    coarse, guide = scene[COARSE].to_dataset()[LST], scene[GUIDE].to_dataset()[NDVI]
    lst = _kept(service, coarse, scene[COARSE].to_dataset(), f"{told}: temperature")
    ndvi = _kept(service, guide, scene[GUIDE].to_dataset(), f"{told}: NDVI")
    moment = str(scene[COARSE].attrs.get("datetime", "")) or None
    wanted = Sharpen.model_validate(
        {
            "lst": Upload(upload=lst),
            "guides": {NDVI: Upload(upload=ndvi)},
            "units": "kelvin",
            "datetime": moment,
        }
    )
    request = canonical(wanted)
    return service.jobs.submit(job_id("sharpen", request), "sharpen", request)


def _scene(data: Path | str) -> tuple[xr.DataTree, str]:
    if data:
        from lstsr_data.modis_aster import open_database

        database = open_database(data)
        name = SCENE if SCENE in database else next(iter(database))
        return database[name](), f"MODIS-ASTER {name} (real)"
    from lstsr_physics.simulate import simulate_scene

    return simulate_scene(SEED), "simulated scene"


def _kept(service: Service, field: xr.DataArray, node: xr.Dataset, title: str) -> str:
    """Keep a field as an upload and give its id."""
    box = geobox_of(node)
    path = service.store.root / "arriving" / f"{field.name}.tif"
    path.parent.mkdir(parents=True, exist_ok=True)
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "height": box.shape[0],
        "width": box.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": str(box.crs),
        "transform": box.affine,
        "nodata": np.nan,
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(field.to_numpy().astype(np.float32), 1)
        if field.name == LST:
            file.units = ("K",)
    return str(keep(service.store, path, title)["id"])
