"""Bring what the viewer shows maps with from npm: `refresh_viewer.py [--check]`.

Each package comes at the version that stands in `vendor/versions.json` (or as NAME=VERSION on the
command line); files, licence and digests are written anew. `--check` asks nobody and compares
digests.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "services" / "viewer" / "src" / "lstsr_viewer" / "page" / "vendor"
RECORD = VENDOR / "versions.json"
FILES: Final = {
    "maplibre-gl": {
        "dist/maplibre-gl-csp.js": "maplibre-gl-csp.js",
        "dist/maplibre-gl-csp-worker.js": "maplibre-gl-csp-worker.js",
        "dist/maplibre-gl.css": "maplibre-gl.css",
        "LICENSE.txt": "maplibre-gl.LICENSE.txt",
    },
    "world-atlas": {
        "countries-110m.json": "outlines.json",
        "LICENSE": "world-atlas.LICENSE.txt",
    },
}
"""Files that are taken from each package, and their names here."""
PLACES: Final = 2
"""Decimals of a coordinate: outlines at 1:110 million are no finer than 1 km."""


def main(words: list[str]) -> int:
    """Check what is here, or bring it anew."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.is_file() else {}
    if words == ["--check"]:
        wrong = changed(record)
        print("\n".join(wrong) or "as recorded")
        return 1 if wrong else 0
    wanted = dict(word.split("=") for word in words)
    VENDOR.mkdir(parents=True, exist_ok=True)
    fresh = {name: bring(name, wanted.get(name) or version(record, name)) for name in FILES}
    RECORD.write_text(json.dumps(fresh, indent=2) + "\n", encoding="utf-8")
    return 0


def version(record: dict[str, Any], name: str) -> str:
    """Give the version on record, or the newest where there is none."""
    known: str = record.get(name, {}).get("version", "latest")
    return known


def changed(record: dict[str, Any]) -> list[str]:
    """Name the files that differ from the record."""
    digests = {file: digest for one in record.values() for file, digest in one["sha256"].items()}
    return [file for file, digest in digests.items() if sha256(VENDOR / file) != digest]


def sha256(path: Path) -> str:
    """Give the digest of a file; empty where it is missing."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def bring(name: str, wanted: str) -> dict[str, Any]:
    """Fetch a package, put its files here, and say what they are."""
    with tempfile.TemporaryDirectory() as place:
        pack = ["npm", "pack", "--json", "--pack-destination", place, f"{name}@{wanted}"]
        told = json.loads(subprocess.run(pack, capture_output=True, check=True).stdout)[0]
        with tarfile.open(Path(place) / told["filename"]) as archive:
            for theirs, ours in FILES[name].items():
                member = archive.extractfile(f"package/{theirs}")
                if member is None:
                    raise SystemExit(f"{name} has no {theirs}")
                (VENDOR / ours).write_bytes(prepared(theirs, member.read()))
            about = json.loads(archive.extractfile("package/package.json").read())  # type: ignore[union-attr]
    return {
        "version": about["version"],
        "licence": about["license"],
        "integrity": told["integrity"],
        "sha256": {ours: sha256(VENDOR / ours) for ours in FILES[name].values()},
    }


def prepared(name: str, content: bytes) -> bytes:
    """Turn topology into lines; leave everything else as it is."""
    if not name.startswith("countries"):
        return content
    return json.dumps(lines(json.loads(content)), separators=(",", ":")).encode()


def lines(topology: dict[str, Any]) -> dict[str, Any]:
    """Give the arcs of a TopoJSON as one GeoJSON geometry; each border is drawn once."""
    (dx, dy), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    drawn = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for right, up in arc:
            x, y = x + right, y + up
            line.append([round(x * dx + x0, PLACES), round(y * dy + y0, PLACES)])
        drawn.append(line)
    return {"type": "MultiLineString", "coordinates": drawn}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
