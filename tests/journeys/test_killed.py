"""Killed at any moment, a run leaves its folder absent or complete, and a rerun completes."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")

MOMENTS = 10
"""How often a run is killed while it writes. [1]"""
GLANCE = 0.002
"""Time between two looks at the folder. [s]"""


@pytest.fixture(scope="module")
def words(make_inputs, tmp_path_factory) -> list[str]:
    inputs = make_inputs(tmp_path_factory.mktemp("killed"), shape=(64, 64)).write()
    return [*map(str, inputs.words), "--datetime", "2024-07-01T10:30:00Z"]


@pytest.fixture(scope="module")
def start_writing(lstsr_path, words):
    """Start a run and give it back when it begins to write."""

    def start(out) -> subprocess.Popen[bytes]:
        draft = out.with_name(f".{out.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        command = [lstsr_path, *words, "-o", out]
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not draft.exists() and running.poll() is None:
            time.sleep(GLANCE)
        return running

    return start


def contents(folder) -> dict[str, bytes]:
    """Give the files of a run folder, but for the log, which has times in it."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".jsonl"}


@pytest.fixture(scope="module")
def undisturbed(start_writing, tmp_path_factory):
    """Give the files of a run that nobody disturbs, and how long it writes. [s]"""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    running = start_writing(out)
    began = time.monotonic()
    assert running.wait() == 0
    return contents(out), time.monotonic() - began


@pytest.mark.timeout(900)
@pytest.mark.fault(44)
def test_ten_random_moments(undisturbed, start_writing, lstsr, words, tmp_path):
    expected, seconds = undisturbed
    choose = random.Random(10)
    out = tmp_path / "out"
    killed = 0
    while killed < MOMENTS:
        running = start_writing(out)
        began = time.monotonic()
        try:
            running.wait(timeout=choose.uniform(0, seconds))
            seconds = min(seconds, time.monotonic() - began)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            killed += 1
        if out.exists():
            assert contents(out) == expected
            shutil.rmtree(out)
    done = lstsr(*words, "-o", out)
    assert done.returncode == 0, done.stderr
    assert contents(out) == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_draft_of_a_killed_run_is_cleared_away(undisturbed, lstsr, words, tmp_path):
    expected, _ = undisturbed
    draft = tmp_path / ".out.draft"
    draft.mkdir()
    (draft / "lst.tif").write_bytes(b"half of it")
    (draft / "stray.txt").touch()
    done = lstsr(*words, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == expected
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.fault(44)
def test_a_run_that_is_terminated_keeps_its_tiles_and_the_next_one_goes_on(
    undisturbed, lstsr, lstsr_path, words, tmp_path
):
    expected, _ = undisturbed
    units = tmp_path / ".out.draft" / "units"
    command = [lstsr_path, *words, "--tile", "4", "-o", tmp_path / "out"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None and not any(units.glob("*-*.tif")):
        time.sleep(GLANCE)
    running.terminate()
    assert running.wait() == 143
    assert not (tmp_path / "out").exists()
    plan = lstsr(*words, "--tile", "4", "--plan", "-o", tmp_path / "out")
    assert "of 256 tiles of a run that was cut short" in plan.stdout
    assert lstsr(*words, "--tile", "4", "-o", tmp_path / "out").returncode == 0
    layers = [name for name in expected if name.endswith(".tif")]
    assert all(contents(tmp_path / "out")[name] == expected[name] for name in layers)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
