"""Measure what a small window out of a stack of large remote rasters costs to read.

    python tools/acquisition_reading.py [--dates 10] [--kilometres 64]

Ten rasters of 4800 x 4800 counts (250 m, one MODIS tile) are written as cloud-optimised GeoTIFFs in
the sinusoidal grid and in UTM, served over HTTP with ranges on loopback, and a window is read by
lstsr, by plain stackstac and by plain odc-stac, each in a process of its own. Bytes are counted by
the server, memory is the peak of the process above what it had before it read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
from affine import Affine
from odc.geo.geobox import GeoBox

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 4800
PIXEL = {"sinusoidal": 231.656358, "utm": 250.0}
CORNER = {"sinusoidal": (0.0, 5559752.598833), "utm": (300_000.0, 5_400_000.0)}
CRS = {
    "sinusoidal": "+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R=6371007.181 +units=m +no_defs",
    "utm": "EPSG:32631",
}
READERS = {"utm": ("lstsr", "stackstac", "odc-stac"), "sinusoidal": ("lstsr", "odc-stac")}
"""stackstac has no output grid without an EPSG code."""


@dataclass(frozen=True)
class Stack:
    """What one process reads."""

    grid: str
    hrefs: tuple[str, ...]
    kilometres: float
    cache: str

    @property
    def box(self) -> GeoBox:
        """Give the grid of every raster."""
        pixel, (x, y) = PIXEL[self.grid], CORNER[self.grid]
        return GeoBox((SIZE, SIZE), Affine(pixel, 0, x, 0, -pixel, y), CRS[self.grid])

    @property
    def window(self) -> GeoBox:
        """Give the part that is read."""
        edge = round(1000 * self.kilometres / PIXEL[self.grid])
        return self.box[1900 : 1900 + edge, 1900 : 1900 + edge]


def write_rasters(folder: Path, grid: str, dates: int) -> None:
    """Write counts like reflectances: smooth fields, fields of farms, noise."""
    chance = np.random.default_rng(0)
    farms = np.kron(chance.normal(0, 600, (SIZE // 16, SIZE // 16)), np.ones((16, 16)))
    pixel, (x, y) = PIXEL[grid], CORNER[grid]
    for date in range(dates):
        counts = (2500 + farms + chance.normal(0, 60, (SIZE, SIZE))).astype(np.int16)
        with rasterio.open(
            folder / f"{grid}-{date}.tif",
            "w",
            driver="COG",
            height=SIZE,
            width=SIZE,
            count=1,
            dtype="int16",
            crs=CRS[grid],
            transform=Affine(pixel, 0, x, 0, -pixel, y),
            compress="deflate",
            blocksize=512,
            nodata=-28672,
        ) as file:
            file.write(counts, 1)


def serve(folder: Path) -> Any:  # noqa: ANN401  a server that counts
    """Serve a folder with ranges; the server counts what it sends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Stay silent."""

        def do_HEAD(self) -> None:
            self.answer(send=False)

        def do_GET(self) -> None:
            self.answer(send=True)

        def answer(self, *, send: bool) -> None:
            path = folder / self.path.lstrip("/").partition("?")[0]
            if not path.is_file():
                self.send_error(404)
                return
            size = path.stat().st_size
            span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first, last = (
                (int(span[1]), min(int(span[2] or size), size - 1)) if span else (0, size - 1)
            )
            self.send_response(206 if span else 200)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(last - first + 1))
            if span:
                self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            self.end_headers()
            if send:
                with path.open("rb") as file:
                    file.seek(first)
                    self.wfile.write(file.read(last - first + 1))
                server.sent += last - first + 1
                server.requests += 1

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.sent = server.requests = 0
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def items_of(stack: Stack) -> Iterator[Any]:
    """Give the items that the plain libraries read."""
    import pystac

    box = stack.box
    place = {"proj:shape": [SIZE, SIZE], "proj:transform": list(box.affine)[:6]}
    system = {"proj:epsg": box.crs.epsg} if box.crs.epsg else {"proj:wkt2": box.crs.to_wkt()}
    for date, href in enumerate(stack.hrefs):
        extent = box.geographic_extent
        item = pystac.Item(
            id=f"{date}",
            geometry=extent.json,
            bbox=list(extent.boundingbox.bbox),
            datetime=dt.datetime(2023, 8, 1 + date, tzinfo=dt.UTC),
            properties={**place, **system},
            stac_extensions=["https://stac-extensions.github.io/projection/v1.1.0/schema.json"],
        )
        item.add_asset("band", pystac.Asset(href=href, media_type=pystac.MediaType.COG))
        yield item


def read_lstsr(stack: Stack) -> Any:  # noqa: ANN401  dask is untyped
    """Read as `lstsr fetch` does."""
    from lstsr_data.acquisition import load_odc, load_stack
    from lstsr_data.acquisition.cache import Cache
    from lstsr_data.acquisition.granule import Layer
    from lstsr_data.acquisition.pile import Pile
    from lstsr_data.acquisition.remote_file import Access
    from lstsr_data.acquisition.signing import sign
    from lstsr_data.acquisition.wire import Wire

    access = Access(wire=Wire(), signer=sign, cache=Cache(folder=Path(stack.cache), limit=1e9))
    pile = Pile(
        layers=tuple(Layer(href=href, box=stack.box) for href in stack.hrefs),
        frame=stack.window,
        access=access,
        dtype=np.dtype(np.int16),
        fill=-28672,
    )
    return (load_stack if stack.box.crs.epsg else load_odc).stack(pile)


def read_stackstac(stack: Stack) -> Any:  # noqa: ANN401  dask is untyped
    """Read as stackstac does by itself."""
    import stackstac

    frame = stack.window.boundingbox
    items = []
    for item in items_of(stack):
        plain = item.to_dict()
        plain["properties"]["proj:epsg"] = stack.box.crs.epsg
        items.append(plain)
    cube = stackstac.stack(
        items,
        assets=["band"],
        epsg=stack.box.crs.epsg,
        resolution=PIXEL[stack.grid],
        bounds=(frame.left, frame.bottom, frame.right, frame.top),
        snap_bounds=False,
        rescale=False,
        dtype=np.dtype(np.float32),
        fill_value=np.float32(np.nan),
    )
    return cube.data[:, 0]


def read_odc_stac(stack: Stack) -> Any:  # noqa: ANN401  dask is untyped
    """Read as odc-stac does by itself."""
    import odc.stac

    items = list(items_of(stack))
    cube = odc.stac.load(items, bands=["band"], geobox=stack.window, chunks={"x": 1024, "y": 1024})
    return cube["band"].data


def peak(*, reset: bool = False) -> float:
    """Give the most memory that this process held since the last reset, in MB (Linux)."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measure(stack: Stack, reader: str) -> dict[str, float]:
    """Read, and say how long it took, how much memory, and what came."""
    lazy = {"lstsr": read_lstsr, "stackstac": read_stackstac, "odc-stac": read_odc_stac}[reader]
    import dask

    lazy(stack)  # imports are not what is measured
    before = peak(reset=True)
    start = time.perf_counter()
    with dask.config.set(scheduler="threads", num_workers=2):
        values = lazy(stack).compute()
    spent = time.perf_counter() - start
    grown = peak() - before
    return {"seconds": spent, "megabytes": grown, "sum": float(np.sum(values, dtype="f8"))}


def main() -> None:
    """Write, serve, measure each reader in its own process, print a table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--dates", type=int, default=10)
    words.add_argument("--kilometres", type=float, default=64.0)
    words.add_argument("--child", help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.child:
        about = json.loads(given.child)
        stack = Stack(about["grid"], tuple(about["hrefs"]), about["kilometres"], about["cache"])
        print(json.dumps(measure(stack, about["reader"])))
        return
    with tempfile.TemporaryDirectory() as name:
        report(Path(name), given)


def report(folder: Path, given: argparse.Namespace) -> None:
    """Print one line a reader."""
    server = serve(folder)
    heads = ("read", "share", "requests", "time", "memory")
    print(f"{'grid':<11} {'reader':<10}", *(f"{head:>9}" for head in heads))
    for grid, readers in READERS.items():
        write_rasters(folder, grid, given.dates)
        whole = sum(path.stat().st_size for path in folder.glob(f"{grid}-*.tif"))
        address = f"http://127.0.0.1:{server.server_port}"
        hrefs = [f"{address}/{grid}-{date}.tif" for date in range(given.dates)]
        sums = set()
        for reader in readers:
            server.sent = server.requests = 0
            about = {"grid": grid, "hrefs": hrefs, "kilometres": given.kilometres, "reader": reader}
            about["cache"] = str(folder / f"cache-{grid}")
            child = [sys.executable, "-W", "ignore", __file__, "--child", json.dumps(about)]
            done = subprocess.run(child, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{grid:<11} {reader:<10} failed: {done.stderr.strip().splitlines()[-1]}")
                continue
            found = json.loads(done.stdout.splitlines()[-1])
            sums.add(round(found["sum"]))
            print(
                f"{grid:<11} {reader:<10} {server.sent / 1e6:6.2f} MB {server.sent / whole:6.2%} "
                f"{server.requests:9d} {found['seconds']:5.2f} s {found['megabytes']:5.0f} MB"
            )
        print(f"{grid:<11} all of it {whole / 1e6:6.1f} MB; the readers agree: {len(sums) == 1}")


if __name__ == "__main__":
    main()
