"""The commands `lstsr serve` and `lstsr worker`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from lstsr_api.settings import Settings


_SHARED = (
    click.option(
        "--private-network",
        is_flag=True,
        help="Let jobs connect to addresses that are not public.",
    ),
    click.option(
        "--memory",
        default=0,
        metavar="BYTES",
        help="Address space of a job; 0 for any.",
    ),
    click.option(
        "--database",
        default="",
        envvar="LSTSR_DATABASE",
        metavar="URL",
        help="PostgreSQL for many workers; by default a file in the store.",
    ),
    click.option(
        "--pgstac",
        default="",
        envvar="LSTSR_PGSTAC",
        metavar="URL",
        help="PostgreSQL with pgSTAC, which is told of every result.",
    ),
    click.option(
        "--address",
        default="http://127.0.0.1:8765",
        show_default=True,
        envvar="LSTSR_ADDRESS",
        metavar="URL",
        help="Where others reach the service: what pgSTAC is told begins with it.",
    ),
    click.option(
        "--store",
        type=click.Path(path_type=Path),
        default=Path("lstsr-store"),
        show_default=True,
        envvar="LSTSR_STORE",
        metavar="DIR",
        help="Folder of inputs, jobs and results.",
    ),
)


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that the service and its workers have in common."""
    for option in _SHARED:
        command = option(command)
    return command


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8765, show_default=True, help="Port; 0 takes a free one.")
@click.option("--demo", is_flag=True, help="Sharpen a scene at once, to be looked at.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="LSTSR_SHARED_DATA",
    metavar="DIR",
    help="With --demo: a copy of the MODIS-ASTER database, for a real scene.",
)
@click.option("--workers", default=1, show_default=True, help="Workers beside the service.")
@click.option("--keys", type=click.Path(path_type=Path), metavar="FILE", help="Hashed API keys.")
@click.option("--new-key", metavar="NAME", help="Make an API key, print it once, and end.")
@click.option("--name", "names", multiple=True, help="Host name that the service is known by.")
@_shared
def serve(*, new_key: str | None, **words: Any) -> None:  # noqa: ANN401  click passes them
    """Serve sharpening over HTTP, with a map to look at.

    \b
    Examples:
      lstsr serve --demo
      lstsr serve --store /data/lstsr --database postgresql://... --workers 0
      lstsr serve --keys keys.txt --new-key alice
      lstsr serve --keys keys.txt --host 0.0.0.0 --name lst.example.org
    """
    if new_key is not None:
        from lstsr_api.keys import add_key

        if words["keys"] is None or not new_key.isidentifier():
            raise click.UsageError("--new-key NAME, a plain word, needs --keys FILE")
        click.echo(add_key(words["keys"], new_key))
        return
    from lstsr_api.serving import serve as run

    port, demo, data, workers = (words.pop(name) for name in ("port", "demo", "data", "workers"))
    settings = _settings(words)
    run(settings, port=port, workers=workers, demo=(data or "") if demo else None)


@click.command()
@_shared
def worker(**words: Any) -> None:  # noqa: ANN401  click passes them
    """Carry out the jobs of a service; start as many as there are cores to spare.

    \b
    Example:
      lstsr worker --store /data/lstsr --database postgresql://...
    """
    from lstsr_api.serving import work_until_told

    work_until_told(_settings(words))


def _settings(words: dict[str, Any]) -> Settings:
    from lstsr_api.settings import Limits, Settings

    words["address"] = words["address"].rstrip("/")
    return Settings(limits=Limits(memory=words.pop("memory")), **words)
