"""A worker: takes jobs from the queue, and takes over those of workers that died."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import threading
import uuid
from typing import TYPE_CHECKING, Any, Final

from dbos import DBOS, error

from lstsr_api import __version__, pgstac
from lstsr_api.catalogue import publish
from lstsr_api.foreman import oversee
from lstsr_api.jobs import CLIENT, QUEUE, WORKFLOW
from lstsr_api.leases import Leases
from lstsr_api.store import ID, Store, write_json
from lstsr_api.withdrawal import withdraw

if TYPE_CHECKING:
    from collections.abc import Callable

    from lstsr_api.settings import Settings

BEAT: Final = 1.0
"""How often a worker says that it lives. [s]"""
TRIES: Final = 4
"""How often pgSTAC is told of a result, each time after twice as long. [1]"""

logger = logging.getLogger(__name__)


def register(settings: Settings) -> None:
    """Tell DBOS what a job is: carried out, then published, then told to pgSTAC, each once."""
    store = Store(root=settings.store)

    @DBOS.step(name="sharpen")
    def labour(name: str, process: str, request: dict[str, Any]) -> bool:
        order = {"process": process, "request": request}
        write_json(store.work(name) / "order.json", order)
        return oversee(settings, name, lambda: is_dismissed(name))

    @DBOS.step(name="publish")
    def issue(name: str) -> None:
        publish(store, name)

    @DBOS.step(name="tell", retries_allowed=True, max_attempts=TRIES)
    def tell(name: str) -> None:
        pgstac.show(settings, name)

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=settings.limits.attempts)
    def carry_out(name: str, process: str, request: dict[str, Any]) -> str:
        if labour(name, process, request):
            issue(name)
            _try(tell, name)
            shutil.rmtree(store.work(name), ignore_errors=True)
        return name


def _try(tell: Callable[[str], None], name: str) -> None:
    try:
        tell(name)
    except error.DBOSMaxStepRetriesExceeded:  # the next start of the service tells of it
        logger.warning("pgSTAC was not told of %s", name)


def is_dismissed(name: str) -> bool:
    """Tell whether nobody wants a job any more."""
    known = DBOS.list_workflows(workflow_ids=[name], load_input=False, load_output=False)
    return not known or known[0].status == "CANCELLED"


def work(settings: Settings, stop: threading.Event) -> None:
    """Carry out jobs until told to stop.

    Parameters
    ----------
    settings : Settings
        Of the service.
    stop : threading.Event
        Set from outside; a job that is not done then goes on elsewhere.
    """
    name = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    DBOS(
        config={
            "name": CLIENT,
            "system_database_url": settings.database_url,
            "executor_id": name,
            "application_version": __version__,
            "log_level": "WARNING",
        }
    )
    register(settings)
    DBOS.listen_queues([QUEUE])
    DBOS.launch()
    leases = Leases(settings.database_url)
    logger.info("%s waits for jobs", name)
    try:
        while not stop.wait(BEAT):
            _beat(leases, name, settings)
    finally:
        leases.end(name)
        DBOS.destroy()


def _beat(leases: Leases, name: str, settings: Settings) -> None:
    """Say that this worker lives; look after the jobs of dead ones, and after dismissed ones."""
    try:
        leases.renew(name)
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        holders = {one.executor_id for one in pending if one.executor_id} - {name}
        for dead in leases.dead(holders):
            logger.warning("%s is dead; its jobs go back to the queue", dead)
            DBOS._recover_pending_workflows([dead])
            leases.end(dead)
        _sweep(settings)
    except Exception as error:  # noqa: BLE001  a database that restarts must not end a worker
        logger.warning("no heartbeat: %s", type(error).__name__)
        leases.forget()


def _sweep(settings: Settings) -> None:
    """Take away what dismissed jobs have left: DBOS goes no further in a job that is cancelled."""
    folders = (settings.store / "work").glob("[0-9a-f]*")
    names = [path.name for path in folders if re.fullmatch(ID, path.name)]
    if not names:
        return
    words: dict[str, Any] = {"load_input": False, "load_output": False}
    for one in DBOS.list_workflows(workflow_ids=names, status="CANCELLED", **words):
        withdraw(settings, one.workflow_id)
