"""What the package brings to the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import hookimpl
from lstsr_models.commands import export, train

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr train` and `lstsr export`."""
    return [train, export]
