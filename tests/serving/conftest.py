"""A service as a user starts it: `lstsr serve` in a process of its own, on loopback."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

if importlib.util.find_spec("playwright") is None:
    collect_ignore_glob = ["test_*.py"]  # these are for `nox -s services`

PATIENCE = 120.0
"""How long anything may take on a slow machine. [s]"""


@contextmanager
def serving(folder, *words, environment=None):
    """Run `lstsr serve` and give its address; it ends with the block, and all its workers too."""
    command = [sys.executable, "-m", "lstsr_core", "serve", "--port", "0", *map(str, words)]
    errors = Path(folder) / "serve.log"
    with errors.open("wb") as log:
        running = subprocess.Popen(
            [*command, "--store", str(Path(folder) / "store")],
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})},
        )
    try:
        line = running.stdout.readline().decode()
        found = re.match(r"(http://[\d.]+:\d+)/viewer/", line)
        assert found, errors.read_text(encoding="utf-8")
        yield found[1]
    finally:
        running.terminate()
        running.wait(PATIENCE)
        running.stdout.close()


def until(true, patience=PATIENCE):
    """Wait until something is true, and give what it gave."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail("it did not come true in time")


@pytest.fixture(scope="session")
def data_words():
    """Words of the command line for a real scene, where there is one."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("LSTSR_SHARED_DATA", beside))
    return ("--data", folder) if (folder / "modis-aster").is_dir() else ()


@pytest.fixture
def serve():
    """Start a service with words of one's own."""
    return serving


@pytest.fixture(scope="session")
def demo(tmp_path_factory, data_words):
    """Address of a service whose demonstration is sharpened."""
    with serving(tmp_path_factory.mktemp("demo"), "--demo", *data_words) as address:
        until(lambda: is_up(address))
        until(lambda: jobs_of(address))
        until(lambda: jobs_of(address)[0]["status"] == "successful")
        yield address


def is_up(address):
    try:
        return httpx.get(f"{address}/health").status_code == 200
    except httpx.TransportError:
        return False


def jobs_of(address):
    return httpx.get(f"{address}/jobs").json()["jobs"]
