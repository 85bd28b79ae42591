"""What the package brings to the front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import hookimpl
from lstsr_runtime.acquire_command import acquire
from lstsr_runtime.bench.command import bench
from lstsr_runtime.bundle.command import models
from lstsr_runtime.commands import sharpen
from lstsr_runtime.earth.command import plan_earth
from lstsr_runtime.series.command import series
from lstsr_runtime.validation.command import validate

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from lstsr_core import Model


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr sharpen`, `run`, `series`, `plan-earth`, `models`, `bench` and `validate`."""
    return [acquire, bench, models, plan_earth, series, sharpen, validate]


@hookimpl
def lstsr_models() -> Iterable[Model]:
    """Bring every bundle that is installed, pulled or named by LSTSR_BUNDLES."""
    from lstsr_runtime.bundle.offering import bundle_models

    return bundle_models()
