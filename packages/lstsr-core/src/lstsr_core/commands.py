"""The subcommands of core: what is installed, what is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lstsr_core import registry
from lstsr_core.codes import USER_INPUT
from lstsr_core.doctor import examine_host, examine_parts, examine_plugins
from lstsr_core.hooks import hookimpl
from lstsr_core.options import describe_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lstsr_core.doctor import Finding


@click.group(invoke_without_command=True)
@click.pass_context
def plugins(context: click.Context) -> None:
    """List the installed sensors, models, corrections and commands.

    \b
    Example:
      lstsr plugins
      lstsr plugins options tsharp
      lstsr plugins doctor
    """
    if context.invoked_subcommand is None:
        for title, rows in _inventory():
            click.secho(title, bold=True)
            for name, plugin, summary in rows:
                click.echo(f"  {name:<18} {plugin:<14} {summary}")


@plugins.command("doctor")
@click.pass_context
def plugins_doctor(context: click.Context) -> None:
    """Name every plugin that is broken or shares a name, and say how to mend it."""
    _print(context, examine_plugins())


@plugins.command("options")
@click.argument("name")
def plugins_options(name: str) -> None:
    """List what can be set of a model or a correction.

    \b
    Example:
      lstsr plugins options tsharp     set by --set window=5
      lstsr plugins options diurnal    set by --correction diurnal:hour=13.5,amplitude=20
    """
    models, corrections = registry.models(), registry.corrections()
    corrects = name in corrections.names and name not in models.names
    options = describe_options((corrections if corrects else models).get(name).options)
    for option in options:
        default = (
            f"{option.default}".lower() if isinstance(option.default, bool) else option.default
        )
        click.echo(f"  {option.name:<28} {option.kind:<6} {default!s:<8} {option.meaning}")
    if not options:
        click.echo(f"{name} has no options")


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Report versions, what can be read and reached, and everything that is broken.

    Ends with 2 where something has to be mended; a note only says what could work besides.

    \b
    Example:
      lstsr doctor
    """
    _print(context, (*examine_host(), *examine_plugins(), *examine_parts()))


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr plugins` and `lstsr doctor`."""
    return [plugins, doctor]


def _inventory() -> Iterable[tuple[str, list[tuple[str, str, str]]]]:
    yield (
        "Sensors",
        [
            (o.value.name, o.plugin, f"{o.value.role}, {o.value.resolution:g} m. {o.value.summary}")
            for o in registry.sensors().items
        ],
    )
    yield "Models", [(o.value.name, o.plugin, o.value.summary) for o in registry.models().items]
    yield (
        "Corrections",
        [
            (o.value.name, o.plugin, f"{o.value.stage}. {o.value.summary}")
            for o in registry.corrections().items
        ],
    )
    yield (
        "Commands",
        [
            (str(o.value.name), o.plugin, o.value.get_short_help_str(64))
            for o in registry.commands().items
        ],
    )


def _print(context: click.Context, findings: Iterable[Finding]) -> None:
    wrong = 0
    for finding in findings:
        click.echo(f"{_mark(finding)} {finding.subject}: {finding.state}")
        wrong += not finding.healthy
        if finding.remedy:
            click.echo(f"     remedy: {finding.remedy}")
    if wrong:
        context.exit(USER_INPUT)


def _mark(finding: Finding) -> str:
    if not finding.healthy:
        return click.style("MEND", fg="red")
    return click.style("note", fg="yellow") if finding.remedy else click.style("ok  ", fg="green")
