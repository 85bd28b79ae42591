"""Processes over HTTP, as OGC API - Processes has them: described, and executed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from lstsr_api.checking import check
from lstsr_api.identity import job_id
from lstsr_api.job_routes import Link, StatusInfo, known, results, status_info
from lstsr_api.problems import missing
from lstsr_api.processes import PROCESSES, Process, description, offers, summary
from lstsr_api.requests import Strict, canonical
from lstsr_api.service import Service, service_of

if TYPE_CHECKING:
    from collections.abc import Callable

router: Final = APIRouter(tags=["processes"])
LOOK: Final = 0.2
"""How often a synchronous request looks for its job. [s]"""
CONFORMS: Final = [
    f"http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/{name}"
    for name in ("core", "ogc-process-description", "json", "oas30", "job-list", "dismiss")
]
"""Conformance classes of OGC 18-062r2 that the tests hold."""


class Landing(BaseModel):
    """The first page of the API.

    Attributes
    ----------
    title, description, links : as the standard has them
    """

    title: str
    description: str
    links: list[Link]


class Conformance(BaseModel):
    """Classes that the service conforms to.

    Attributes
    ----------
    conformsTo : as the standard has it
    """

    conformsTo: list[str]  # noqa: N815  the standard's name


class Execute(Strict):
    """What every execution can say beside its inputs.

    Attributes
    ----------
    outputs : outputs that are wanted
    response : form of the answer
    """

    outputs: dict[Literal["item"], dict[str, Any]] | None = Field(
        default=None, description="The STAC Item is the only output."
    )
    response: Literal["document"] = Field(default="document", description="Form of the answer.")


@router.get("/conformance", summary="What the service conforms to")
def conformance() -> Conformance:
    """List conformance classes."""
    return Conformance(conformsTo=CONFORMS)


@router.get("/processes", summary="What the service can do")
def list_processes() -> dict[str, Any]:
    """List processes."""
    links = [{"rel": "self", "href": "/processes", "type": "application/json"}]
    return {"processes": [summary(one) for one in PROCESSES.values()], "links": links}


@router.get("/offers", summary="Installed models, corrections and sensors")
def list_offers() -> dict[str, Any]:
    """List what the installed plugins bring."""
    return offers()


@router.get("/processes/{process}", summary="Inputs and outputs of a process")
def read_process(process: str) -> dict[str, Any]:
    """Describe a process."""
    if process not in PROCESSES:
        raise missing("NO_SUCH_PROCESS", "process")
    return description(PROCESSES[process])


def _executor(process: Process) -> Callable[..., Any]:
    """Make the route that executes a process."""

    async def execute(
        body: Any,  # noqa: ANN401  each process has its own
        service: Annotated[Service, Depends(service_of)],
        prefer: Annotated[str, Header(max_length=200)] = "",
    ) -> JSONResponse:
        found = await run_sync(_submit, service, process.id, body.inputs)
        if "respond-async" not in prefer:
            end = time.monotonic() + service.settings.limits.patience
            while found.status in ("accepted", "running") and time.monotonic() < end:
                await anyio.sleep(LOOK)
                found = await run_sync(known, service, found.id)
            if found.status not in ("accepted", "running"):
                return JSONResponse(await run_sync(results, service, found))
        info = status_info(found).model_dump(exclude_none=True)
        headers = {"Location": f"/jobs/{found.id}", "Preference-Applied": "respond-async"}
        return JSONResponse(info, status_code=201, headers=headers)

    body = create_model(
        f"Execute{process.inputs.__name__}", __base__=Execute, inputs=(process.inputs, ...)
    )
    execute.__annotations__["body"] = body
    execute.__doc__ = process.description
    return execute


def _submit(service: Service, process: str, inputs: BaseModel) -> Any:  # noqa: ANN401  a Job
    check(inputs, service.store, service.settings.limits)
    request = canonical(inputs)
    return service.jobs.submit(job_id(process, request), process, request)


for _one in PROCESSES.values():
    router.add_api_route(
        f"/processes/{_one.id}/execution",
        _executor(_one),
        methods=["POST"],
        summary=f"Execute: {_one.title}",
        operation_id=f"execute-{_one.id}",
        responses={
            200: {"description": "The outputs, where the job was done in time."},
            201: {"description": "The job, which goes on.", "model": StatusInfo},
        },
    )


@router.post("/processes/{process}/execution", include_in_schema=False)
def execute_nothing() -> None:
    """Say that there is no such process."""
    raise missing("NO_SUCH_PROCESS", "process")
