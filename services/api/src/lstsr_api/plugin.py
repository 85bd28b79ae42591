"""What the package brings to the front door: `lstsr serve` and `lstsr worker`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_api.commands import serve, worker
from lstsr_core import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr serve` and `lstsr worker`."""
    return [serve, worker]
