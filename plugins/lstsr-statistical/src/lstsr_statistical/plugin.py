"""What the plugin offers: the classical sharpeners."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lstsr_core import Model, Predictor, hookimpl
from lstsr_statistical.options import GeometryOptions, KrigingOptions, RegressionOptions
from lstsr_statistical.tree_options import BoostingOptions, ForestOptions, MiningOptions

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
            least_guides=1,
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
            guides=("ndvi", "albedo"),
            summary="polynomial of fourth order in NDVI and albedo, residual added back",
            source="doi:10.1016/j.rse.2011.03.008",
            options=RegressionOptions,
        ),
        Model(
            name="geometry",
            prepare=_later("geometry", "prepare_geometry"),
            margin=REPEATED_MARGIN,
            extra_guides=True,
            least_guides=1,
            summary="the guides' mixtures of neighbouring values, given to the temperature",
            options=GeometryOptions,
            source="doi:10.1109/TGRS.2017.2694881",
        ),
        Model(
            name="atprk",
            prepare=_later("atprk", "prepare_atprk"),
            margin=MARGIN,
            extra_guides=True,
            least_guides=1,
            summary="regression on all guides, its residual brought down by area-to-point kriging",
            options=KrigingOptions,
            source="doi:10.1016/j.rse.2015.06.003",
        ),
        Model(
            name="aatprk",
            prepare=_later("atprk", "prepare_aatprk"),
            margin=MARGIN,
            extra_guides=True,
            least_guides=1,
            summary="as atprk, with a regression around every coarse pixel",
            options=KrigingOptions,
            source="doi:10.1016/j.isprsjprs.2016.02.006",
        ),
        Model(
            name="dms",
            prepare=_later("dms", "prepare_dms"),
            margin=MARGIN,
            extra_guides=True,
            least_guides=1,
            summary="regression trees with a plane in each leaf, of the scene and of windows",
            options=MiningOptions,
            source="doi:10.3390/rs4113287",
        ),
        Model(
            name="random-forest",
            prepare=_later("forest", "prepare_forest"),
            margin=MARGIN,
            extra_guides=True,
            least_guides=1,
            summary="random forest on all guides, coarse residual added back",
            options=ForestOptions,
            source="doi:10.1016/j.rse.2016.03.006",
        ),
        Model(
            name="gradient-boosting",
            prepare=_later("boosting", "prepare_boosting"),
            margin=MARGIN,
            extra_guides=True,
            least_guides=1,
            summary="gradient boosting on all guides, coarse residual added back",
            options=BoostingOptions,
            source="doi:10.1214/aos/1013203451",
        ),
    ]
