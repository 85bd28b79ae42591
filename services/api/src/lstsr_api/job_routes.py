"""Jobs over HTTP, as OGC API - Processes has them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from lstsr_api.catalogue import item_of
from lstsr_api.jobs import Job, Status
from lstsr_api.problems import missing, problem_of
from lstsr_api.progress import tiles_of
from lstsr_api.service import Service, service_of
from lstsr_api.store import ID
from lstsr_core import SourceError

router: Final = APIRouter(tags=["jobs"])
PAGE: Final = 100
"""Jobs of one page. [1]"""
JobId = Annotated[str, Path(pattern=ID, description="Digest of the request.")]


class Link(BaseModel):
    """A link of OGC API - Common.

    Attributes
    ----------
    href, rel, type, title : as the standard has them
    """

    href: str
    rel: str
    type: str = "application/json"
    title: str = ""


class StatusInfo(BaseModel):
    """A job, as the standard shows it.

    Attributes
    ----------
    processID, jobID, type, status, message, created, started, finished, updated, progress,
    links : as the standard has them
    """

    processID: str  # noqa: N815  the standard's name
    jobID: str = Field(pattern=ID)  # noqa: N815  the standard's name
    type: str = "process"
    status: Status
    message: str = ""
    created: str | None = None
    started: str | None = None
    finished: str | None = None
    updated: str | None = None
    progress: int = Field(default=0, ge=0, le=100)
    model: str = Field(default="", description="Model that was asked for.")
    links: list[Link] = Field(default_factory=list)


class JobList(BaseModel):
    """A page of jobs.

    Attributes
    ----------
    jobs, links : as the standard has them
    """

    jobs: list[StatusInfo]
    links: list[Link]


def status_info(job: Job, message: str = "") -> StatusInfo:
    """Give what the standard shows of a job; of its request, the model alone."""
    place = f"/jobs/{job.id}"
    links = [Link(href=place, rel="self", title="this job")]
    if job.status == "successful":
        rel = "http://www.opengis.net/def/rel/ogc/1.0/results"
        links.append(Link(href=f"{place}/results", rel=rel, title="its result"))
    created, started, finished = (
        None if moment is None else moment.isoformat()
        for moment in (job.created, job.started, job.finished)
    )
    if job.error is not None:
        message = f"{job.error.code}: {problem_of(job.error).detail}"
    return StatusInfo(
        processID=job.process,
        jobID=job.id,
        status=job.status,
        message=message,
        created=created,
        started=started,
        finished=finished,
        updated=finished or started or created,
        progress=job.progress,
        model=str(job.request.get("model", "best")),
        links=links,
    )


def known(service: Service, job: str) -> Job:
    """Give a job.

    Raises
    ------
    SourceError
        ``NO_SUCH_JOB``.
    """
    found = service.jobs.find(job)
    if found is None:
        raise missing("NO_SUCH_JOB", "job")
    return found


@router.get("/jobs", summary="All jobs, the newest first")
def list_jobs(
    service: Annotated[Service, Depends(service_of)],
    limit: Annotated[int, Query(ge=1, le=1000)] = PAGE,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> JobList:
    """List jobs."""
    jobs = [status_info(job) for job in service.jobs.listed(limit, offset)]
    links = [Link(href="/jobs", rel="self")]
    if len(jobs) == limit:
        links.append(Link(href=f"/jobs?limit={limit}&offset={offset + limit}", rel="next"))
    return JobList(jobs=jobs, links=links)


@router.get("/jobs/{job}", summary="How far a job is", response_model_exclude_none=True)
def read_job(job: JobId, service: Annotated[Service, Depends(service_of)]) -> StatusInfo:
    """Show a job, with its progress in tiles."""
    found = known(service, job)
    done, tiles = tiles_of(service.store.work(job)) if found.status == "running" else (0, 0)
    return status_info(found, f"{done} of {tiles} tiles" if tiles else "")


@router.delete("/jobs/{job}", summary="Dismiss a job", response_model_exclude_none=True)
def dismiss_job(job: JobId, service: Annotated[Service, Depends(service_of)]) -> StatusInfo:
    """Stop a job within one tile, or remove its result."""
    found = known(service, job)
    service.jobs.dismiss(found)
    return status_info(Job(id=found.id, process=found.process, status="dismissed"))


@router.get("/jobs/{job}/results", summary="The result of a job")
def read_results(job: JobId, service: Annotated[Service, Depends(service_of)]) -> dict[str, Any]:
    """Give the STAC Item of a finished job."""
    return results(service, known(service, job))


def results(service: Service, job: Job) -> dict[str, Any]:
    """Give the outputs of a job.

    Raises
    ------
    LstsrError
        ``RESULT_NOT_READY``, or why the job failed.
    """
    if job.error is not None:
        raise job.error
    item = item_of(service.store, job.id) if job.status == "successful" else None
    if item is None:
        raise SourceError(
            "RESULT_NOT_READY",
            found=f"a job that is {job.status}",
            expected="a job that is successful",
            remedy="ask for its status again later",
        )
    return {"item": item}


@router.get("/jobs/{job}/log", summary="What a job says", response_class=PlainTextResponse)
def read_log(job: JobId, service: Annotated[Service, Depends(service_of)]) -> PlainTextResponse:
    """Give the log of a finished job, one JSON object a line."""
    known(service, job)
    path = service.store.result(job) / "log.jsonl"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    root = str(service.store.root.absolute())
    return PlainTextResponse(text.replace(root, ""), media_type="application/jsonl")
