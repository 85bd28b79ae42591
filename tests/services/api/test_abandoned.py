"""A job that kills every worker is given up, and says why."""

from __future__ import annotations

import sqlite3
import time

import pytest

from lstsr_api.leases import SILENCE, Leases


@pytest.mark.fault(54)
def test_a_job_that_is_given_up_says_why(service, asked, execute):
    job = execute(service, asked).json()["jobID"]
    with sqlite3.connect(service.service.store.root / "jobs.sqlite") as database:
        database.execute(
            "UPDATE workflow_status SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' "
            "WHERE workflow_uuid = ?",
            (job,),
        )
    database.close()
    told = service.get(f"/jobs/{job}").json()
    assert told["status"] == "failed"
    assert told["message"].startswith("JOB_ABANDONED")
    assert "died at every attempt" in told["message"]


def test_a_worker_is_dead_when_its_count_stands_still(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    leases = Leases(f"sqlite:///{tmp_path}/leases.sqlite")
    for name in ("alive", "killed"):
        leases.renew(name)
    workers = ("alive", "killed", "unheard-of")
    assert leases.dead(workers) == ()
    now[0] = SILENCE / 2
    leases.renew("alive")
    assert leases.dead(workers) == ()
    now[0] = SILENCE + 1
    assert leases.dead(workers) == ("killed", "unheard-of")
    leases.forget()
    assert leases.dead(workers) == ()
