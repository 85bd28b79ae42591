"""Measure a service under load: `load_services.py [SECONDS [CLIENTS]]`, by wrk on loopback.

A service with its demonstration is started; jobs are created and tiles are drawn by as many
clients as are named, for so long. Printed are requests a second, the 50th and 95th percentiles, the
answers by status, the memory of the process, and the time of the first tile. It ends by itself.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATIENCE: Final = 300.0
"""How long the demonstration may take. [s]"""
KINDS: Final = 50
"""Distinct requests among all. [1]"""
SCRIPT: Final = """
local bodies = BODIES
local paths = PATHS
local n, statuses = 0, {}
function request()
  n = n + 1
  if #bodies > 0 then
    local headers = {["Content-Type"] = "application/json", ["Prefer"] = "respond-async"}
    return wrk.format("POST", paths[1], headers, bodies[n % #bodies + 1])
  end
  return wrk.format("GET", paths[(n * 7919) % #paths + 1])
end
local threads = {}
function setup(thread) table.insert(threads, thread) end
counts = ""
local seen = {}
function response(status)
  seen[status] = (seen[status] or 0) + 1
  counts = ""
  for code, times in pairs(seen) do counts = counts .. code .. "=" .. times .. " " end
end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95)))
  for _, thread in ipairs(threads) do io.write(" " .. thread:get("counts")) end
  io.write("\\n")
end
"""
"""What wrk does: the same requests in turn, and a count of the answers."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """A running service, and how it is measured."""

    address: str
    place: Path
    seconds: int
    clients: int


def main(words: list[str]) -> int:
    """Start a service, measure it, and end it."""
    seconds, clients = (int(word) for word in (*words, *("60", "32")[len(words) :]))
    if shutil.which("wrk") is None:
        print("no wrk: apt-get install wrk", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place:
        running, address = start(Path(place))
        try:
            measure(Service(address=address, place=Path(place), seconds=seconds, clients=clients))
            print(f"memory of the API process: {memory(running.pid):.0f} MB at most")
        finally:
            running.terminate()
            running.wait()
    return 0


def start(place: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a service with a demonstration; give its process and its address."""
    words = [sys.executable, "-m", "lstsr_core", "serve", "--demo", "--port", "0"]
    began = time.monotonic()
    with (place / "log").open("wb") as log:
        running = subprocess.Popen(
            [*words, "--store", str(place / "store")], stdout=subprocess.PIPE, stderr=log, text=True
        )
    line = running.stdout.readline() if running.stdout else ""
    address = line.strip().removesuffix("/viewer/")
    get(f"{address}/viewer/")
    print(f"page up after {time.monotonic() - began:.1f} s")
    return running, address


def measure(service: Service) -> None:
    """Print the figures of one service."""
    address = service.address
    job = finished(address)
    box = json.loads(get(f"{address}/catalogue/results/{job}/stac.json"))["bbox"]
    paths = tiles(job, box)
    began = time.monotonic()
    get(address + paths[0])
    print(f"cold tile: {time.monotonic() - began:.3f} s")
    wrk(service, paths, [])
    lst = json.loads(get(f"{address}/inputs"))[0]["id"]
    bodies = [
        json.dumps({"inputs": {"lst": {"upload": lst}, "model": "bicubic", "scale": 2 + n / 100}})
        for n in range(KINDS)
    ]
    wrk(service, ["/processes/sharpen/execution"], bodies)
    jobs = json.loads(get(f"{address}/jobs?limit=1000"))["jobs"]
    print(f"jobs in all: {len(jobs)} (the demonstration and {KINDS} distinct requests)")


def finished(address: str) -> str:
    """Wait for the demonstration and give its id."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        jobs = json.loads(get(f"{address}/jobs"))["jobs"]
        if jobs and jobs[0]["status"] == "successful":
            return str(jobs[0]["jobID"])
        time.sleep(0.2)
    raise SystemExit("the demonstration did not end")


def tiles(job: str, box: list[float]) -> list[str]:
    """Name tiles of zoom levels 8 to 13 that lie in a box."""
    from math import asinh, pi, radians, tan

    draw = random.Random(1)  # noqa: S311  a choice of tiles, no secret
    found = []
    for _ in range(400):
        zoom = draw.randint(8, 13)
        lon, lat = draw.uniform(box[0], box[2]), draw.uniform(box[1], box[3])
        column = int((lon + 180) / 360 * 2**zoom)
        row = int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom)
        layer = draw.choice(("lst", "lst_uncertainty", "quality", "coarse"))
        place = f"/items/{job}/layers/{layer}/tiles/WebMercatorQuad/{zoom}/{column}/{row}.png"
        found.append(f"{place}?low=290&high=320" if layer in ("lst", "coarse") else place)
    return found


def wrk(service: Service, paths: list[str], bodies: list[str]) -> None:
    """Run wrk and print its figures."""
    script = service.place / "load.lua"
    text = SCRIPT.replace("BODIES", lua(bodies)).replace("PATHS", lua(paths))
    script.write_text(text, encoding="utf-8")
    words = [
        "wrk",
        "-t1",
        f"-c{service.clients}",
        f"-d{service.seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(script),
    ]
    said = subprocess.run(
        [*words, service.address], capture_output=True, text=True, check=True
    ).stdout
    told = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (.*)", said)
    if told is None:
        raise SystemExit(said)
    count, micro, middle, most = (int(word) for word in told.groups()[:4])
    kind = "jobs" if bodies else "tiles"
    print(
        f"{kind}: {count / micro * 1e6:.1f} a second, p50 {middle / 1e3:.0f} ms, "
        f"p95 {most / 1e3:.0f} ms; {told[5].strip()}"
    )


def lua(words: list[str]) -> str:
    """Write a list in Lua."""
    return "{" + ",".join(f"[==[{word}]==]" for word in words) + "}"


def get(address: str) -> bytes:
    """Read an address of the service."""
    if not address.startswith("http://127.0.0.1:"):
        raise SystemExit(f"not on loopback: {address}")
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  see above
        return bytes(answer.read())


def memory(process: int) -> float:
    """Give the most memory that a process has held. [MB]"""
    told = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) / 1000 if found else float("nan")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main(sys.argv[1:]))
