"""What the plugin offers: the correction `diurnal`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import Correction, hookimpl
from lstsr_diurnal.options import DiurnalOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr


@hookimpl
def lstsr_corrections() -> Iterable[Correction]:
    """Bring the correction."""
    return [
        Correction(
            name="diurnal",
            stage="scene",
            apply=_normalise,
            summary="brings temperatures to one local solar time by a diurnal cycle",
            options=DiurnalOptions,
        )
    ]


def _normalise(scene: xr.DataTree, options: DiurnalOptions | None = None) -> xr.DataTree:
    """Import the method at its first use, so that lists stay fast."""
    from lstsr_diurnal.normalisation import normalise

    return normalise(scene, options or DiurnalOptions())
