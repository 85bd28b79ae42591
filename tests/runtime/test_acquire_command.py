"""`lstsr run` is carried out as `lstsr sharpen` is: memory, workers, device."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from lstsr_runtime import acquire_command
from lstsr_runtime.execution import Execution

WORDS = ["--sensor", "modis", "--bbox", "2", "44", "3", "45", "--date", "2023-08-11"]


@pytest.fixture
def called(monkeypatch):
    calls = []

    def fetch_and_run(order, folder, options, *, execution):
        calls.append((options, execution))
        return folder

    monkeypatch.setattr(acquire_command, "read_order", lambda sensor, **words: (sensor, words))
    monkeypatch.setattr("lstsr_runtime.acquire.acquire", fetch_and_run)
    return calls


def test_memory_workers_and_device_reach_the_run(called, tmp_path):
    words = [*WORDS, "--memory", "2GB", "--workers", "3", "--device", "cpu", "--force"]
    done = CliRunner().invoke(acquire_command.acquire, [*words, "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert called == [
        (
            {"model": "best", "device": "cpu"},
            Execution(memory=2_000_000_000, workers=3, force=True),
        )
    ]


def test_left_out_they_leave_the_run_as_it_was(called, tmp_path):
    CliRunner().invoke(acquire_command.acquire, [*WORDS, "-o", str(tmp_path / "out")])
    assert called == [({"model": "best"}, Execution())]
