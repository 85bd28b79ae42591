"""The six hooks through which every package and plugin meets the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import click

    from lstsr_core.doctor import Finding
    from lstsr_core.kinds import Correction, Model, Sensor

PROJECT = "lstsr"
"""Name of the pluggy project and of the entry-point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of one of the six hooks."""


@hookspec
def lstsr_sensors() -> Iterable[Sensor]:  # type: ignore[empty-body]
    """List the sensors that a plugin brings."""


@hookspec
def lstsr_models() -> Iterable[Model]:  # type: ignore[empty-body]
    """List the models that a plugin brings."""


@hookspec
def lstsr_bundles() -> Iterable[Path]:  # type: ignore[empty-body]
    """List the folders of trained networks that a plugin brings; they become models."""


@hookspec
def lstsr_corrections() -> Iterable[Correction]:  # type: ignore[empty-body]
    """List the corrections that a plugin brings."""


@hookspec
def lstsr_commands() -> Iterable[click.Command]:  # type: ignore[empty-body]
    """List the subcommands of ``lstsr`` that a package brings."""


@hookspec
def lstsr_findings() -> Iterable[Finding]:  # type: ignore[empty-body]
    """Look at the machine for `lstsr doctor`: what a package needs, what is there, what to do."""
