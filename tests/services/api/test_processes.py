"""What the service can do is described as OGC API - Processes, Part 1, asks for."""

from __future__ import annotations

import jsonschema
import pytest

from lstsr_core import registry

LINK = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {"href": {"type": "string"}, "rel": {"type": "string"}},
}
SUMMARY = {
    "type": "object",
    "required": ["id", "version", "jobControlOptions", "outputTransmission", "links"],
    "properties": {
        "jobControlOptions": {
            "type": "array",
            "items": {"enum": ["sync-execute", "async-execute", "dismiss"]},
        },
        "outputTransmission": {"type": "array", "items": {"enum": ["value", "reference"]}},
        "links": {"type": "array", "items": LINK},
    },
}
DESCRIBED = {"type": "object", "additionalProperties": {"required": ["schema"], "type": "object"}}
SCHEMAS = {
    "/": {"required": ["links"], "properties": {"links": {"type": "array", "items": LINK}}},
    "/conformance": {
        "required": ["conformsTo"],
        "properties": {"conformsTo": {"type": "array", "items": {"type": "string"}}},
    },
    "/processes": {
        "required": ["processes", "links"],
        "properties": {"processes": {"type": "array", "items": SUMMARY}},
    },
    "/processes/sharpen": {
        **SUMMARY,
        "required": [*SUMMARY["required"], "inputs", "outputs"],
        "properties": {**SUMMARY["properties"], "inputs": DESCRIBED, "outputs": DESCRIBED},
    },
    "/jobs": {
        "required": ["jobs", "links"],
        "properties": {
            "jobs": {
                "type": "array",
                "items": {
                    "required": ["jobID", "status", "type"],
                    "properties": {
                        "status": {
                            "enum": ["accepted", "running", "successful", "failed", "dismissed"]
                        },
                        "type": {"enum": ["process"]},
                    },
                },
            }
        },
    },
}
"""What the standard's own schemas (OGC 18-062r2) demand of these documents."""


@pytest.mark.parametrize("address", SCHEMAS)
def test_the_routes_of_the_standard_answer_by_its_schemas(service, asked, address, execute):
    execute(service, asked)
    answer = service.get(address)
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), SCHEMAS[address])


def test_every_link_of_the_first_page_leads_somewhere(service):
    for link in service.get("/").json()["links"]:
        assert service.get(link["href"]).status_code == 200, link


def test_installed_models_and_sensors_stand_in_the_schemas(service):
    sharpen = service.get("/processes/sharpen").json()["inputs"]
    assert sharpen["model"]["schema"]["enum"] == ["best", *registry.models().names]
    fetch = service.get("/processes/fetch-and-sharpen").json()["inputs"]
    thermal = {one.value.name for one in registry.sensors().items if one.value.role == "thermal"}
    assert set(fetch["sensor"]["schema"]["enum"]) == thermal


def test_schemas_of_inputs_stand_alone(service):
    for process in service.get("/processes").json()["processes"]:
        inputs = service.get(f"/processes/{process['id']}").json()["inputs"]
        assert inputs
        assert "#/$defs" not in str(inputs)
        for known in inputs.values():
            jsonschema.Draft202012Validator.check_schema(known["schema"])


def test_an_unknown_process_is_the_exception_of_the_standard(service):
    for answer in (
        service.get("/processes/boil"),
        service.post("/processes/boil/execution", json={"inputs": {}}),
    ):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].endswith("processes-1/1.0/no-such-process")


def test_a_wrong_request_names_the_field_and_the_code(service, asked, execute):
    problem = execute(service, {**asked, "factor": "many"}).json()
    assert problem["status"] == 422
    assert problem["code"] == "OPTION_INVALID"
    assert "factor" in problem["found"]
    assert execute(service, {**asked, "model": "bicubik"}).json()["code"] == "UNKNOWN_NAME"
    assert execute(service, {**asked, "settings": {"size": 1}}).json()["code"] == "OPTION_UNKNOWN"


def test_the_openapi_document_is_complete(service):
    paths = service.get("/api").json()["paths"]
    for process in ("sharpen", "fetch-and-sharpen", "scaling"):
        assert f"/processes/{process}/execution" in paths
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert "summary" in operation, (method, path)
            assert "application/problem+json" in operation["responses"]["404"]["content"]
