"""Every command with its options, as `--help` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from files import write_if_new

from lstsr_core.cli import front_door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WIDTH = 100
"""Columns of the help."""


def write(folder: Path) -> None:
    """Write ``commands.md``."""
    parts = ["# Commands", "", "What `lstsr COMMAND --help` shows, of every command installed.", ""]
    for words, context in _walk(front_door, click.Context(front_door, info_name="lstsr")):
        parts += [f"## {words}", "", "```text", context.get_help().rstrip(), "```", ""]
    write_if_new(folder / "commands.md", "\n".join(parts))


def _walk(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Context]]:
    context.terminal_width = context.max_content_width = WIDTH
    yield context.command_path, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            own = command.get_command(context, name)
            if own is not None and not own.hidden:
                inner = click.Context(own, info_name=name, parent=context)
                yield from _walk(own, inner)
