"""What the plugin offers: VIIRS temperatures and the guides of the same satellites."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from lstsr_core import Sensor, hookimpl
from lstsr_viirs import vnp09, vnp21
from lstsr_viirs.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Iterable

KILOMETRE: Final = 926.625433
"""Pixel of the 1 km sinusoidal grid (MODLAND grid). [m]"""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    return [*_temperatures(), *_guides()]


def _temperatures() -> Iterable[Sensor]:
    for suffix, part in (("", "Day"), ("-night", "Night")):
        product = f"21A1{part[0]}"
        yield Sensor(
            name=f"viirs{suffix}",
            role="thermal",
            resolution=KILOMETRE,
            decode=vnp21.decode_daily,
            summary=f"VIIRS, {part.lower()}, 1 km (VNP{product}, VJ1{product})",
            sources=sources_of(product, vnp21.DAILY.names),
        )
        layers = vnp21.composite(part)
        yield Sensor(
            name=f"viirs-8day{suffix}",
            role="thermal",
            resolution=KILOMETRE,
            decode=partial(vnp21.decode_composite, layers=layers),
            summary=f"VIIRS, {part.lower()}, mean of 8 days, 1 km (VNP21A2, VJ121A2)",
            sources=sources_of("21A2", layers.names),
        )


def _guides() -> Iterable[Sensor]:
    bands = tuple(vnp09.BANDS.values())
    flags = ("SurfReflect_QF1_1", "SurfReflect_QF2_1")
    yield Sensor(
        name="viirs-reflectance",
        role="guide",
        resolution=KILOMETRE / 2,
        decode=vnp09.decode_daily,
        summary="VIIRS, NDVI, red, near and shortwave infrared of one day, 500 m "
        "(VNP09GA, VJ109GA)",
        sources=sources_of("09GA", (*(f"{band}_1" for band in bands), *flags)),
    )
    yield Sensor(
        name="viirs-reflectance-8day",
        role="guide",
        resolution=KILOMETRE / 2,
        decode=vnp09.decode_composite,
        summary="VIIRS, NDVI, red, near and shortwave infrared, best of 8 days, 500 m "
        "(VNP09H1, VJ109H1)",
        sources=sources_of("09H1", (*bands, "SurfReflect_State_500m")),
    )
