"""A model is a STAC Item too, with the digest of its weights where it has any."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import pystac

from lstsr_api.catalogue import MODELS, renew
from lstsr_api.result_item import FILE
from lstsr_api.store import ITEM, RESULTS, Store, write_json
from lstsr_core import registry
from lstsr_runtime.bundle.finding import find_bundles
from lstsr_runtime.item import SHA256_PREFIX

if TYPE_CHECKING:
    from lstsr_core import Model
    from lstsr_runtime.bundle.reading import Bundle

MLM: Final = "https://stac-extensions.github.io/mlm/v1.4.0/schema.json"
"""Extension whose properties a trained network has."""
WORLD: Final = {
    "type": "Polygon",
    "coordinates": [[[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]],
}
"""Where a model may be used, as far as its Item says: its domain is one of values, not places."""
SINCE: Final = dt.datetime(2000, 2, 24, tzinfo=dt.UTC)
"""First image of MODIS on Terra: no model is for earlier scenes."""


def write_models(store: Store) -> None:
    """Write an Item for every installed model."""
    found = (one.bundle for one in find_bundles() if one.bundle is not None)
    bundles = {one.contract.name: one for one in found}
    for offer in registry.models().items:
        name = offer.value.name
        item = model_item(offer.value, bundles.get(name))
        write_json(store.catalogue / MODELS / name / ITEM, item)
    renew(store, MODELS)
    renew(store, RESULTS)


def model_item(model: Model, bundle: Bundle | None) -> dict[str, Any]:
    """Give the Item of a model."""
    item = pystac.Item(
        id=model.name,
        geometry=WORLD,
        bbox=[-180.0, -90.0, 180.0, 90.0],
        datetime=None,
        start_datetime=SINCE,
        end_datetime=dt.datetime(2100, 1, 1, tzinfo=dt.UTC),
        properties={
            "title": model.summary,
            "lstsr:guides": list(model.guides),
            "lstsr:factors": list(model.factors),
            "lstsr:source": model.source,
        },
        collection=MODELS,
    )
    document = item.to_dict(include_self_link=False, transform_hrefs=False)
    ties = [
        {"rel": "root", "href": "../../catalog.json", "type": "application/json"},
        {"rel": "parent", "href": "../collection.json", "type": "application/json"},
        {"rel": "collection", "href": "../collection.json", "type": "application/json"},
    ]
    return _with_weights({**document, "links": ties}, bundle)


def _with_weights(document: dict[str, Any], bundle: Bundle | None) -> dict[str, Any]:
    if bundle is None:
        return document
    told = {name: value for name, value in bundle.contract.mlm.items() if name.startswith("mlm:")}
    document["properties"] |= {**told, "lstsr:digest": bundle.digest}
    document["stac_extensions"] = [MLM, FILE] if told else [FILE]
    document["assets"]["weights"] = {
        "href": f"urn:sha256:{bundle.digest}",
        "title": "the bundle that is installed beside the service",
        "type": "application/octet-stream; application=onnx",
        "roles": ["mlm:model"],
        "mlm:artifact_type": "onnx",
        "file:checksum": SHA256_PREFIX + bundle.digest,
    }
    return document
