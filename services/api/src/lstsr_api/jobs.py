"""Durable jobs: asked for, looked at, dismissed; the workers carry them out."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from dbos import DBOS, DBOSClient

from lstsr_api.progress import progress_of
from lstsr_api.store import ITEM
from lstsr_api.withdrawal import withdraw
from lstsr_core import LstsrError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lstsr_api.settings import Settings
    from lstsr_api.store import Store

QUEUE: Final = "lstsr"
"""Queue that the workers listen to."""
WORKFLOW: Final = "carry_out"
"""Workflow of every job."""
CLIENT: Final = "lstsr"
"""Application to which the jobs belong."""
POLL: Final = 0.25
"""How often a worker looks for a job. [s]"""
COUNTED: Final = 0.5
"""How long a count of the queue serves. [s]"""
MILLI: Final = 1e-3
"""Seconds of a millisecond. [s]"""
Status = Literal["accepted", "running", "successful", "failed", "dismissed"]
STATUS: Final[Mapping[str, Status]] = {
    "ENQUEUED": "accepted",
    "DELAYED": "accepted",
    "PENDING": "running",
    "SUCCESS": "successful",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "dismissed",
}
"""What DBOS calls the states of a job, and what the standard calls them."""
OVER: Final = ("failed", "dismissed")
"""States in which a job that is asked for again begins anew."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is known of a job.

    Parameters
    ----------
    id : str
        Digest of the request.
    process : str
        What is done.
    status : str
        As OGC API - Processes names it.
    request : mapping of str to object
        The canonical request.
    created, started, finished : datetime.datetime, optional
        UTC.
    progress : int
        Share of the tiles that are done. [%]
    error : LstsrError, optional
        Why it failed.
    """

    id: str
    process: str
    status: Status
    request: Mapping[str, Any] = field(default_factory=dict)
    created: dt.datetime | None = None
    started: dt.datetime | None = None
    finished: dt.datetime | None = None
    progress: int = 0
    error: LstsrError | None = None


class Jobs:
    """The jobs of a service.

    Parameters
    ----------
    settings : Settings
        Where they are kept, and how many may wait.
    store : Store
        Where they work.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        store.root.mkdir(parents=True, exist_ok=True)
        DBOS.migrate(settings.database_url)
        self._client = DBOSClient(
            system_database_url=settings.database_url,
            application_name=CLIENT,
            system_database_pool_size=16,
        )
        self._most = settings.limits.queue
        self._settings, self._store = settings, store
        self._lock = threading.Lock()
        self._count = (0, float("-inf"))
        self._client.register_queue(
            QUEUE, worker_concurrency=1, polling_interval_sec=POLL, on_conflict="never_update"
        )

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()

    def submit(self, name: str, process: str, request: Mapping[str, Any]) -> Job:
        """Ask for a job; one that waits, runs or is done already is that job.

        Raises
        ------
        ResourceError
            ``TOO_MANY_REQUESTS`` where the queue is full.
        """
        known = self.find(name)
        if known is not None and known.status not in OVER:
            return known
        with self._lock:
            self._demand_room()
            if known is not None:
                self._client.delete_workflow(name)
            self._client.enqueue(
                {"queue_name": QUEUE, "workflow_name": WORKFLOW, "workflow_id": name},
                name,
                process,
                dict(request),
            )
            self._count = (self._count[0] + 1, self._count[1])
        now = dt.datetime.now(dt.UTC)
        return Job(id=name, process=process, status="accepted", request=request, created=now)

    def find(self, name: str) -> Job | None:
        """Give a job, or None where there is none of that id."""
        found = self._client.list_workflows(workflow_ids=[name], load_output=True)
        return self._job(found[0]) if found else None

    def listed(self, limit: int, offset: int) -> tuple[Job, ...]:
        """Give some of the jobs, the newest first."""
        found = self._client.list_workflows(
            name=WORKFLOW, limit=limit, offset=offset, sort_desc=True, load_output=True
        )
        return tuple(self._job(one) for one in found)

    def waiting(self) -> int:
        """Count the jobs that wait or run; the count may be a moment old. [1]"""
        count, when = self._count
        now = time.monotonic()
        if now - when > COUNTED:
            queued = self._client.list_queued_workflows(
                queue_name=QUEUE, limit=self._most + 1, load_input=False
            )
            count = len(queued)
            self._count = (count, now)
        return count

    def dismiss(self, job: Job) -> None:
        """Stop a job and remove what it has made."""
        running = job.status == "running"
        if job.status in ("accepted", "running"):
            self._client.cancel_workflow(job.id)
        else:
            self._client.delete_workflow(job.id)
        computed = (self._store.result(job.id) / ITEM).is_file()
        if computed or not running:  # else its worker tidies up when it has stopped
            withdraw(self._settings, job.id)

    def _demand_room(self) -> None:
        if self.waiting() < self._most:
            return
        raise ResourceError(
            "TOO_MANY_REQUESTS",
            found=f"{self._most} jobs that wait or run",
            expected="room in the queue",
            remedy="ask again when some are done",
        )

    def _job(self, known: Any) -> Job:  # noqa: ANN401  a WorkflowStatus, whose fields are untyped
        status = STATUS[known.status]
        words = known.input["args"] if known.input else (known.workflow_id, "", {})
        return Job(
            id=known.workflow_id,
            process=words[1],
            status=status,
            request=words[2],
            created=_moment(known.created_at),
            started=_moment(known.dequeued_at),
            finished=_moment(known.completed_at),
            progress=100 if status == "successful" else self._progress(known.workflow_id, status),
            error=_error(known) if status == "failed" else None,
        )

    def _progress(self, name: str, status: Status) -> int:
        return progress_of(self._store, name) if status == "running" else 0


def _moment(milliseconds: int | None) -> dt.datetime | None:
    if milliseconds is None:
        return None
    return dt.datetime.fromtimestamp(milliseconds * MILLI, dt.UTC)


def _error(known: Any) -> LstsrError:  # noqa: ANN401  a WorkflowStatus
    if isinstance(known.error, LstsrError):
        return known.error
    attempts = known.status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
    kind = type(known.error).__name__
    return ResourceError(
        "JOB_ABANDONED",
        found="a worker that died at every attempt" if attempts else f"a {kind} in the worker",
        expected="a worker that lives until the job is done",
        remedy="ask for a smaller area, and tell who runs the service",
    )
