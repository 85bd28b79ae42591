"""The front door: `lstsr`, whose subcommands are brought by the installed packages."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import click

from lstsr_core import registry
from lstsr_core.codes import BUG
from lstsr_core.errors import LstsrError
from lstsr_core.plugins import load_plugins

if TYPE_CHECKING:
    from collections.abc import Sequence

DEBUG = "LSTSR_DEBUG"
"""Environment variable: set to 1, errors show where in the code they arose."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it. [1]"""
TERMINATED = 143
"""Exit status after SIGTERM, as shells have it. [1]"""

EPILOG = """\b
Example:
  lstsr sharpen LST.tif --guide ndvi=NDVI.tif -o OUT
"""


class FrontDoor(click.Group):
    """A click group that asks the installed packages for its subcommands."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Give the names of all subcommands."""
        return list(registry.commands().names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give the subcommand of a name."""
        if cmd_name in self.list_commands(ctx):
            return registry.commands().get(cmd_name)
        return None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """List the subcommands; one that two plugins offer is listed as such."""
        offers = registry.commands()
        rows = []
        for name in offers.names:
            if name in offers.clashes:
                rows.append((name, "(offered by two plugins: see `lstsr plugins doctor`)"))
            else:
                rows.append((name, offers.get(name).get_short_help_str(limit=64)))
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


@click.group(cls=FrontDoor, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lstsr-core", prog_name="lstsr")
def front_door() -> None:
    """Sharpen satellite land surface temperature, with the uncertainty of every pixel."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit status."""
    # Leaving in order lets a run remove what it has not finished.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``lstsr``; those of the process where None.

    Returns
    -------
    int
        Exit status: 0 done, 2 the user's input, 3 no data, 4 upstream, 5 resources, 1 our
        bug. [1]
    """
    try:
        _name_broken_plugins()
        outcome = front_door.main(
            args=None if arguments is None else list(arguments),
            prog_name="lstsr",
            standalone_mode=False,
        )
        return outcome if isinstance(outcome, int) else 0
    except LstsrError as error:
        return _report(error)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last door: whatever comes is our bug
        return _report_bug(error)


def _name_broken_plugins() -> None:
    for plugin in load_plugins().problems:
        click.echo(
            f"plugin {plugin.name} left out: {plugin.problem} (see `lstsr plugins doctor`)",
            err=True,
        )


def _report(error: LstsrError) -> int:
    if os.environ.get(DEBUG) == "1":
        raise error
    click.echo(f"error {error}", err=True)
    return error.exit_status


def _report_bug(error: Exception) -> int:
    if os.environ.get(DEBUG) == "1":
        raise error
    click.echo(
        f"error UNEXPECTED\n  found:    {type(error).__name__}: {error}\n"
        "  expected: no such error; this is a defect of lstsr or of a plugin\n"
        f"  remedy:   run again with {DEBUG}=1 and report what it prints",
        err=True,
    )
    return BUG
