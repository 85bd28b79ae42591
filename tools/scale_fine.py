"""What the fine thermal scenes say of nature, for `scale_table.py`."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from lstsr_data.thermal_fine import open_fine_fields
from lstsr_physics.scaling.analysis import Layer, analyse
from lstsr_physics.scaling.powerlaw import fit_power_law
from lstsr_physics.scaling.response import transfer_of
from lstsr_physics.scaling.spectra import field_spectrum

if TYPE_CHECKING:
    from pathlib import Path

LANDSAT = "landsat-tirs"
SPAN = (1 / 3700.0, 1 / 450.0)
"""Wavenumbers over which the fall of nature is fitted: Landsat sees them nearly whole. [1/m]"""
GUIDED = ("heihe", "landsat-liverpool", "landsat-momotombo")
"""Fields with an NDVI of their own."""


def nature_fall(data: Path) -> dict[str, Any]:
    """Give the exponent of the power of temperature from 450 m to 3.7 km, a vote a place."""
    falls: dict[str, list[float]] = {}
    for name, read in open_fine_fields(data).items():
        if not name.startswith(("muenster", "heihe", "landsat")):
            continue
        field = read()
        pixel = field.attrs["pixel"]
        spectrum = field_spectrum(
            field["lst"].to_numpy(), pixel=pixel, transfer=transfer_of(LANDSAT, pixel)
        )
        k, power = spectrum["wavenumber"].to_numpy(), spectrum["nature_power"].to_numpy()
        place = "muenster" if name.startswith("muenster") else name
        falls.setdefault(place, []).append(fit_power_law(k, power, SPAN))
    places = {place: float(np.mean(values)) for place, values in falls.items()}
    every = np.array([*places.values()])
    return {
        "low": float(every.min()),
        "middle": float(np.median(every)),
        "high": float(every.max()),
        "places": places,
    }


def fine_octaves(data: Path) -> dict[str, dict[str, list[float]]]:
    """Give the slope of temperature on NDVI by octave, without the footprint of TIRS."""
    fields = open_fine_fields(data)
    found = {}
    for name in GUIDED:
        field = fields[name]()
        pixel = field.attrs["pixel"]
        layers = [
            Layer(name="lst", values=field["lst"].to_numpy(), pixel=pixel, units="K",
                  transfer=transfer_of(LANDSAT, pixel)),
            Layer(name="ndvi", values=field["ndvi"].to_numpy(), pixel=pixel,
                  transfer=transfer_of("0.3", pixel)),
        ]  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            pair = analyse(layers[0], layers[1:])["pairs/ndvi"].to_dataset().sel(region="all")
        names = ("block", "slope", "nature_slope", "slope_interval", "coherence")
        found[name] = {key: np.round(pair[key].to_numpy(), 3).tolist() for key in names}
    return found
