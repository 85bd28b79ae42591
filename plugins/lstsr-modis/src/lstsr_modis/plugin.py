"""What the plugin offers: MODIS temperatures and the guides of the same satellites."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from lstsr_core import FileSource, Sensor, hookimpl
from lstsr_modis import mod09, mod11, mod13, mod21
from lstsr_modis.layers import DAILY_SEPARATION, SWATH, composite_of_separation, split_window
from lstsr_modis.sources import sources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import xarray as xr

    from lstsr_modis.layers import Layers

    Decode = Callable[[xr.Dataset], xr.Dataset]

KILOMETRE: Final = 926.625433
"""Pixel of the 1 km sinusoidal grid (MODLAND grid). [m]"""
PIXELS: Final = {"11_L2": 1000.0, "11B2": 6 * KILOMETRE}
"""Pixels of the temperatures that are not on that grid: the swath straight below, the 6 km grid.
[m]"""
GUIDE_PIXELS: Final = {"09GA": KILOMETRE / 2, "09A1": KILOMETRE / 2}
"""Pixels of the guides that are not on the 250 m grid, which divides each kilometre by 4. [m]"""
REFLECTANCES: Final = tuple(f"sur_refl_b{band:02d}" for band in mod09.LIANG)
"""Bands that the albedo needs, in composites; those of single days end in ``_1``."""


@hookimpl
def lstsr_sensors() -> Iterable[Sensor]:
    """List the sensors."""
    return [*_split_window(), *_separation(), *_indices(), *_reflectances()]


def _split_window() -> Iterable[Sensor]:
    for suffix, part in (("", "Day"), ("-night", "Night")):
        layers = split_window(part, daily=True)
        summary = f"{part.lower()}, split window, 1 km (MOD11A1, MYD11A1)"
        yield _thermal(f"modis{suffix}", "11A1", mod11.decode, layers, summary)
        summary = f"{part.lower()}, split window, mean of 8 days, 1 km (MOD11A2, MYD11A2)"
        yield _thermal(f"modis-8day{suffix}", "11A2", mod11.decode, split_window(part), summary)
        layers = split_window(part, pixel="6km")
        summary = f"{part.lower()}, day-night method, 8 days, 6 km (MOD11B2, MYD11B2)"
        yield _thermal(f"modis-8day-6km{suffix}", "11B2", mod11.decode, layers, summary)
    summary = "five minutes of a swath, split window, 1 km (MOD11_L2, MYD11_L2)"
    yield _thermal("modis-swath", "11_L2", mod11.decode_swath, SWATH, summary)


def _separation() -> Iterable[Sensor]:
    for suffix, part in (("", "Day"), ("-night", "Night")):
        product = f"21A1{part[0]}"
        summary = f"{part.lower()}, emissivity separation, 1 km (MOD{product}, MYD{product})"
        yield _thermal(f"modis-21{suffix}", product, mod21.decode_daily, DAILY_SEPARATION, summary)
        layers = composite_of_separation(part)
        summary = f"{part.lower()}, emissivity separation, 8 days, 1 km (MOD21A2, MYD21A2)"
        yield _thermal(f"modis-21-8day{suffix}", "21A2", mod21.decode_composite, layers, summary)


def _indices() -> Iterable[Sensor]:
    yield _guide(
        "modis-ndvi",
        ("09GQ", ("sur_refl_b01_1", "sur_refl_b02_1", "QC_250m_1")),
        mod09.decode_ndvi,
        "NDVI, red, near infrared of one day, 250 m, clouds not masked (MOD09GQ, MYD09GQ)",
    )
    yield _guide(
        "modis-ndvi-8day",
        ("09Q1", ("sur_refl_b01", "sur_refl_b02", "sur_refl_qc_250m", "sur_refl_state_250m")),
        mod09.decode_ndvi,
        "NDVI, red, near infrared, best of 8 days, 250 m (MOD09Q1, MYD09Q1)",
    )
    yield _best_of_16_days()


def _best_of_16_days() -> Sensor:
    """Give the sensor of MOD13Q1, which decodes files of its coarser sisters too."""
    layers = ("NDVI", "red reflectance", "NIR reflectance", "pixel reliability")
    of_250m = _guide(
        "modis-ndvi-16day",
        ("13Q1", tuple(f"250m 16 days {layer}" for layer in layers)),
        mod13.decode,
        "NDVI, red, near infrared, best of 16 days, 250 m (MOD13Q1, MYD13Q1)",
    )
    coarser = (
        FileSource(
            patterns=(f"MOD13{product}.*.hdf*", f"MYD13{product}.*.hdf*"),
            bands=tuple(f"{pixel} 16 days {layer}" for layer in layers),
        )
        for product, pixel in zip(("A1", "A2"), mod13.PIXELS[1:], strict=True)
    )
    return replace(of_250m, sources=(*of_250m.sources, *coarser))


def _reflectances() -> Iterable[Sensor]:
    yield _guide(
        "modis-reflectance",
        ("09GA", (*(f"{band}_1" for band in REFLECTANCES), "QC_500m_1", "state_1km_1")),
        mod09.decode_reflectance,
        "NDVI and albedo of one day, 500 m (MOD09GA, MYD09GA)",
    )
    yield _guide(
        "modis-reflectance-8day",
        ("09A1", (*REFLECTANCES, "sur_refl_qc_500m", "sur_refl_state_500m")),
        mod09.decode_reflectance,
        "NDVI and albedo, best of 8 days, 500 m (MOD09A1, MYD09A1)",
    )


def _thermal(
    name: str, product: str, decode: Callable[..., xr.Dataset], layers: Layers, summary: str
) -> Sensor:
    errors = ("Error_LST",) if layers is SWATH else ()
    return Sensor(
        name=name,
        role="thermal",
        resolution=PIXELS.get(product, KILOMETRE),
        decode=partial(decode, layers=layers),
        summary=f"MODIS, {summary}",
        sources=sources_of(product, (*layers.names, *errors)),
    )


def _guide(name: str, product: tuple[str, tuple[str, ...]], decode: Decode, summary: str) -> Sensor:
    return Sensor(
        name=name,
        role="guide",
        resolution=GUIDE_PIXELS.get(product[0], KILOMETRE / 4),
        decode=decode,
        summary=f"MODIS, {summary}",
        sources=sources_of(*product),
    )
