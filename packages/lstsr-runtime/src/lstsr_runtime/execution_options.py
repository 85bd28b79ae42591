"""The options of a command that say how a run is carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from lstsr_runtime.execution import Execution

Command = TypeVar("Command", bound="Callable[..., Any]")

NAMES: Final = ("memory", "workers", "cluster", "force")
"""What the options are called; the result depends on none of them."""


def execution_options(command: Command) -> Command:
    """Add ``--memory``, ``--workers``, ``--cluster`` and ``--force`` to a command."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def read_execution(options: dict[str, Any]) -> Execution:
    """Take the options out of those of a command.

    Raises
    ------
    SourceError
        ``OPTION_INVALID``.
    """
    from lstsr_runtime.execution import Execution, read_size

    words = {name: options.pop(name) for name in NAMES}
    memory = words.pop("memory")
    return Execution(memory=read_size(memory) if memory else None, **words)


OPTIONS: Final = (
    click.option(
        "--memory",
        metavar="SIZE",
        help="Most memory to use, such as 4GB; of each worker, where there are workers.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=0),
        default=0,
        help="Compute in that many processes of this machine instead of in threads.",
    ),
    click.option(
        "--cluster",
        default="",
        metavar="tcp://HOST:PORT",
        help="Compute on the Dask cluster of this scheduler; its workers have to see the files.",
    ),
    click.option(
        "--force", is_flag=True, help="Redo what is there, and what a killed run has kept."
    ),
)
"""The options, in the order of the help."""
