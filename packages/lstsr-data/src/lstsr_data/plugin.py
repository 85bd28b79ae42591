"""What the package brings to the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import hookimpl
from lstsr_data.acquisition.commands import data, fetch

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from lstsr_core.doctor import Finding


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr fetch` and `lstsr data`."""
    return [fetch, data]


@hookimpl
def lstsr_findings() -> Iterable[Finding]:
    """Tell `lstsr doctor` what can be read, reached and opened from here."""
    from lstsr_data.examination import accounts, catalogues, formats

    return [*formats.examine(), *catalogues.examine(), *accounts.examine()]
