"""The application: routes, guards and the viewer put together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from rio_tiler.errors import TileOutsideBounds
from starlette.staticfiles import StaticFiles

from lstsr_api import (
    __version__,
    file_routes,
    job_routes,
    model_items,
    palette_routes,
    pixel,
    problems,
    process_routes,
    telemetry,
)
from lstsr_api.guard import Guard
from lstsr_api.jobs import Jobs
from lstsr_api.service import Service
from lstsr_api.store import Store
from lstsr_api.tiles import blank_tile, tile_routes
from lstsr_api.watching import Numbers, Watch
from lstsr_viewer import PAGE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lstsr_api.settings import Settings

THREADS: Final = 8
"""Requests that are worked on at a time; each thread keeps some megabytes of PROJ and GDAL. [1]"""
LINKS = (
    ("/", "self", "this document"),
    ("/api", "service-desc", "OpenAPI"),
    ("/conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance", "conformance"),
    ("/processes", "http://www.opengis.net/def/rel/ogc/1.0/processes", "processes"),
    ("/jobs", "http://www.opengis.net/def/rel/ogc/1.0/job-list", "jobs"),
    ("/catalogue/catalog.json", "data", "STAC catalogue"),
    ("/viewer/", "alternate", "map"),
)
"""What the first page of the API links to."""


def create_app(settings: Settings) -> FastAPI:
    """Make the application of a service.

    Parameters
    ----------
    settings : Settings
        What it is told.

    Returns
    -------
    fastapi.FastAPI
        To be run by any ASGI server.
    """
    store = Store(root=settings.store.absolute())
    jobs = Jobs(settings, store)
    model_items.write_models(store)
    app = FastAPI(
        title="lstsr",
        version=__version__,
        description="Sharpens satellite land surface temperature, with its uncertainty.",
        openapi_url="/api",
        docs_url=None,
        redoc_url=None,
        lifespan=_until_closed(jobs),
        responses=problems.RESPONSES,
    )
    app.state.service = Service(settings=settings, store=store, jobs=jobs)
    numbers = Numbers(jobs.waiting)
    problems.install(app)
    app.add_exception_handler(TileOutsideBounds, blank_tile)
    _add_routes(app, numbers)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Watch, numbers=numbers)
    telemetry.trace(app)
    return app


def _until_closed(jobs: Jobs) -> Any:  # noqa: ANN401  a lifespan of Starlette
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        yield
        jobs.close()

    return lifespan


def _add_routes(app: FastAPI, numbers: Numbers) -> None:
    @app.get("/", tags=["processes"], summary="First page", response_model=process_routes.Landing)
    def landing(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/viewer/")
        links = [{"href": href, "rel": rel, "title": title} for href, rel, title in LINKS]
        body = {"title": app.title, "description": app.description, "links": links}
        return JSONResponse(body)

    @app.get("/health", tags=["service"], summary="Whether the service lives")
    def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get("/metrics", tags=["service"], summary="Numbers for Prometheus")
    def metrics() -> Response:
        return Response(numbers.text(), media_type="text/plain; version=0.0.4")

    for module in (process_routes, job_routes, file_routes, palette_routes, pixel):
        app.include_router(module.router)
    app.include_router(tile_routes())
    app.mount("/viewer", StaticFiles(directory=PAGE, html=True))
