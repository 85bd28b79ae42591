"""Kills a batch of ten scenes at random moments, again and again, and proves that nothing is lost.

    python tools/kill_batches.py --kills 50

After each SIGKILL every run folder that is there has to be complete, with the bytes of a batch
that nobody disturbed, and stay as it is from then on; a last run has to complete the batch and
leave nothing else.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lstsr_core import write_scene
from lstsr_core.testing import make_scene

SCENES = 10
"""Scenes of a batch. [1]"""
SHAPE = (24, 20)
"""Size of a scene. [coarse pixel]"""
TILE = 8
"""Edge of a tile, so that a scene has nine. [coarse pixel]"""
WHEN = "2024-07-01T10:30:00"
"""Acquisition time of all scenes, UTC."""
MODEL = "bicubic"
"""A quick one."""
COMMAND = "import sys; from lstsr_core.cli import main; main(sys.argv[1:])"
"""What `lstsr` does."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a torment has shown.

    Parameters
    ----------
    kills : int
        Batches that were killed while they ran. [1]
    found : tuple of int
        Finished scenes after each kill. [1]
    kept : int
        Kills after which tiles of an unfinished scene were kept. [1]
    """

    kills: int
    found: tuple[int, ...]
    kept: int


def torment(folder: Path, kills: int, seed: int = 0, command: str = COMMAND) -> Tally:
    """Kill batches in a folder, and prove after each that nothing is partial and nothing redone.

    Raises
    ------
    AssertionError
        Where a scene is partial, differs, was made twice, or something is left over.
    """
    for number in range(SCENES):
        write_scene(make_scene(shape=SHAPE, seed=number), folder / f"s{number}.nc")

    def start(name: str) -> subprocess.Popen[bytes]:
        return _start(folder, name, command)

    began = time.monotonic()
    start("whole").wait()
    seconds = time.monotonic() - began
    expected = _scenes(folder / "whole")
    _demand(len(expected) == SCENES, "the undisturbed batch did not finish")
    choose, found, kept, first = random.Random(seed), [], 0, {}  # noqa: S311  no secret
    while len(found) < kills:
        if _killed(start("out"), choose.uniform(0, seconds)):
            kept += any((folder / "out").glob(".*.draft/units/*-*.tif"))
            found.append(_check(folder / "out", expected, first))
        else:
            _again(folder / "out", first)
    _demand(start("out").wait() == 0, "the last run did not finish")
    _demand(_check(folder / "out", expected, first) == SCENES, "a scene is missing")
    left = {path.name for path in (folder / "out").iterdir()} - {*expected, "summary.csv"}
    _demand(not left, f"left over: {left}")
    return Tally(kills=kills, found=tuple(found), kept=kept)


def _start(folder: Path, name: str, command: str) -> subprocess.Popen[bytes]:
    words = ["sharpen", "--batch", folder / "s*.nc", "-o", folder / name]
    more = ["--datetime", WHEN, "--tile", str(TILE), "--model", MODEL]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-c", command, *map(str, words), *more], **quiet)


def _killed(running: subprocess.Popen[bytes], moment: float) -> bool:
    """Kill a batch after some seconds; False where it was quicker."""
    try:
        running.wait(timeout=moment)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
        return True
    return False


def _scenes(out: Path) -> dict[str, dict[str, bytes]]:
    """Give the files of all run folders, but for the logs, which have times in them."""
    folders = [path for path in out.glob("[!.]*") if path.is_dir()]
    return {
        folder.name: {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".jsonl"}
        for folder in folders
    }


def _check(out: Path, expected: dict[str, dict[str, bytes]], first: dict[str, int]) -> int:
    """Compare what is there with what has to be there; give how many scenes are finished."""
    found = _scenes(out)
    for name, files in found.items():
        _demand(files == expected[name], f"{name} differs or is partial")
        inode = (out / name / "item.json").stat().st_ino
        _demand(first.setdefault(name, inode) == inode, f"{name} was made twice")
    return len(found)


def _again(out: Path, first: dict[str, int]) -> None:
    """Take a finished batch away, so that there is something to kill."""
    for path in sorted(out.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    first.clear()


def _demand(holds: bool, otherwise: str) -> None:  # noqa: FBT001  it is the condition
    if not holds:
        raise AssertionError(otherwise)


def main() -> None:
    """Torment a batch in a folder that is removed at the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = torment(Path(folder), arguments.kills, arguments.seed)
    print(f"{tally.kills} kills; finished scenes after each: {tally.found}")
    print(f"{tally.kept} kills left tiles that the next run took over; nothing partial or twice")


if __name__ == "__main__":
    main()
