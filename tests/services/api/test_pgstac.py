"""A server's catalogue: a result appears there once, however often it is told."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace

import pytest

from lstsr_api import pgstac
from lstsr_api.settings import Settings
from lstsr_api.withdrawal import withdraw

ADDRESS = "https://lst.example.org"


def test_what_others_are_told_is_absolute_and_without_the_tree_of_the_disk():
    tree = [{"rel": rel, "href": "../collection.json"} for rel in ("root", "parent", "collection")]
    item = {
        "links": [*tree, {"rel": "derived_from", "href": "../../models/dms/stac.json"}],
        "assets": {"lst": {"href": "./lst.tif"}, "weights": {"href": "urn:sha256:00"}},
    }
    told = pgstac.for_others(item, f"{ADDRESS}/catalogue/results/a/stac.json")
    model = f"{ADDRESS}/catalogue/models/dms/stac.json"
    assert told["links"] == [{"rel": "derived_from", "href": model}]
    assert told["assets"]["lst"]["href"] == f"{ADDRESS}/catalogue/results/a/lst.tif"
    assert told["assets"]["weights"]["href"] == "urn:sha256:00"


def test_nothing_is_told_where_no_server_is_named(tmp_path):
    settings = Settings(store=tmp_path)
    pgstac.show(settings, "0" * 64)
    pgstac.show_all(settings)
    withdraw(settings, "0" * 64)
    assert [*tmp_path.iterdir()] == []


def test_a_server_that_is_away_ends_neither_the_start_nor_a_dismissal(service, result, caplog):
    settings = replace(
        service.service.settings, pgstac=f"sqlite:///{service.service.store.root}/no.sqlite"
    )
    pgstac.show_all(settings)
    withdraw(settings, result)
    assert not service.service.store.result(result).exists()
    told = [line.getMessage() for line in caplog.records if line.name == pgstac.__name__]
    assert len(told) == 3


@pytest.fixture
def database():
    """Address of an empty pgSTAC of our own, with the variables of libpq that name it."""
    if os.environ.get("LSTSR_TEST_STAC") != "pgstac":
        pytest.skip("no pgSTAC: nox -s integration")
    import psycopg

    name = f"results_{uuid.uuid4().hex}"
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE pgstac")
    place = "postgresql://{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}".format(**os.environ)
    return name, f"{place}/{name}"


@pytest.fixture
def catalogue(database, monkeypatch):
    """Client of stac-fastapi on that pgSTAC."""
    monkeypatch.setenv("PGDATABASE", database[0])
    from stac_fastapi.pgstac.app import create_app
    from starlette.testclient import TestClient

    with TestClient(create_app()) as client:
        yield client


def test_a_result_that_is_told_twice_is_found_once(service, result, database, catalogue):
    settings = replace(service.service.settings, pgstac=database[1], address=ADDRESS)
    for _ in range(2):
        pgstac.show(settings, result)
        pgstac.show_all(settings)
    item = service.get(f"/catalogue/results/{result}/stac.json").json()
    asked = {"collections": ["results"], "bbox": item["bbox"]}
    (found,) = catalogue.post("/search", json=asked).json()["features"]
    assert found["id"] == result
    assert found["properties"]["lstsr:process"] == "sharpen"
    assert found["assets"]["lst"]["href"] == f"{ADDRESS}/catalogue/results/{result}/lst.tif"
    assert found["assets"]["lst"]["file:checksum"].startswith("1220")
    models = catalogue.get("/collections/models/items?limit=100").json()["features"]
    assert len({model["id"] for model in models}) == len(models) > 1
    withdraw(settings, result)
    withdraw(settings, result)
    assert catalogue.post("/search", json=asked).json()["features"] == []
