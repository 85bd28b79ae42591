"""The processes of a service: the server itself, its workers, and how they end."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from lstsr_api.settings import Settings, check_door
from lstsr_api.watching import log_as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

GRACE: Final = 10.0
"""How long a worker may take to end. [s]"""

logger = logging.getLogger(__name__)


def serve(
    settings: Settings, *, port: int = 0, workers: int = 1, demo: Path | str | None = None
) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    settings : Settings
        Of the service.
    port : int
        0 takes a free one.
    workers : int
        Processes beside it that carry out jobs. [1]
    demo : path, optional
        Folder of real scenes, or empty for a simulated one; None for no demonstration.

    Raises
    ------
    SourceError
        ``KEY_REQUIRED``.
    """
    check_door(settings)
    log_as_json()
    import uvicorn

    from lstsr_api import pgstac
    from lstsr_api.app import create_app

    app = create_app(settings)
    with _listening(settings.host, port) as door, _beside(settings, workers):
        _in_background(pgstac.show_all, settings)
        if demo is not None:
            _begin_demo(app.state.service, demo)
        click.echo(f"http://{settings.host}:{door.getsockname()[1]}/viewer/")
        server = uvicorn.Server(
            uvicorn.Config(app, access_log=False, log_config=None, timeout_graceful_shutdown=3)
        )
        server.run(sockets=[door])


def _begin_demo(service: object, data: Path | str) -> None:
    """Let the page come up while the scene is made."""
    from lstsr_api.demo import submit_demo

    _in_background(submit_demo, service, data)


def _in_background(task: Callable[..., object], *words: object) -> None:
    threading.Thread(target=task, args=words, daemon=True).start()


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as door:
        yield door


@contextmanager
def _beside(settings: Settings, count: int) -> Iterator[None]:
    """Run workers until the block ends."""
    words = [sys.executable, "-m", "lstsr_core", "worker", "--store", str(settings.store)]
    words += ["--address", settings.address, "--memory", str(settings.limits.memory)]
    words += ["--private-network"] if settings.private_network else []
    told = {"LSTSR_DATABASE": settings.database_url, "LSTSR_PGSTAC": settings.pgstac}
    secretly = {**os.environ, **told}  # a list of processes shows their words to everybody
    running = [subprocess.Popen(words, env=secretly) for _ in range(count)]  # noqa: S603  our own command
    try:
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            try:
                one.wait(GRACE)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()


def work_until_told(settings: Settings) -> None:
    """Carry out jobs until the process is asked to end."""
    log_as_json()
    from lstsr_api.worker import work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    work(settings, stop)
