"""A small world: a real STAC server, and a file server that can misbehave, both on loopback."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import rasterio
import requests
from affine import Affine
from pyproj import Transformer

from lstsr_core import StacSource, registry
from lstsr_data.acquisition.cache import Cache
from lstsr_data.acquisition.patience import Clock, Patience
from lstsr_data.acquisition.remote_file import Access
from lstsr_data.acquisition.signing import sign
from lstsr_data.acquisition.wire import Wire

SINUSOIDAL = "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs"
TILE = 1111950.5197665
"""Edge of a tile of the MODIS sinusoidal grid. [m]"""
PATIENCE = 100
"""How long a server may take to start. [s]"""
PATH = os.environ.get("PATH", "")
"""Folders of programs."""
CORNER = (-20015109.355797, 10007554.677899)
"""Upper left corner of tile h00v00. [m]"""


@dataclass
class Files:
    """Files by their paths, how each misbehaves, and what was asked for."""

    address: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, list] = field(default_factory=dict)
    asked: list[tuple[str, str, dict]] = field(default_factory=list)
    sent: int = 0

    def put(self, path, body):
        self.bodies[path] = body
        return f"{self.address}{path}"

    def misbehave(self, path, *faults):
        """Queue what happens at the next requests: (status, headers, body) or a callable."""
        self.faults.setdefault(path, []).extend(faults)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        """Stay silent."""

    def do_GET(self):
        files = self.server.files
        path = self.path.partition("?")[0]
        files.asked.append((self.path, self.command, dict(self.headers)))
        queue = files.faults.get(path, [])
        fault = queue.pop(0) if queue else None
        if callable(fault):
            fault(self)
        elif fault is not None:
            self.give(*fault)
        elif path in files.bodies:
            self.give_range(files.bodies[path])
        else:
            self.give(404, {}, b"nothing here")

    def give_range(self, body):
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if span is None:
            self.give(200, {}, body)
            return
        first, last = int(span[1]), min(int(span[2] or len(body)), len(body) - 1)
        if first >= len(body):
            self.give(416, {}, b"")
            return
        headers = {"Content-Range": f"bytes {first}-{last}/{len(body)}"}
        self.give(206, headers, body[first : last + 1])

    def give(self, status, headers, body, length=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        self.server.files.sent += len(body)
        if length is not None:
            self.close_connection = True


@pytest.fixture
def serve():
    """Start file servers on hosts of loopback."""
    running = []

    def start(host="127.0.0.1"):
        server = ThreadingHTTPServer((host, 0), Handler)
        server.daemon_threads = True
        server.files = Files(address=f"http://{host}:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        return server.files

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def files(serve):
    """The usual file server."""
    return serve()


@pytest.fixture
def waits():
    """The waits that a client made instead of sleeping. [s]"""
    return []


@pytest.fixture
def access(tmp_path, waits):
    """A way to the network whose time passes only by waiting."""
    wire = Wire(
        patience=Patience(connect=2, read=2, first=1, budget=120),
        clock=Clock(now=lambda: sum(waits), wait=waits.append),
    )
    return Access(wire=wire, signer=sign, cache=Cache(folder=tmp_path / "cache", limit=1e9))


@dataclass
class Product:
    """What a granule of the world is."""

    collection: str
    name: str
    day: str
    last_day: str = ""
    tile: tuple[int, int] = (18, 4)
    size: int = 1200
    version: str = "061"
    made: str = "2023224000000"

    @property
    def id(self):
        day = np.datetime64(self.day)
        number = (day - day.astype("M8[Y]").astype("M8[D]")).astype(int) + 1
        h, v = self.tile
        tile = f"h{h:02d}v{v:02d}"
        return f"{self.name}.A{self.day[:4]}{number:03d}.{tile}.{self.version}.{self.made}"

    @property
    def transform(self):
        h, v = self.tile
        pixel = TILE / self.size
        return Affine(pixel, 0, CORNER[0] + h * TILE, 0, -pixel, CORNER[1] - v * TILE)


def cog(counts, transform, crs=SINUSOIDAL, **profile):
    """Give the bytes of a cloud-optimised GeoTIFF."""
    counts = np.asarray(counts)
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="COG",
            height=counts.shape[0],
            width=counts.shape[1],
            count=1,
            dtype=counts.dtype,
            crs=crs,
            transform=transform,
            compress="deflate",
            blocksize=512,
            overviews="none",
            **profile,
        ) as file:
            file.write(counts, 1)
        return memory.read()


@pytest.fixture
def publish(files, shared_data):
    """Put a granule's layers on the file server; give its item, derived from a recorded answer."""
    folder = shared_data / "stac" / "pc-items"

    def put(product, layers, **properties):
        recorded = json.loads(next(folder.glob(f"{product.collection}__M*.json")).read_text())
        item = copy.deepcopy(recorded)
        keys = set(layers)
        item["assets"] = {key: item["assets"][key] for key in sorted(keys)}
        for key, counts in layers.items():
            body = counts if isinstance(counts, bytes) else cog(counts, product.transform)
            item["assets"][key]["href"] = files.put(f"/{product.id}_{key}.tif", body)
        item |= {"id": product.id, "links": [], "collection": product.collection}
        item["properties"] |= {
            "start_datetime": f"{product.day}T00:00:00Z",
            "end_datetime": f"{product.last_day or product.day}T23:59:59Z",
            "proj:shape": [product.size, product.size],
            "proj:transform": list(product.transform)[:6],
            **properties,
        }
        return place(item, product)

    return put


def place(item, product):
    """Give an item the outline of its tile in degrees."""
    left, top = product.transform.c, product.transform.f
    to_degrees = Transformer.from_crs(SINUSOIDAL, "EPSG:4326", always_xy=True)
    corners = [(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)]
    ring = [to_degrees.transform(left + x * TILE, top - y * TILE) for x, y in corners]
    item["geometry"] = {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}
    xs, ys = zip(*ring, strict=True)
    item["bbox"] = [min(xs), min(ys), max(xs), max(ys)]
    return item


@pytest.fixture
def running():
    """Processes of catalogues."""
    started = []
    yield started
    stop(started)


@pytest.fixture
def stop_catalogues(running):
    """Take all catalogues away, as a network that is down does."""
    return lambda: stop(running)


def stop(processes):
    for process in processes:
        process.terminate()
        process.wait()


@pytest.fixture
def catalogue(tmp_path, running):
    """Start a real STAC server over items: rustac, or pgstac where `tools/with_pgstac.py` asks."""
    started = running

    def start(items):
        folder = tmp_path / f"catalogue-{len(started)}"
        folder.mkdir()
        document = folder / "items.json"
        document.write_text(json.dumps({"type": "FeatureCollection", "features": items}))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = serving(document, port)
        started.append(subprocess.Popen(words, stdout=subprocess.DEVNULL))
        wait_for(f"http://127.0.0.1:{port}", started[-1])
        return f"http://127.0.0.1:{port}"

    return start


def serving(document, port):
    """Give the command that serves a document of items."""
    if os.environ.get("LSTSR_TEST_STAC") == "pgstac":
        program = Path(__file__).with_name("serve_pgstac.py")
        return [sys.executable, str(program), str(document), "127.0.0.1", str(port)]
    program = shutil.which("rustac", path=f"{Path(sys.executable).parent}{os.pathsep}{PATH}")
    if program is None:
        pytest.skip("no rustac: pip install rustac")
    return [program, "serve", str(document), "--addr", f"127.0.0.1:{port}", "--create-collections"]


def wait_for(address, server):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            requests.get(address, timeout=10).close()
        except requests.ConnectionError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"no server at {address}")


@pytest.fixture
def at():
    """Give a sensor whose first catalogue is the one of the world."""

    def move(name, *addresses):
        sensor = registry.sensors().get(name)
        first = next(source for source in sensor.sources if isinstance(source, StacSource))
        sources = tuple(replace(first, catalogue=address) for address in addresses)
        return replace(sensor, sources=sources)

    return move


@pytest.fixture
def make_product():
    """Describe a granule of the world."""

    def make(collection, name, day, **about):
        return Product(collection=collection, name=name, day=day, **about)

    return make


@pytest.fixture
def make_cog():
    """Write cloud-optimised GeoTIFFs."""
    return cog
