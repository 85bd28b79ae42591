"""Rasters that are uploaded, and the files of the catalogue."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from lstsr_api.catalogue import item_of
from lstsr_api.inputs import asset_path
from lstsr_api.problems import missing
from lstsr_api.service import Service, service_of
from lstsr_api.store import ID, ITEM, RESULTS, read_json
from lstsr_api.tiles import ItemId
from lstsr_api.uploads import keep, take_in, too_large

router: Final = APIRouter(tags=["catalogue"])
NAME: Final = r"^[a-z][a-z0-9_-]{0,63}$"
"""Names of assets and models."""


class Input(BaseModel):
    """A raster that can be named in requests.

    Attributes
    ----------
    id, title, shape, crs, bbox, resolution, units, description, datetime, size : what its
        header says
    """

    id: str = Field(pattern=ID)
    title: str = ""
    shape: list[int]
    crs: str
    bbox: list[float]
    resolution: float
    units: str = ""
    description: str = ""
    datetime: str = ""
    size: int = 0


@router.get("/inputs", summary="Rasters that were uploaded")
def list_inputs(service: Annotated[Service, Depends(service_of)]) -> list[Input]:
    """List uploads, the newest first."""
    found = service.store.inputs[:1000]
    return [Input.model_validate(read_json(path / "about.json")) for path in found]


@router.post(
    "/inputs",
    status_code=201,
    summary="Upload a raster",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def upload(
    request: Request,
    service: Annotated[Service, Depends(service_of)],
    title: Annotated[str, Query(max_length=200)] = "",
) -> Input:
    """Take a GeoTIFF or netCDF raster in; the same file has the same id."""
    most = service.settings.limits.upload
    told = request.headers.get("content-length", "0")
    if told.isdecimal() and int(told) > most:
        raise too_large(f"a body of {told} bytes", f"{most} bytes at most")
    draft = await take_in(request.stream(), service.store.root / "arriving", most)
    return Input.model_validate(await run_sync(keep, service.store, draft, title))


@router.get("/catalogue/catalog.json", summary="Root of the STAC catalogue")
def read_root(service: Annotated[Service, Depends(service_of)]) -> dict[str, Any]:
    """Give the root."""
    return _document(service, "catalog.json")


@router.get("/catalogue/{collection}/collection.json", summary="A STAC Collection")
def read_collection(
    collection: Literal["results", "models"], service: Annotated[Service, Depends(service_of)]
) -> dict[str, Any]:
    """Give a collection with links to its Items."""
    return _document(service, f"{collection}/collection.json")


@router.get("/catalogue/models/{model}/stac.json", summary="STAC Item of a model")
def read_model(
    model: Annotated[str, Path(pattern=NAME)], service: Annotated[Service, Depends(service_of)]
) -> dict[str, Any]:
    """Give the Item of a model."""
    return _document(service, f"models/{model}/{ITEM}")


@router.get("/catalogue/results/{item}/stac.json", summary="STAC Item of a result")
def read_item(item: ItemId, service: Annotated[Service, Depends(service_of)]) -> dict[str, Any]:
    """Give the Item of a result."""
    found = item_of(service.store, item)
    if found is None:
        raise missing("NOT_FOUND", "item")
    return found


@router.get(
    "/catalogue/results/{item}/{file}",
    summary="A file of a result",
    response_class=FileResponse,
)
def read_file(
    item: ItemId,
    file: Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,63}\.[a-z]{2,5}$")],
    service: Annotated[Service, Depends(service_of)],
) -> FileResponse:
    """Give a file that the Item of a result names; parts of it on demand."""
    known = item_of(service.store, item)
    if known is None:
        raise missing("NOT_FOUND", "item")
    named = [name for name, one in known["assets"].items() if one["href"] == f"./{file}"]
    if not named:
        raise missing("NOT_FOUND", "file")
    path = asset_path(service.store, item, named[0])
    media = known["assets"][named[0]].get("type") or "application/octet-stream"
    return FileResponse(path, media_type=media, filename=f"{RESULTS}-{item[:12]}-{path.name}")


def _document(service: Service, name: str) -> dict[str, Any]:
    path = service.store.catalogue / name
    if not path.is_file():
        raise missing("NOT_FOUND", "document")
    document: dict[str, Any] = read_json(path)
    return document
