"""The real command line, and rasters to give it."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio

from lstsr_core.grid import geobox_of
from lstsr_core.testing import make_scene

if TYPE_CHECKING:
    import xarray as xr
    from odc.geo.geobox import GeoBox

LSTSR = Path(sysconfig.get_path("scripts")) / "lstsr"


@pytest.fixture(scope="session")
def lstsr_path() -> Path:
    """Where the command lies."""
    return LSTSR


@pytest.fixture(scope="session")
def lstsr():
    """Run `lstsr` as a user does and give what it said and how it ended."""

    def run(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "LSTSR_STRICT_PLUGINS": "1", **options.pop("env", {})}
        return subprocess.run(
            [LSTSR, *map(str, words)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env=environment,
            **options,
        )

    return run


@dataclass(frozen=True, kw_only=True)
class Raster:
    """A single band on its way into a GeoTIFF."""

    values: np.ndarray
    box: GeoBox
    nodata: float | None = None
    with_crs: bool = True

    def with_values(self, values: np.ndarray) -> Raster:
        return replace(self, values=values)

    def write(self, path: Path) -> Path:
        rows, columns = self.values.shape
        profile = {
            "driver": "GTiff",
            "height": rows,
            "width": columns,
            "count": 1,
            "dtype": self.values.dtype,
            "crs": str(self.box.crs) if self.with_crs else None,
            "transform": self.box.affine,
            "nodata": self.nodata,
        }
        with rasterio.open(path, "w", **profile) as file:
            file.write(self.values, 1)
        return path


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """A simulated scene as two rasters, and the truth they come from."""

    folder: Path
    lst: Raster
    ndvi: Raster
    truth: np.ndarray

    def write(self) -> Inputs:
        self.lst.write(self.lst_path)
        self.ndvi.write(self.ndvi_path)
        return self

    @property
    def lst_path(self) -> Path:
        return self.folder / "lst.tif"

    @property
    def ndvi_path(self) -> Path:
        return self.folder / "ndvi.tif"

    @property
    def words(self) -> tuple[object, ...]:
        return ("sharpen", self.lst_path, "--guide", f"ndvi={self.ndvi_path}")


def as_inputs(scene: xr.DataTree, folder: Path) -> Inputs:
    rasters = {
        node: Raster(values=scene[node][name].to_numpy(), box=geobox_of(scene[node].to_dataset()))
        for node, name in (("coarse", "lst"), ("guide", "ndvi"))
    }
    folder.mkdir(parents=True, exist_ok=True)
    truth = scene["reference"]["lst"].to_numpy()
    return Inputs(folder=folder, lst=rasters["coarse"], ndvi=rasters["guide"], truth=truth)


@pytest.fixture(scope="session")
def make_inputs():
    """Make a simulated scene as two rasters, not written yet."""

    def make(folder: Path, **options: object) -> Inputs:
        return as_inputs(make_scene(**options), folder)

    return make


@pytest.fixture
def inputs(tmp_path) -> Inputs:
    """A scene of 20 x 30 coarse pixels, not written yet."""
    return as_inputs(make_scene(shape=(20, 30), seed=3), tmp_path / "in")


@pytest.fixture(scope="session")
def read():
    """Read a layer of a run folder."""

    def read_layer(folder: Path, layer: str) -> np.ndarray:
        with rasterio.open(folder / f"{layer}.tif") as file:
            return file.read(1)

    return read_layer
