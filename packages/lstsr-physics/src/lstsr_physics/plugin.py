"""What the package brings to the front door: a command, a model, corrections."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lstsr_core import Correction, Model, hookimpl
from lstsr_physics.law.command import fit
from lstsr_physics.law.options import LawOptions
from lstsr_physics.scaling.command import scaling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    import click

MARGIN = 10
"""Coarse pixels that a result depends on: three of the Gaussians of the fine octaves, three more of
those of its texture, two of cubic interpolation and two from which gaps are filled.
[coarse pixel]"""

scaling.add_command(fit)


def _later(room: str, name: str) -> Callable[..., Any]:
    """Import a method at its first use, so that lists stay fast."""

    def run(*arguments: object, **options: object) -> Any:  # noqa: ANN401  what the method gives
        return getattr(import_module(f"lstsr_physics.{room}"), name)(*arguments, **options)

    return run


@hookimpl
def lstsr_commands() -> Iterable[click.Command]:
    """Bring `lstsr scaling`."""
    return [scaling]


@hookimpl
def lstsr_models() -> Iterable[Model]:
    """Bring the model `scaling-law`."""
    return [
        Model(
            name="scaling-law",
            prepare=_later("law.sharpener", "prepare"),
            margin=MARGIN,
            extra_guides=True,
            least_guides=1,
            rank=40,
            summary="slope of every place times guide octaves, gains measured on nature",
            options=LawOptions,
        )
    ]


@hookimpl
def lstsr_corrections() -> Iterable[Correction]:
    """Bring the corrections that are physics."""
    return [
        Correction(
            name="registration",
            stage="scene",
            apply=_later("corrections.registration", "register"),
            summary="lays guides on the temperature, to a fraction of a pixel",
        ),
        Correction(
            name="conservation",
            stage="result",
            apply=_later("corrections.conservation", "conserve"),
            summary="makes the result give back the input through the footprint",
        ),
        Correction(
            name="scaling-law",
            stage="result",
            apply=_later("law.correction", "rescale"),
            summary="rescales the detail of a scale-invariant model octave by octave",
        ),
    ]
