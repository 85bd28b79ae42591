"""A service in this process, small rasters to sharpen, and a worker where one is needed."""

from __future__ import annotations

import shutil
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
import rasterio
from starlette.testclient import TestClient

from lstsr_api.app import create_app
from lstsr_api.carrying_out import carry_out
from lstsr_api.catalogue import publish
from lstsr_api.settings import Limits, Settings
from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE, GUIDE
from lstsr_core.testing import make_scene

PATIENCE = 120.0
"""How long a job may take on a slow machine. [s]"""


def write_raster(path, values, box):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "nodata": np.nan}
    shape = {"height": box.shape[0], "width": box.shape[1]}
    place = {"crs": str(box.crs), "transform": box.affine}
    with rasterio.open(path, "w", **profile, **shape, **place) as file:
        file.write(np.asarray(values, np.float32), 1)
        file.units = ("K",)
    return path.read_bytes()


@pytest.fixture(scope="session")
def rasters(tmp_path_factory):
    """Bytes of a coarse temperature and of its guide."""
    folder, scene = tmp_path_factory.mktemp("rasters"), make_scene(shape=(40, 40))
    coarse, guide = scene[COARSE].to_dataset(), scene[GUIDE].to_dataset()
    return SimpleNamespace(
        lst=write_raster(folder / "lst.tif", coarse["lst"], geobox_of(coarse)),
        ndvi=write_raster(folder / "ndvi.tif", guide["ndvi"], geobox_of(guide)),
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory, rasters):
    """Store with an empty database and the rasters, to be copied: both take a second to make."""
    store = tmp_path_factory.mktemp("template")
    app = create_app(Settings(store=store))
    with TestClient(app) as client:
        ids = {
            name: client.post("/inputs", params={"title": name}, content=content).json()["id"]
            for name, content in vars(rasters).items()
        }
    return SimpleNamespace(store=store, ids=ids)


@pytest.fixture
def start(tmp_path_factory, template):
    """Start services with limits of their own; the rasters are uploaded already."""
    running = []

    def begin(limits=None, **words):
        store = tmp_path_factory.mktemp("stores") / "store"
        shutil.copytree(template.store, store)
        many = Limits(rate=1e6, burst=10**6, queue=10**6)
        app = create_app(Settings(store=store, limits=limits or many, **words))
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        running.append(client)
        client.service = app.state.service
        return client

    yield begin
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture
def service(start):
    """A service that nobody works for."""
    return start()


@pytest.fixture
def asked(template):
    """Inputs of a request whose rasters are uploaded."""
    lst, ndvi = ({"upload": template.ids[name]} for name in ("lst", "ndvi"))
    return {"lst": lst, "guides": {"ndvi": ndvi}, "model": "bicubic"}


def _execute(client, inputs, process="sharpen", prefer="respond-async"):
    address = f"/processes/{process}/execution"
    return client.post(address, json={"inputs": inputs}, headers={"Prefer": prefer})


@pytest.fixture
def result(service, asked):
    """Id of a result, made without a worker."""
    job = _execute(service, asked).json()["jobID"]
    carry_out(service.service.store, job, {"process": "sharpen", "request": asked}, 0)
    publish(service.service.store, job)
    return job


@pytest.fixture
def worked(service):
    """A service with a worker, which is a thread here; its jobs are processes as always."""
    from lstsr_api.worker import work

    stop = threading.Event()
    thread = threading.Thread(target=work, args=(service.service.settings, stop))
    thread.start()
    yield service
    stop.set()
    thread.join(PATIENCE)


def _wait_for(client, job, *statuses):
    """Give the status document of a job once it has one of the statuses."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        told = client.get(f"/jobs/{job}").json()
        if told.get("status") in statuses:
            return told
        threading.Event().wait(0.1)
    pytest.fail(f"the job is still {told}")


@pytest.fixture
def execute():
    """Ask for a job."""
    return _execute


@pytest.fixture
def wait_for():
    """Wait until a job has one of some statuses."""
    return _wait_for
