"""What the plugin offers: interpolation, TsHARP and DisTrad."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lstsr_core import Model, Predictor, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import xarray as xr

MARGIN = 4
"""Coarse pixels that a result depends on: two of cubic interpolation, and two more from which a
gap among them is filled. [coarse pixel]"""


def _later(room: str, name: str) -> Callable[[xr.DataTree], Predictor]:
    """Import a method at its first use, so that listing models stays fast."""

    def prepare(scene: xr.DataTree) -> Predictor:
        method: Callable[[xr.DataTree], Predictor] = getattr(
            import_module(f"lstsr_statistical.{room}"), name
        )
        return method(scene)

    return prepare


@hookimpl
def lstsr_models() -> Iterable[Model]:
    """List the models."""
    return [
        Model(
            name="nearest",
            prepare=_later("interpolation", "prepare_nearest"),
            margin=MARGIN,
            summary="repeats the coarse pixel; the floor of every comparison",
        ),
        Model(
            name="bilinear",
            prepare=_later("interpolation", "prepare_bilinear"),
            margin=MARGIN,
            summary="linear interpolation of the coarse temperature",
        ),
        Model(
            name="bicubic",
            prepare=_later("interpolation", "prepare_bicubic"),
            margin=MARGIN,
            rank=10,
            summary="cubic convolution of the coarse temperature; needs no guide",
            source="doi:10.1109/TASSP.1981.1163711",
        ),
        Model(
            name="distrad",
            prepare=_later("regression", "prepare_distrad"),
            margin=MARGIN,
            guides=("ndvi",),
            rank=20,
            summary="second-order regression on NDVI, coarse residual added back",
            source="doi:10.1016/S0034-4257(03)00036-1",
        ),
        Model(
            name="tsharp",
            prepare=_later("regression", "prepare_tsharp"),
            margin=MARGIN,
            guides=("ndvi",),
            rank=30,
            summary="regression on vegetation cover from NDVI, coarse residual added back",
            source="doi:10.1016/j.rse.2006.10.006",
        ),
    ]
