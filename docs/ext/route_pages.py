"""Every route of the service with its parameters, as its own OpenAPI document states them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from files import write_if_new

HEAD = """# Routes of the service

What `lstsr serve` answers to, made from the OpenAPI document that it gives at `/api`. `/viewer/`
is the map, and every error is a problem document (RFC 9457) with one of the [codes](errors.md).

| route | what it is for | parameters |
|---|---|---|
"""


def write(folder: Path) -> None:
    """Write ``routes.md``."""
    paths = _stated()["paths"]
    rows = [_row(verb, path, told) for path, verbs in paths.items() for verb, told in verbs.items()]
    write_if_new(folder / "routes.md", HEAD + "\n".join(rows) + "\n")


def _stated() -> Any:  # noqa: ANN401  JSON
    """Give the OpenAPI document of a service that serves nobody."""
    from lstsr_api.app import create_app
    from lstsr_api.settings import Settings

    with TemporaryDirectory() as store:
        return create_app(Settings(store=Path(store))).openapi()


def _row(verb: str, path: str, told: Any) -> str:  # noqa: ANN401  JSON
    text = f"{told['summary']}. {told.get('description', '')}".replace("|", "\\|")
    names = ", ".join(f"`{one['name']}`" for one in told.get("parameters", ()))
    return f"| `{verb.upper()} {path}` | {' '.join(text.split())} | {names} |"
