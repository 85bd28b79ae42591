"""Figures of docs/science, for `scale_table.py`."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lstsr_physics.footprints import footprint_at

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]

KM = 1000.0
TICKS = (0.125, 0.25, 0.5, 1, 2, 4)
"""Blocks that the axes name. [km]"""
SHOWN = (0.1, 4.0)
"""Blocks of the fine scenes that are shown. [km]"""
FINE = 231.656
"""Fine pixel of the database. [m]"""


def panels(count: int, width: float = 5.2) -> tuple[Figure, Any]:
    """Make a figure of so many panels in a row."""
    figure = Figure(figsize=(width * count, 4.0), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, np.atleast_1d(figure.subplots(1, count))


def draw_slopes(rows: list[dict[str, Any]], heihe: dict[str, Any]) -> Figure:
    """Draw the slopes of the octaves as seen, and without the instruments."""
    figure, (seen, nature) = panels(2)
    for how in dict.fromkeys(row["ndvi_laid_by"] for row in rows):
        one = [row for row in rows if row["ndvi_laid_by"] == how]
        block = np.array([row["block_m"] for row in one]) / KM
        (line,) = seen.plot(block, [row["slope"] for row in one], "o-", label=f"NDVI laid by {how}")
        ends = [[row[end] for row in one] for end in ("slope_low", "slope_high")]
        seen.fill_between(block, *ends, color=line.get_color(), alpha=0.2, linewidth=0)
        nature.plot(block, [row["nature_slope"] for row in one], "o-", label=f"NDVI laid by {how}")
        ends = [[row[end] for row in one] for end in ("nature_low", "nature_high")]
        nature.fill_between(block, *ends, color=line.get_color(), alpha=0.15, linewidth=0)
    block = np.array(heihe["block"]) / KM
    held = (block >= SHOWN[0]) & (block <= SHOWN[1])
    for panel, key in ((seen, "slope"), (nature, "nature_slope")):
        slopes = np.array(heihe[key], float)[held]
        panel.plot(block[held], slopes, "k^--", label="Landsat, Heihe oasis")
        panel.set(xscale="log", xlabel="block of the octave [km]", ylim=(-34, 0))
        panel.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
        panel.set_xticks([], minor=True)
        panel.legend(frameon=False, fontsize=8)
    seen.set_ylabel("slope of LST on NDVI as measured [K]")
    nature.set_ylabel("slope without instruments and resampling [K]")
    return figure


def draw_spectra(spectrum: tuple[Array, Array], sigma: float, fall: dict[str, Any]) -> Figure:
    """Draw ASTER's mean spectrum, nature's power law, and the two multiplied."""
    figure, (panel, modulation) = panels(2)
    k, power = spectrum
    law = k ** fall["middle"]
    left = np.exp(-4 * (np.pi * sigma * k) ** 2)
    level = np.exp(np.mean(np.log(power / (law * left))[(k > 1 / 3700) & (k < 1 / 500)]))
    panel.loglog(k * KM, power, "o", label="ASTER, mean of the scenes")
    panel.loglog(k * KM, level * law, label=f"nature: exponent {fall['middle']:.2f}")
    panel.loglog(k * KM, level * law * left, "--", label=f"seen through sigma = {sigma:.0f} m")
    panel.set(xlabel="wavenumber [cycle/km]", ylabel="power of LST [K$^2$ m$^2$]")
    panel.legend(frameon=False, fontsize=8)
    modulation.semilogx(1 / k, np.sqrt(power / (level * law)), "o", label="spectrum")
    modulation.semilogx(1 / k, np.sqrt(left), "--", label="Gaussian")
    modulation.set(
        xlabel="wavelength [m]", ylabel="modulation that ASTER leaves [1]", ylim=(0, 1.6)
    )
    modulation.legend(frameon=False, fontsize=8)
    return figure


def draw_footprints(found: dict[str, Any]) -> Figure:
    """Draw MODIS footprints by view angle, and the one that was found."""
    figure, axes = panels(2)
    for panel, axis, index in ((axes[0], "columns", 0), (axes[1], "rows", 1)):
        for zenith in (0, 30, 60):
            profile = getattr(footprint_at("modis", zenith), axis)
            taps = profile.taps(50.0)
            x = (taps.first + np.arange(taps.weights.size)) * 0.05
            panel.plot(x, taps.weights / 0.05, label=f"geometry, view zenith {zenith}")
        sigma = found["sigma"]["median"][index] * FINE / KM
        x = np.linspace(-3, 3, 301)
        gauss = np.exp(-0.5 * (x / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
        panel.plot(x, gauss, "k--", label=f"found against ASTER: sigma {sigma:.2f} km")
        panel.set(xlim=(-3, 6), xlabel=f"along the {axis} [km]", ylabel="weight [1/km]")
        panel.legend(frameon=False, fontsize=8)
    return figure
