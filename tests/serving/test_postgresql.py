"""Two workers on PostgreSQL: whichever dies, and whatever restarts, each job is done once."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

psycopg = pytest.importorskip("psycopg", reason="no psycopg")
TOOL = Path(__file__).resolve().parents[2] / "tools" / "with_pgstac.py"
ROUNDS = int(os.environ.get("LSTSR_ROUNDS", "1"))
"""How often each accident happens; the figures of the documentation are of twenty."""
PATIENCE = 240.0
"""How long a job may take on a slow machine. [s]"""


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("with_pgstac", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if module.program("initdb") is None:
        pytest.skip("no PostgreSQL: apt-get install postgresql")
    return module


@pytest.fixture
def postgres(tool, tmp_path_factory):
    """A server of our own, which can be stopped and started; no word of it is kept."""
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder, owner = Path(place), tool.make_owner()
        reached = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(tool.free_port()),
            "PGUSER": "lstsr",
            "PGPASSWORD": "on-loopback-for-a-minute",
        }
        (folder / "password").write_text(reached["PGPASSWORD"], encoding="utf-8")
        for path in (folder, folder / "password") if owner else ():
            shutil.chown(path, owner)
        tool.create(folder, reached, owner)
        one = SimpleNamespace(
            url="postgresql://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/postgres".format(**reached)
        )

        def start():
            one.running = tool.start(folder, reached, owner)
            tool.wait(one.running, reached)

        def stop():
            one.running.send_signal(signal.SIGINT)
            one.running.wait(60)

        one.start, one.stop = start, stop
        start()
        yield one
        stop()


@pytest.fixture
def workers(postgres, tmp_path):
    """Workers by their process ids; those that were killed are replaced."""
    running = {}
    words = [sys.executable, "-m", "lstsr_core", "worker", "--store", str(tmp_path / "store")]

    def hire():
        log = (tmp_path / f"worker-{len(running)}.log").open("wb")
        with log:
            one = subprocess.Popen([*words, "--database", postgres.url], stderr=log)
        running[one.pid] = one

    for _ in range(2):
        hire()
    yield SimpleNamespace(running=running, hire=hire)
    for one in running.values():
        one.terminate()
    for one in running.values():
        one.wait(60)


@pytest.fixture
def client(postgres, tmp_path):
    from starlette.testclient import TestClient

    from lstsr_api.app import create_app
    from lstsr_api.settings import Settings

    settings = Settings(store=tmp_path / "store", database=postgres.url)
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.fixture
def inputs(client, tmp_path):
    """Rasters whose sharpening takes some seconds."""
    import numpy as np
    import rasterio
    from rasterio.transform import from_origin

    ids = []
    for name, size, pixel in (("lst", 200, 1000.0), ("ndvi", 800, 250.0)):
        path = tmp_path / f"{name}.tif"
        rows, columns = np.mgrid[:size, :size] / size
        field = 0.5 + 0.3 * np.sin(20 * rows) * np.cos(30 * columns)
        values = 300 + 10 * field if name == "lst" else field
        profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:32632"}
        place = {"transform": from_origin(5e5, 5.2e6, pixel, pixel)}
        with rasterio.open(path, "w", height=size, width=size, **profile, **place) as file:
            file.write(values.astype(np.float32), 1)
            file.units = ("K" if name == "lst" else "1",)
        ids.append(client.post("/inputs", content=path.read_bytes()).json()["id"])
    return {"lst": {"upload": ids[0]}, "guides": {"ndvi": {"upload": ids[1]}}, "model": "dms"}


def submit(client, inputs, number):
    body = {"inputs": {**inputs, "offset": number / 1000, "scale": 1.0}}
    address = "/processes/sharpen/execution"
    return client.post(address, json=body, headers={"Prefer": "respond-async"}).json()["jobID"]


def until(true):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail("it did not come true in time")


def status(client, job):
    return client.get(f"/jobs/{job}").json()["status"]


def holder(postgres, job):
    """Give the process id of the worker that has a job."""
    asked = "SELECT executor_id FROM dbos.workflow_status WHERE workflow_uuid = %s"
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute(asked, (job,)).fetchone()[0]
    told = re.search(r"-(\d+)-[0-9a-f]{8}$", found or "")
    return int(told[1]) if told else None


def demand_done_once(client, store, jobs):
    for job in jobs:
        until(lambda job=job: status(client, job) in ("successful", "failed"))
        assert status(client, job) == "successful"
        assert client.get(f"/jobs/{job}/log").text.count("run folder complete") == 1
    assert len(client.get("/jobs?limit=1000").json()["jobs"]) == len(jobs)
    assert {path.name for path in (store / "catalogue" / "results").iterdir() if path.is_dir()} == {
        *jobs
    }
    until(lambda: [*(store / "work").glob("[0-9a-f]*")] == [])


@pytest.mark.timeout(3600)
@pytest.mark.fault(54)
def test_the_job_of_a_killed_worker_is_completed_by_another(
    client, inputs, postgres, workers, tmp_path
):
    jobs = []
    for number in range(ROUNDS):
        job = submit(client, inputs, number)
        jobs.append(job)
        until(lambda job=job: status(client, job) == "running")
        victim = until(lambda job=job: holder(postgres, job))
        until(lambda job=job: (tmp_path / "store" / "work" / job / "order.json").is_file())
        os.kill(victim, signal.SIGKILL)
        workers.running.pop(victim).wait()
        workers.hire()
        until(lambda job=job: status(client, job) == "successful")
        assert holder(postgres, job) != victim
    demand_done_once(client, tmp_path / "store", jobs)


@pytest.mark.timeout(3600)
@pytest.mark.fault(55)
def test_a_database_that_restarts_in_mid_job_loses_nothing(
    client, inputs, postgres, workers, tmp_path
):
    jobs = []
    for number in range(ROUNDS):
        job = submit(client, inputs, number)
        jobs.append(job)
        until(lambda job=job: (tmp_path / "store" / "work" / job / "order.json").is_file())
        postgres.stop()
        postgres.start()
        until(lambda job=job: status(client, job) == "successful")
    demand_done_once(client, tmp_path / "store", jobs)
