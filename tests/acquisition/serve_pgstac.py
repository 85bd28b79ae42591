"""Serve items by stac-fastapi-pgstac: `serve_pgstac.py ITEMS.json HOST PORT`.

PostgreSQL is reached by the variables of libpq, as `tools/with_pgstac.py` sets them; the items lie
in a copy of its empty catalogue.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from pathlib import Path


def main(document: str, host: str, port: str) -> None:
    os.environ["PGDATABASE"] = copy_of_the_empty_catalogue()
    load(json.loads(Path(document).read_text(encoding="utf-8"))["features"])
    import uvicorn

    uvicorn.run(
        "stac_fastapi.pgstac.app:create_app",
        factory=True,
        host=host,
        port=int(port),
        log_level="error",
    )


def copy_of_the_empty_catalogue():
    import psycopg

    name = f"world_{uuid.uuid4().hex}"
    with psycopg.connect(dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE pgstac")
    return name


def load(items):
    from pypgstac.db import PgstacDB
    from pypgstac.load import Loader, Methods

    with PgstacDB(dsn="") as database:
        loader = Loader(db=database)
        names = sorted({item["collection"] for item in items})
        loader.load_collections(iter([collection(name) for name in names]), Methods.upsert)
        loader.load_items(iter(items), Methods.upsert)


def collection(name):
    return {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": name,
        "description": name,
        "license": "proprietary",
        "links": [],
        "extent": {
            "spatial": {"bbox": [[-180, -90, 180, 90]]},
            "temporal": {"interval": [["2000-01-01T00:00:00Z", None]]},
        },
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
