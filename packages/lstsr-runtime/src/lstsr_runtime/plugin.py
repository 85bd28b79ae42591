"""What the package brings to the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import hookimpl
from lstsr_runtime.bench.command import bench
from lstsr_runtime.commands import sharpen

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr sharpen` and `lstsr bench`."""
    return [bench, sharpen]
