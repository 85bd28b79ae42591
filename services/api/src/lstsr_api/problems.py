"""Errors as problem documents (RFC 9457), with our codes and without the request's words."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from rasterio.errors import RasterioError
from rio_tiler.errors import RioTilerError
from starlette.exceptions import HTTPException

from lstsr_core import LstsrError, SourceError
from lstsr_core.codes import BUG, CODES, NO_DATA, RESOURCES, UPSTREAM, USER_INPUT
from lstsr_data.acquisition.redaction import redacted

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

logger = logging.getLogger(__name__)

MEDIA: Final = "application/problem+json"
"""Media type of a problem (RFC 9457, section 3)."""
OGC: Final = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/"
"""What OGC API - Processes begins the types of its exceptions with (OGC 18-062r2)."""
TYPES: Final = {
    "NO_SUCH_PROCESS": f"{OGC}no-such-process",
    "NO_SUCH_JOB": f"{OGC}no-such-job",
    "RESULT_NOT_READY": f"{OGC}result-not-ready",
}
"""Types that the standard demands; ours are named after their codes."""
STATUS: Final = {
    "NO_SUCH_PROCESS": HTTPStatus.NOT_FOUND,
    "NO_SUCH_JOB": HTTPStatus.NOT_FOUND,
    "RESULT_NOT_READY": HTTPStatus.NOT_FOUND,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "REQUEST_TOO_LARGE": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "TOO_MANY_REQUESTS": HTTPStatus.TOO_MANY_REQUESTS,
    "KEY_REQUIRED": HTTPStatus.UNAUTHORIZED,
    "CROSS_SITE": HTTPStatus.FORBIDDEN,
}
"""Statuses of the errors of the service itself."""
BY_EXIT: Final = {
    USER_INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    NO_DATA: HTTPStatus.UNPROCESSABLE_ENTITY,
    UPSTREAM: HTTPStatus.FAILED_DEPENDENCY,
    RESOURCES: HTTPStatus.INSUFFICIENT_STORAGE,
    BUG: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Statuses of all other errors, by what they end a command with."""


class Problem(BaseModel):
    """A problem document.

    Attributes
    ----------
    type, title, status, detail : as RFC 9457 has them
    code, found, expected, remedy : as every error of lstsr has them
    """

    type: str = Field(description="Address of the kind of problem.")
    title: str = Field(description="What the code means.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What was found, expected, and can be done.")
    code: str = Field(description="Stable name of the kind of problem.")
    found: str = ""
    expected: str = ""
    remedy: str = ""


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    code: {"description": title, "content": {MEDIA: {"schema": Problem.model_json_schema()}}}
    for code, title in (
        (400, "The request cannot be read."),
        (401, "An API key is needed."),
        (403, "The request comes from another site."),
        (404, "There is no such thing."),
        (413, "The request is too large."),
        (422, "The request cannot be carried out as it stands."),
        (424, "A server that the job needed has failed."),
        (429, "Too much was asked at once; try again later."),
    )
}
"""Problems that any route may answer with."""


def problem_of(error: LstsrError) -> Problem:
    """Make the problem document of an error."""
    known = CODES.get(error.code)
    status = STATUS.get(error.code) or BY_EXIT.get(error.exit_status, BY_EXIT[BUG])
    found, expected, remedy = (redacted(w) for w in (error.found, error.expected, error.remedy))
    return Problem(
        type=TYPES.get(error.code, f"urn:lstsr:error:{error.code}"),
        title=known.meaning if known else "An error of a plugin.",
        status=int(status),
        detail=f"found: {found}; expected: {expected}; remedy: {remedy}",
        code=error.code,
        found=found,
        expected=expected,
        remedy=remedy,
    )


def answer(error: LstsrError) -> JSONResponse:
    """Give the response of an error."""
    problem = problem_of(error)
    headers = {}
    if problem.status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = "1"
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        problem.model_dump(), status_code=problem.status, media_type=MEDIA, headers=headers
    )


def missing(code: str, what: str) -> SourceError:
    """Make the error for something that is not there."""
    return SourceError(
        code, found=f"no such {what}", expected=f"a known {what}", remedy="see the list of them"
    )


def install(app: FastAPI) -> None:
    """Let every error of an application become a problem document."""
    app.add_exception_handler(LstsrError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    for kind in (RioTilerError, RasterioError, ValueError):
        app.add_exception_handler(kind, _unreadable)


def _ours(_: Request, error: Exception) -> JSONResponse:
    return answer(error) if isinstance(error, LstsrError) else _unreadable(_, error)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Say which field is wrong, and never with which value."""
    wrong = error.errors() if isinstance(error, RequestValidationError) else []
    if any(one["loc"][:1] == ("path",) for one in wrong):
        return answer(missing("NOT_FOUND", "id"))
    words = [f"{'.'.join(map(str, one['loc'][:6]))[:120]}: {one['type']}" for one in wrong[:5]]
    expected = sorted({str(one["type"]).replace("_", " ") for one in wrong[:5]})
    return answer(
        SourceError(
            "OPTION_INVALID",
            found="; ".join(words),
            expected=f"a request without: {', '.join(expected)}",
            remedy="see the schema of the process and the OpenAPI document",
        )
    )


def _plain(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase
    problem = Problem(
        type="about:blank", title=phrase, status=status, detail=phrase, code=f"HTTP_{status}"
    )
    headers = getattr(error, "headers", None)
    return JSONResponse(problem.model_dump(), status_code=status, media_type=MEDIA, headers=headers)


def _unreadable(_: Request, error: Exception) -> JSONResponse:
    logger.warning("%s: %s", type(error).__name__, redacted(str(error)))
    return answer(
        SourceError(
            "FILE_UNREADABLE",
            found="a raster that cannot be read like that",
            expected="a result and an area inside it",
            remedy="see the Item of the result",
        )
    )
