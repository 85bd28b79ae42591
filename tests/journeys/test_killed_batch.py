"""A batch that is killed again and again loses nothing, redoes nothing, leaves nothing behind."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "kill_batches.py"
KILLS = 4
"""How often; the tool does it fifty times. [1]"""
WITHOUT_PICTURES = """
import sys
from lstsr_core.cli import main
from lstsr_runtime import runs

def write_nothing(scene, lst, sigma, model):
    path = lst.with_name("quicklook.png")
    path.write_bytes(b"drawing takes more time than all else")
    return path

runs.write_quicklook = write_nothing
main(sys.argv[1:])
"""


@pytest.fixture
def torment(monkeypatch):
    about = spec_from_file_location("kill_batches", TOOL)
    tool = module_from_spec(about)
    monkeypatch.setitem(sys.modules, "kill_batches", tool)
    about.loader.exec_module(tool)
    return tool.torment


@pytest.mark.fault(44)
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_random_sigkills_over_a_batch_of_ten_scenes_lose_nothing(torment, tmp_path):
    tally = torment(tmp_path, KILLS, seed=3, command=WITHOUT_PICTURES)
    assert len(tally.found) == KILLS
