"""A run folder appears complete, or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from lstsr_core import ResourceError
from lstsr_runtime.folder import draft_of


def test_a_folder_appears_when_the_work_is_done(tmp_path):
    target = tmp_path / "run"
    with draft_of(target) as draft:
        (draft / "a").write_text("1", encoding="utf-8")
        assert not target.exists()
    assert (target / "a").read_text(encoding="utf-8") == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_nothing_is_left_of_work_that_failed(tmp_path):
    def work():
        with draft_of(tmp_path / "run") as draft:
            (draft / "a").write_text("1", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_may_be_filled_and_missing_parents_are_made(tmp_path):
    (tmp_path / "run").mkdir()
    for target in (tmp_path / "run", tmp_path / "deep" / "er" / "run"):
        with draft_of(target) as draft:
            (draft / "a").touch()
        assert (target / "a").is_file()


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_there_already_is_never_touched(tmp_path, kind):
    target = tmp_path / "run"
    if kind == "file":
        target.write_text("mine", encoding="utf-8")
    elif kind == "link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
        (target / "mine").touch()
    with pytest.raises(ResourceError) as caught, draft_of(target):
        pytest.fail("the work must not begin")
    assert caught.value.code == "OUTPUT_NOT_EMPTY"
    assert target.is_symlink() or target.exists()


@pytest.mark.fault(44)
def test_what_a_killed_run_left_is_replaced(tmp_path):
    (tmp_path / ".run.draft").mkdir()
    (tmp_path / ".run.draft" / "old").touch()
    (tmp_path / ".run.lock").touch()
    with draft_of(tmp_path / "run") as draft:
        (draft / "new").touch()
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


HOLD = """
import sys
from pathlib import Path
from lstsr_runtime.folder import draft_of
with draft_of(Path(sys.argv[1])) as draft:
    (draft / "a").touch()
    print("entered", flush=True)
    sys.stdin.read()
"""


@pytest.mark.fault(45)
def test_two_runs_into_one_folder_are_told_apart(tmp_path):
    words = [sys.executable, "-c", HOLD, str(tmp_path / "run")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as other:
        assert other.stdout.readline().strip() == "entered"
        with pytest.raises(ResourceError) as caught, draft_of(tmp_path / "run"):
            pytest.fail("the work must not begin")
        assert caught.value.code == "OUTPUT_LOCKED"
        other.communicate()
    assert other.returncode == 0
    assert (tmp_path / "run" / "a").is_file()


@pytest.mark.fault(43)
def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ResourceError) as caught, draft_of(tmp_path / "file" / "run"):
        pytest.fail("the work must not begin")
    assert caught.value.code == "OUTPUT_NOT_WRITABLE"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.fault(43)
def test_a_full_disk_is_called_so(tmp_path, number):
    with pytest.raises(ResourceError) as caught, draft_of(tmp_path / "run"):
        raise OSError(number, os.strerror(number))
    assert caught.value.code == "DISK_FULL"
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_an_empty_folder_is_filled_where_it_points(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "far")
    with draft_of(tmp_path / "run") as draft:
        (draft / "a").touch()
    assert (tmp_path / "far" / "a").is_file()
    assert (tmp_path / "run").is_symlink()
