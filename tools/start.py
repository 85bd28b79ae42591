"""Set everything up in `.venv`, then run the demo or all the tests: needs Python 3.11+ alone."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"
PYTHON = HOME / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
OLDEST = (3, 11)
"""Oldest Python that lstsr runs on."""
LSTSR = PYTHON.with_name("lstsr.exe" if sys.platform == "win32" else "lstsr")
TRAINING = "lstsr-models"
"""Member that needs torch, which sharpening does not."""
USAGE = "usage: python3 tools/start.py {demo [options of lstsr demo], tests [words for nox]}"


def main(words: list[str]) -> int:
    """Set up and run the task that the first word names; the others go to what it runs."""
    if not words or words[0] not in ("demo", "tests"):
        print(USAGE, file=sys.stderr)
        return 2
    problem = missing()
    if problem:
        print(problem, file=sys.stderr)
        return 2
    if not PYTHON.exists():
        venv.create(HOME, with_pip=True)
    setup = ["pip", "install", "-q", "--disable-pip-version-check", "-c", "constraints.txt"]
    if words[0] == "tests":
        return run([PYTHON, "-m", *setup, "nox", "uv"], [PYTHON, "-m", "nox", *words[1:]])
    status = run([PYTHON, "-m", *setup, *members()], [LSTSR, "demo", *words[1:]])
    if status == 0:
        print(f"\nYour own rasters: {LSTSR} sharpen LST.tif --guide ndvi=NDVI.tif -o OUT")
    return status


def members() -> list[str]:
    """Give the folders of all members but the one that trains, to be installed as they stand."""
    rooms = ("packages", "plugins", "services")
    found = [path for room in rooms for path in ROOT.glob(f"{room}/*/pyproject.toml")]
    folders = sorted(path.parent for path in found if path.parent.name != TRAINING)
    return [word for folder in folders for word in ("-e", str(folder))]


def run(*commands: list[str | Path]) -> int:
    """Run commands in the checkout until one fails; give the status of the last that ran."""
    for command in commands:
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


def missing() -> str:
    """Say what this machine lacks, with the remedy; empty where it lacks nothing."""
    if sys.version_info < OLDEST:
        return f"lstsr needs Python 3.11 or newer; this is {sys.version.split()[0]}."
    if importlib.util.find_spec("ensurepip") is None and not PYTHON.exists():
        return (
            "This Python cannot make virtual environments (it has no ensurepip). "
            "On Debian and Ubuntu: sudo apt install python3-venv"
        )
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
