"""Run the whole benchmark and write docs/benchmarks: `python tools/benchmarks.py DIR`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

DOCS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"
USAGE = "usage: python tools/benchmarks.py DIR [NAME...]; DIR holds the scenes, NAME is of:"
ACCURACY = {
    "registered": (),
    "wald": ("--protocol", "wald"),
    "p0": ("--protocol", "p0"),
    "p0-quirks": ("--protocol", "p0", "--reference-quirks"),
    "registered-utm": ("--protocol", "registered-utm"),
    "registered-utm-quirks": ("--protocol", "registered-utm", "--reference-quirks"),
}
"""Options of `lstsr bench accuracy` for each table of the page."""
SPEED = {f"speed-{size}": ("--size", size) for size in ("scene", "tile")}
"""Options of `lstsr bench speed` for each table of the page."""


def main(words: list[str]) -> int:
    """Make the tables named, or all, and write the page."""
    known = {
        **{name: ("accuracy", "scores", options) for name, options in ACCURACY.items()},
        **{name: ("speed", "speed", options) for name, options in SPEED.items()},
    }
    if not words or not set(words[1:]) <= set(known):
        print(USAGE, ", ".join(known), file=sys.stderr)
        return 2
    DOCS.mkdir(parents=True, exist_ok=True)
    for name in words[1:] or known:
        command, table, options = known[name]
        with TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            bench(command, "--data", words[0], *options, "-o", str(out))
            shutil.copyfile(out / f"{table}.csv", DOCS / f"{name}.csv")
    bench("page", str(DOCS))
    return 0


def bench(*words: str) -> None:
    """Run one command of lstsr."""
    subprocess.run([sys.executable, "-m", "lstsr_core", "bench", *words], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
