"""What the plugin offers: the classical sharpeners."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lstsr_core import Model, Predictor, hookimpl
from lstsr_statistical.options import RegressionOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import xarray as xr

MARGIN = 4
"""Coarse pixels that a result depends on: two of cubic interpolation, and two more from which a
gap among them is filled. [coarse pixel]"""
REPEATED_MARGIN = 3 * MARGIN
"""The same where the residual may be added back three times. [coarse pixel]"""


def _later(room: str, name: str) -> Callable[..., Predictor]:
    """Import a method at its first use, so that listing models stays fast."""

    def prepare(scene: xr.DataTree, **options: object) -> Predictor:
        method: Callable[..., Predictor] = getattr(import_module(f"lstsr_statistical.{room}"), name)
        return method(scene, **options)

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
            margin=REPEATED_MARGIN,
            extra_guides=True,
            rank=0,
            summary="polynomial in all guides, of second order, coarse residual added back",
            options=RegressionOptions,
            source="doi:10.1016/S0034-4257(03)00036-1",
        ),
        Model(
            name="tsharp",
            prepare=_later("regression", "prepare_tsharp"),
            margin=REPEATED_MARGIN,
            guides=("ndvi",),
            extra_guides=True,
            rank=30,
            summary="line in vegetation cover from NDVI (and other guides), residual added back",
            source="doi:10.1016/j.rse.2006.10.006",
            options=RegressionOptions,
        ),
        Model(
            name="huts",
            prepare=_later("regression", "prepare_huts"),
            margin=REPEATED_MARGIN,
            guides=("albedo", "ndvi"),
            summary="polynomial of fourth order in NDVI and albedo, residual added back",
            source="doi:10.1016/j.rse.2011.03.008",
            options=RegressionOptions,
        ),
    ]
