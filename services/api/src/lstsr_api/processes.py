"""What the service can do, as OGC API - Processes describes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lstsr_api import __version__
from lstsr_api.requests import FetchAndSharpen, Scaling, Sharpen
from lstsr_core import registry

if TYPE_CHECKING:
    from pydantic import BaseModel

MODES: Final = ["sync-execute", "async-execute"]
"""How a process can be executed."""
ITEM_SCHEMA: Final = {
    "type": "object",
    "format": "stac-item",
    "$ref": "https://schemas.stacspec.org/v1.0.0/item-spec/json-schema/item.json",
}
"""Every process gives the STAC Item of its result."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """What the service can do.

    Parameters
    ----------
    id, title, description : str
        Its names.
    inputs : type
        Pydantic model of its inputs.
    """

    id: str
    title: str
    description: str
    inputs: type[BaseModel]


PROCESSES: Final = {
    one.id: one
    for one in (
        Process(
            id="sharpen",
            title="Sharpen rasters",
            description="Sharpens a coarse temperature by fine guides, with its uncertainty.",
            inputs=Sharpen,
        ),
        Process(
            id="fetch-and-sharpen",
            title="Fetch a scene, then sharpen it",
            description="Asks the catalogues that the sensors name for a box and a day.",
            inputs=FetchAndSharpen,
        ),
        Process(
            id="scaling",
            title="Measure scales",
            description="Measures how temperature and guides change across scales.",
            inputs=Scaling,
        ),
    )
}
"""Everything that can be executed, by its id."""


def summary(process: Process) -> dict[str, Any]:
    """Give what lists say of a process."""
    return {
        "id": process.id,
        "version": __version__,
        "title": process.title,
        "description": process.description,
        "jobControlOptions": MODES,
        "outputTransmission": ["value"],
        "links": [
            {
                "rel": "self",
                "href": f"/processes/{process.id}",
                "type": "application/json",
                "title": process.title,
            },
            {
                "rel": "http://www.opengis.net/def/rel/ogc/1.0/execute",
                "href": f"/processes/{process.id}/execution",
                "type": "application/json",
            },
        ],
    }


def description(process: Process) -> dict[str, Any]:
    """Give all that is to be known of a process; names of plugins stand in it as they are."""
    schema = inlined(process.inputs.model_json_schema())
    required = schema.get("required", [])
    inputs = {
        name: {
            "title": name,
            "description": field.get("description", ""),
            "minOccurs": int(name in required),
            "schema": {**field, **_names(name)},
        }
        for name, field in schema["properties"].items()
    }
    outputs = {"item": {"title": "STAC Item of the result", "schema": ITEM_SCHEMA}}
    return {**summary(process), "inputs": inputs, "outputs": outputs}


def _names(field: str) -> dict[str, Any]:
    """Give the names that the installed plugins bring for a field."""
    if field == "model":
        return {"enum": [registry.BEST, *registry.models().names]}
    if field == "corrections":
        return {"x-names": list(registry.corrections().names)}
    if field == "sensor":
        return {"enum": sorted(_sensors("thermal"))}
    return {}


def _sensors(role: str) -> set[str]:
    return {one.value.name for one in registry.sensors().items if one.value.role == role}


def offers() -> dict[str, Any]:
    """Give the names, and a line about each, of all models, corrections and sensors."""
    models = registry.models().items
    corrections = registry.corrections().items
    sensors = registry.sensors().items
    return {
        "models": {one.value.name: one.value.summary for one in models},
        "corrections": {one.value.name: one.value.summary for one in corrections},
        "sensors": {one.value.name: one.value.summary for one in sensors},
        "thermal": sorted(_sensors("thermal")),
        "guides": sorted(_sensors("guide")),
    }


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Put definitions where they are referred to, so that each input's schema stands alone."""
    known = schema.pop("$defs", {})

    def put(node: Any) -> Any:  # noqa: ANN401  JSON
        if isinstance(node, list):
            return [put(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return put(known[node["$ref"].rsplit("/", 1)[-1]])
        return {name: put(value) for name, value in node.items()}

    whole: dict[str, Any] = json.loads(json.dumps(put(schema)))
    return whole
