"""Map tiles of results, by titiler: item and asset ids only, never an address."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Final, Literal

import morecantile
import numpy as np
from attrs import define
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, Field
from rio_tiler.io import Reader
from rio_tiler.models import ImageData
from titiler.core.dependencies import DefaultDependency
from titiler.core.factory import TilerFactory
from titiler.core.utils import render_image

from lstsr_api.inputs import asset_path
from lstsr_api.palettes import DEFAULT, Colours, Palette, colours_of, flag_colours
from lstsr_api.problems import missing
from lstsr_api.service import service_of
from lstsr_api.store import ID, ITEM, Store, read_json
from lstsr_api.uploads import too_large

GRID: Final = "WebMercatorQuad"
"""Tile matrix set of the tiles."""
LARGEST: Final = 1024
"""Edge of a tile. [pixel]"""
DEEPEST: Final = 24
"""Zoom levels: 1 cm. [1]"""
ZERO_CELSIUS: Final = 273.15
"""0 degrees Celsius. [K]"""
ENVIRONMENT: Final = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_CACHEMAX": 64,
}
"""GDAL looks at no neighbours of a file, and keeps at most so many megabytes."""
ABOVE: Final = 3
"""Zoom levels above the one that shows a whole result in one tile. [1]"""
SIGMAS: Final = (0.0, 3.0)
"""Uncertainties that the ends of a palette stand for where nobody says. [K]"""
LayerName = Literal["lst", "lst_uncertainty", "quality", "coarse"]
ItemId = Annotated[str, Path(pattern=ID)]
Number = Annotated[float | None, Query(ge=-1e4, le=1e4, allow_inf_nan=False)]


@define(kw_only=True)
class LayerTiles(TilerFactory):
    """Tiles, and nothing else that titiler could do."""

    def register_routes(self) -> None:
        """Register the route of tiles; `read_tilejson` is ours."""
        self.tile()  # type: ignore[no-untyped-call]


def layer_path(
    request: Request,
    item: ItemId,
    layer: Annotated[LayerName, Path()],
    tilesize: Annotated[int, Query(ge=1, description="Edge of a tile, 1024 at most.")] = 256,
) -> str:
    """Give the file of a layer; refuse tiles that are too large or are not there.

    Raises
    ------
    LstsrError
        ``REQUEST_TOO_LARGE`` or ``NOT_FOUND``.
    """
    if tilesize > LARGEST:
        raise too_large(f"a tile of {tilesize:.3g} pixels", f"{LARGEST} pixels at most")
    place = [str(request.path_params.get(name, 0)) for name in ("z", "x", "y")]
    if not all(word.isdecimal() and len(word) <= len(str(2**DEEPEST)) for word in place):
        raise missing("NOT_FOUND", "tile")
    zoom, column, row = map(int, place)
    if zoom > DEEPEST or max(column, row) >= 2**zoom:
        raise missing("NOT_FOUND", "tile")
    return str(asset_path(service_of(request).store, item, layer))


def colours(layer: Annotated[LayerName, Path()], palette: Palette | None = None) -> Colours:
    """Choose the colours of a layer."""
    if layer == "quality":
        return flag_colours()
    return colours_of(palette or DEFAULT.get(layer, "inferno"))


def ends(
    low: Number = None, high: Number = None, units: Literal["kelvin", "celsius"] = "kelvin"
) -> tuple[float | None, float | None]:
    """Give the values that the ends of a palette stand for, as far as they are named. [K]"""
    shift = ZERO_CELSIUS if units == "celsius" else 0.0
    return None if low is None else low + shift, None if high is None else high + shift


class Rendering(DefaultDependency):
    """What is drawn of a layer: its mask, and between which values; titiler reads the fields."""

    def __init__(
        self,
        request: Request,
        item: ItemId,
        layer: Annotated[LayerName, Path()],
        named: Annotated[tuple[float | None, float | None], Depends(ends)],
    ) -> None:
        self.add_mask = True
        if layer == "quality":
            return
        least, most = usual_range(service_of(request).store, item, layer)
        low = least if named[0] is None else named[0]
        high = most if named[1] is None else named[1]
        self.rescale = [(low, high if high > low else low + 1.0)]


def usual_range(store: Store, item: str, layer: str) -> tuple[float, float]:
    """Give the values that the ends of a palette stand for where nobody says. [K]"""
    path = store.result(item) / ITEM
    if layer == "lst_uncertainty" or not path.is_file():
        return SIGMAS
    bands = read_json(path)["assets"].get("lst", {}).get("bands", [{}])
    known = bands[0].get("statistics", {})
    middle, spread = known.get("mean", 300.0), known.get("stddev", 5.0)
    return middle - 2 * spread, middle + 2 * spread


def rendered(*words: Any, **named: Any) -> tuple[bytes, str]:  # noqa: ANN401  those of titiler
    """Draw a tile; the NaN under its mask becomes a colour that nobody sees."""
    with np.errstate(invalid="ignore"):
        return render_image(*words, **named)


def blank_tile(_: Request, __: Exception) -> Response:
    """Answer for a place beside a result, which fills the box of its tiles seldom."""
    return Response(_blank(), media_type="image/png")


@cache
def _blank() -> bytes:
    pixel = np.ma.MaskedArray(np.zeros((1, 1, 1), np.uint8), mask=True)
    picture: bytes = ImageData(pixel).render(img_format="PNG")
    return picture


def _nothing() -> None:
    """Leave the pixels as they are."""


def tile_routes() -> APIRouter:
    """Make the routes of tiles and TileJSON."""
    prefix = "/items/{item}/layers/{layer}"
    factory: Any = LayerTiles(
        router=APIRouter(prefix=prefix, tags=["tiles"]),
        reader=Reader,
        path_dependency=layer_path,
        layer_dependency=DefaultDependency,
        dataset_dependency=DefaultDependency,
        tile_dependency=DefaultDependency,
        process_dependency=_nothing,
        colormap_dependency=colours,
        render_dependency=Rendering,
        render_func=rendered,
        environment_dependency=lambda: dict(ENVIRONMENT),
        supported_tms=morecantile.defaults.TileMatrixSets({GRID: morecantile.tms.get(GRID)}),
        name="layer",
    )
    router: APIRouter = factory.router
    router.add_api_route(f"/{GRID}/tilejson.json", read_tilejson, summary="TileJSON of a layer")
    return router


class TileJson(BaseModel):
    """Where the tiles of a layer are, as TileJSON 3.0 has it.

    Attributes
    ----------
    tilejson, name, tiles, bounds, minzoom, maxzoom : as the specification has them
    """

    tilejson: str = "3.0.0"
    name: str
    tiles: list[str]
    bounds: tuple[float, float, float, float] = Field(description="[degree]")
    minzoom: int
    maxzoom: int


def read_tilejson(
    request: Request,
    path: Annotated[str, Depends(layer_path)],
    layer: Annotated[LayerName, Path()],
    _: Annotated[Rendering, Depends()],
    __: Annotated[Colours, Depends(colours)],
) -> TileJson:
    """Say where the tiles of a layer are; words of the query go on to each tile."""
    place = request.url.path.removesuffix(f"/{GRID}/tilejson.json")
    words = f"?{request.url.query}" if request.url.query else ""
    with Reader(path) as file:
        bounds = file.get_geographic_bounds("EPSG:4326")
        zooms = max(file.minzoom - ABOVE, 0), file.maxzoom
    root = f"{request.url.scheme}://{request.url.netloc}{place}"
    return TileJson(
        name=layer,
        tiles=[f"{root}/tiles/{GRID}/{{z}}/{{x}}/{{y}}.png{words}"],
        bounds=bounds,
        minzoom=zooms[0],
        maxzoom=zooms[1],
    )
