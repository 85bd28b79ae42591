"""What the plugin offers: the correction `emissivity`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import Correction, hookimpl
from lstsr_emissivity.options import EmissivityOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr


@hookimpl
def lstsr_corrections() -> Iterable[Correction]:
    """Bring the correction."""
    return [
        Correction(
            name="emissivity",
            stage="scene",
            apply=_re_express,
            summary="re-expresses temperatures for the emissivity of vegetation or land cover",
            options=EmissivityOptions,
        )
    ]


def _re_express(scene: xr.DataTree, options: EmissivityOptions | None = None) -> xr.DataTree:
    """Import the method at its first use, so that lists stay fast."""
    from lstsr_emissivity.correction import re_express

    return re_express(scene, options or EmissivityOptions())
