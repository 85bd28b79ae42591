"""A job runs in a process of its own, which is ended when nobody wants it any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from lstsr_api.confinement import without_secrets
from lstsr_api.store import Store, read_json
from lstsr_core import LstsrError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lstsr_api.settings import Settings

LOOK: Final = 0.5
"""How often it is asked whether a job is still wanted. [s]"""
OUTCOME: Final = "outcome.json"
"""What a job says at its end."""


def oversee(settings: Settings, job: str, is_dismissed: Callable[[], bool]) -> bool:
    """Carry out a job.

    Parameters
    ----------
    settings : Settings
        Of the service.
    job : str
        Its id; its order lies in the folder in which it works.
    is_dismissed : callable
        Tells whether it is not wanted any more.

    Returns
    -------
    bool
        Whether it was done; False where it was dismissed.

    Raises
    ------
    LstsrError
        Why it failed.
    """
    work = Store(root=settings.store).work(job)
    (work / OUTCOME).unlink(missing_ok=True)
    child = _start(settings, job)
    try:
        while child.poll() is None:
            try:
                child.wait(LOOK)
            except subprocess.TimeoutExpired:
                if is_dismissed():
                    return False
    finally:
        _end(child)
    if is_dismissed():
        return False
    _judge(work / OUTCOME, child.returncode)
    return True


def _start(settings: Settings, job: str) -> subprocess.Popen[bytes]:
    """Start the process of a job; it ends by itself when its standard input does."""
    words = [
        *(sys.executable, "-m", "lstsr_api.labour", str(settings.store.absolute()), job),
        *("--memory", str(settings.limits.memory), "--pixels", str(settings.limits.pixels)),
    ]
    if settings.private_network:
        words.append("--private-network")
    way: dict[str, Any] = {"stdin": subprocess.PIPE, "start_new_session": True}
    return subprocess.Popen(words, env=without_secrets(), **way)  # noqa: S603  our own module


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process and all that it has started."""
    if child.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
        child.wait()
    if child.stdin is not None:
        child.stdin.close()


def _judge(outcome: Path, status: int) -> None:
    """Raise what a job has failed of."""
    if not outcome.is_file():
        raise ResourceError(
            "JOB_ABANDONED",
            found=f"a process of the job that ended with status {status}",
            expected="a process that lives until the job is done",
            remedy="ask for a smaller area; it may have run out of memory",
        )
    told = read_json(outcome)
    if told:
        raise LstsrError(**told)
