"""The STAC Item of a result in the catalogue: checksums, provenance, no places of ours."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pystac

from lstsr_api.store import RESULTS, read_json
from lstsr_runtime.inputs import sha256_of
from lstsr_runtime.item import COG_TYPE, SHA256_PREFIX

if TYPE_CHECKING:
    from pathlib import Path

    from odc.geo.geobox import GeoBox

SHOWN: Final = ("lst", "lst_uncertainty", "quality", "quicklook")
"""Assets of a run folder that are shown; its run.yaml and log hold places on the server."""
MEDIA: Final = {
    ".png": pystac.MediaType.PNG,
    ".json": pystac.MediaType.JSON,
    ".nc": pystac.MediaType.NETCDF,
    ".tif": COG_TYPE,
}
"""Media types of the files of a result."""
FILE: Final = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
"""Extension of sizes and checksums."""


def sharpened_item(folder: Path) -> dict[str, Any]:
    """Give the Item of a run folder, with the coarse layer, without links of its own."""
    item: dict[str, Any] = read_json(folder / "item.json")
    assets = {name: item["assets"][name] for name in SHOWN}
    assets["coarse"] = {
        **_asset(folder / "coarse.tif").to_dict(),
        "title": "land surface temperature before it was sharpened",
        "roles": ["data"],
    }
    links = [_model_link(str(item["properties"]["lstsr:model"]))]
    return {**item, "collection": RESULTS, "assets": assets, "links": [*_ties(), *links]}


def scaling_item(folder: Path, box: GeoBox) -> dict[str, Any]:
    """Give the Item of a report on scales."""
    outline = box.geographic_extent
    item = pystac.Item(
        id="scaling",
        geometry=outline.json,
        bbox=list(outline.boundingbox.bbox),
        datetime=dt.datetime.now(dt.UTC).replace(microsecond=0),
        properties={"title": "How temperature and guides change across scales"},
        stac_extensions=[FILE],
    )
    for path in sorted(folder.iterdir()):
        item.add_asset(path.stem if path.suffix != ".nc" else "data", _asset(path))
    document = item.to_dict(include_self_link=False, transform_hrefs=False)
    return {**document, "collection": RESULTS, "links": _ties()}


def _asset(path: Path) -> pystac.Asset:
    checks = {"file:size": path.stat().st_size, "file:checksum": SHA256_PREFIX + sha256_of(path)}
    return pystac.Asset(f"./{path.name}", media_type=MEDIA.get(path.suffix), extra_fields=checks)


def _ties() -> list[dict[str, str]]:
    json = "application/json"
    return [
        {"rel": "root", "href": "../../catalog.json", "type": json},
        {"rel": "parent", "href": "../collection.json", "type": json},
        {"rel": "collection", "href": "../collection.json", "type": json},
    ]


def _model_link(model: str) -> dict[str, str]:
    """Say which Item describes the model."""
    href = f"../../models/{model}/stac.json"
    return {"rel": "derived_from", "href": href, "type": "application/geo+json"}
