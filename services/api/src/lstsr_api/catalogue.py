"""The static STAC catalogue on disk: every result and every model is an Item of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pystac
from filelock import FileLock

from lstsr_api.store import ITEM, RESULTS, Store, read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

MODELS: Final = "models"
"""Collection of the models."""
TITLES: Final = {
    RESULTS: "Sharpened land surface temperature, and reports on its scales",
    MODELS: "Models that sharpen",
}
"""Collections of the catalogue."""
JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
EVERYWHERE: Final = pystac.SpatialExtent([[-180.0, -90.0, 180.0, 90.0]])
"""Extent of a collection that holds nothing yet."""
FOR_EVER: Final[list[dt.datetime | None]] = [None, None]
"""Extent in time of a collection that still grows."""


def publish(store: Store, job: str) -> None:
    """Let the collection of results name one more Item; it is complete on disk already."""
    if not (store.result(job) / ITEM).is_file():
        raise FileNotFoundError(job)
    renew(store, RESULTS)


def renew(store: Store, collection: str) -> None:
    """Write the document of a collection anew, from the Items that are there."""
    folder = store.catalogue / collection
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(store.catalogue / f".{collection}.lock"):
        items = sorted(folder.glob(f"*/{ITEM}"))
        write_json(folder / "collection.json", _collection(collection, items))
        write_json(store.catalogue / "catalog.json", _root())


def item_of(store: Store, item: str) -> dict[str, Any] | None:
    """Give the Item of a result, or None where there is none."""
    path = store.result(item) / ITEM
    found: dict[str, Any] | None = read_json(path) if path.is_file() else None
    return found


def _collection(name: str, items: list[Path]) -> dict[str, Any]:
    known = [read_json(path) for path in items]
    boxes = [item["bbox"] for item in known if item.get("bbox")]
    spatial = pystac.SpatialExtent([_around(boxes), *boxes]) if boxes else EVERYWHERE
    whole = pystac.Collection(
        id=name,
        description=TITLES[name],
        extent=pystac.Extent(spatial, pystac.TemporalExtent([FOR_EVER])),
        license="other",
    )
    document = whole.to_dict(include_self_link=False, transform_hrefs=False)
    ties = [
        {"rel": "root", "href": "../catalog.json", "type": JSON},
        {"rel": "parent", "href": "../catalog.json", "type": JSON},
    ]
    ties += [
        {"rel": "item", "href": f"./{path.parent.name}/{ITEM}", "type": GEOJSON} for path in items
    ]
    return {**document, "links": ties}


def _around(boxes: list[list[float]]) -> list[float]:
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def _root() -> dict[str, Any]:
    root = pystac.Catalog(id="lstsr", description="What this service has sharpened, and with what.")
    document = root.to_dict(include_self_link=False, transform_hrefs=False)
    ties = [{"rel": "root", "href": "./catalog.json", "type": JSON}]
    ties += [{"rel": "child", "href": f"./{name}/collection.json", "type": JSON} for name in TITLES]
    return {**document, "links": ties}
