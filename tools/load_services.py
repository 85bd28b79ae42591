"""Measure a service under load: `load_services.py [SECONDS [CLIENTS]]`, on loopback.

A service with its demonstration is started; tiles are drawn (by wrk), then jobs created, by as
many clients as are named, for so long each. Printed are requests a second, the 50th and 95th
percentiles, the answers by status, the memory of the process, and the time of the first tile.
"""

from __future__ import annotations

import http.client
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
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import asinh, pi, radians, tan
from pathlib import Path
from typing import Final

PATIENCE: Final = 300.0
"""How long the demonstration may take. [s]"""
CREATED: Final = 201
"""Status of a job that was taken."""
KINDS: Final = 50
"""Distinct requests among all. [1]"""
SCRIPT: Final = """
local paths = PATHS
local n, seen = 0, {}
function request()
  n = n + 1
  return wrk.format("GET", paths[(n * 7919) % #paths + 1])
end
local threads = {}
function setup(thread) table.insert(threads, thread) end
counts = ""
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
"""What wrk does: the same tiles in turn, and a count of the answers."""


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
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    began = time.monotonic()
    get(address + tile(job, "lst", 9, middle))
    print(f"cold tile: {time.monotonic() - began:.3f} s")
    wrk(service, tiles(job, box))
    lst = json.loads(get(f"{address}/inputs"))[0]["id"]
    bodies = [
        json.dumps({"inputs": {"lst": {"upload": lst}, "model": "bicubic", "scale": 2 + n / 100}})
        for n in range(KINDS)
    ]
    create(service, bodies)
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
    draw = random.Random(1)  # noqa: S311  a choice of tiles, no secret
    found = []
    for _ in range(400):
        layer = draw.choice(("lst", "lst_uncertainty", "quality", "coarse"))
        place = draw.uniform(box[0], box[2]), draw.uniform(box[1], box[3])
        found.append(tile(job, layer, draw.randint(8, 13), place))
    return found


def tile(job: str, layer: str, zoom: int, place: tuple[float, float]) -> str:
    """Name the tile of a layer around a place, given by longitude and latitude. [degree]"""
    column = int((place[0] + 180) / 360 * 2**zoom)
    row = int((1 - asinh(tan(radians(place[1]))) / pi) / 2 * 2**zoom)
    ends = "?low=290&high=320" if layer in ("lst", "coarse") else ""
    return f"/items/{job}/layers/{layer}/tiles/WebMercatorQuad/{zoom}/{column}/{row}.png{ends}"


def create(service: Service, bodies: list[str]) -> None:
    """Ask for jobs by clients that each have an address of their own, as the rate is by address."""
    end = time.monotonic() + service.seconds
    with ThreadPoolExecutor(service.clients) as pool:
        found = pool.map(lambda n: ask(service, n, bodies, end), range(service.clients))
        answers = [answer for one in found for answer in one]
    times = sorted(seconds for status, seconds in answers if status == CREATED)
    middle, most = (times[int(part * len(times))] * 1e3 for part in (0.5, 0.95))
    told = " ".join(f"{code}={n}" for code, n in Counter(code for code, _ in answers).items())
    rate = len(times) / service.seconds
    print(f"jobs: {rate:.1f} a second, p50 {middle:.0f} ms, p95 {most:.0f} ms; {told}")


def ask(service: Service, number: int, bodies: list[str], end: float) -> list[tuple[int, float]]:
    """Be one client until the end; give each answer's status and how long it took. [s]"""
    host, port = service.address.removeprefix("http://").split(":")
    mine = (f"127.0.1.{number + 1}", 0)
    door = http.client.HTTPConnection(host, int(port), timeout=PATIENCE, source_address=mine)
    headers = {"Content-Type": "application/json", "Prefer": "respond-async"}
    answers: list[tuple[int, float]] = []
    while time.monotonic() < end:
        began, body = time.monotonic(), bodies[(number + len(answers)) % len(bodies)]
        door.request("POST", "/processes/sharpen/execution", body, headers)
        answer = door.getresponse()
        answer.read()
        answers.append((answer.status, time.monotonic() - began))
    door.close()
    return answers


def wrk(service: Service, paths: list[str]) -> None:
    """Ask for tiles by wrk and print its figures."""
    script = service.place / "load.lua"
    script.write_text(SCRIPT.replace("PATHS", lua(paths)), encoding="utf-8")
    way = ["-t1", f"-c{service.clients}", f"-d{service.seconds}s", "--timeout", "30s"]
    words = ["wrk", *way, "-s", str(script)]
    said = subprocess.run(
        [*words, service.address], capture_output=True, text=True, check=True
    ).stdout
    told = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (.*)", said)
    if told is None:
        raise SystemExit(said)
    count, micro, middle, most = (int(word) for word in told.groups()[:4])
    print(
        f"tiles: {count / micro * 1e6:.1f} a second, p50 {middle / 1e3:.0f} ms, "
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
