"""Figures of an analysis, one a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_physics.scaling.analysis import ALL

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

KILOMETRE: Final = 1000.0
"""Metres. [m]"""
SHADE: Final = 0.2
"""Opacity of the intervals. [1]"""
MOST_REGIONS: Final = 8
"""Regions that a figure tells apart. [1]"""


def figures(tree: xr.DataTree) -> Iterator[tuple[str, Figure]]:
    """Draw an analysis.

    Parameters
    ----------
    tree : xarray.DataTree
        Of `analyse`.

    Yields
    ------
    (str, matplotlib.figure.Figure)
        Name and figure: ``structure``, ``spectra``, and of each pair ``octaves-NAME`` and, where
        there are regions, ``regions-NAME``.
    """
    fields = {name: node.to_dataset() for name, node in tree["fields"].children.items()}
    yield "structure", draw_structure(fields)
    yield "spectra", draw_spectra(fields)
    pairs = tree["pairs"].children if "pairs" in tree.children else {}
    for name, node in pairs.items():
        pair = node.to_dataset()
        yield f"octaves-{name}", draw_octaves(pair, name)
        if pair.sizes["region"] > 1:
            yield f"regions-{name}", draw_regions(pair, name)


def draw_structure(fields: dict[str, xr.Dataset]) -> Figure:
    """Draw structure functions, increment variance and flatness of each field."""
    figure, axes = _panels(len(fields) + 1)
    for panel, (name, node) in zip(axes, fields.items(), strict=False):
        whole = node.sel(region=ALL)
        lag = whole["lag"].to_numpy() / KILOMETRE
        for order in whole["order"].to_numpy():
            one = whole.sel(order=order)
            exponent = float(one["exponent"])
            label = f"order {order}: exponent {exponent:.2f}"
            _line(panel, lag, _named(one, "structure_function"), label)
        _logarithmic(panel, "lag [km]", f"structure functions of {name} [{_units(node)}$^q$]")
        flatness = _named(whole, "flatness")
        _line(axes[-1], lag, flatness, name)
    axes[-1].axhline(3.0, color="0.5", linewidth=0.8)
    _logarithmic(axes[-1], "lag [km]", "flatness of increments (3: Gaussian) [1]")
    return figure


def draw_spectra(fields: dict[str, xr.Dataset]) -> Figure:
    """Draw the power of each field as measured, of nature alone, and the noise."""
    figure, axes = _panels(len(fields))
    for panel, (name, node) in zip(axes, fields.items(), strict=True):
        whole = node.sel(region=ALL).dropna("wavenumber", subset=["power"])
        wave = whole["wavenumber"].to_numpy() * KILOMETRE
        slopes = float(whole["spectral_slope"]), float(whole["nature_slope"])
        measured = f"measured: slope {slopes[0]:.2f}"
        _line(panel, wave, _named(whole, "power"), measured)
        nature = f"without footprint and noise: {slopes[1]:.2f}"
        _line(panel, wave, _named(whole, "nature_power"), nature)
        floor = (float(whole["noise"]) * node.attrs["pixel"]) ** 2
        if floor > 0:
            panel.axhline(floor, color="0.5", linestyle=":", label=f"noise {whole['noise']:.2g}")
        _logarithmic(panel, "wavenumber [cycle/km]", f"power of {name} [({_units(node)} m)$^2$]")
    return figure


def draw_octaves(pair: xr.Dataset, name: str) -> Figure:
    """Draw slope, gain, coherence and variance of each octave, and the transfer between them."""
    figure, axes = _panels(3)
    whole = pair.sel(region=ALL).dropna("octave", subset=["slope"])
    wave = whole["wavelength"].to_numpy() / KILOMETRE
    slope, coherence, variance = axes
    _line(slope, wave, _named(whole, "slope"), "octaves", "o-")
    bent = _named(whole, "nature_slope")
    if not np.allclose(bent[0], whole["slope"], equal_nan=True):
        _line(slope, wave, bent, "without footprints", "s--")
    longer = 1 / (pair["wavenumber"].to_numpy() * KILOMETRE)
    ring = pair.sel(region=ALL)
    _line(slope, longer, _named(ring, "transfer"), "spectra", "-")
    _wavelengths(slope, f"slope of LST on {name} [{pair.attrs['units']}]")
    slope.axhline(0.0, color="0.5", linewidth=0.8)
    _line(coherence, wave, _named(whole, "coherence"), "octaves", "o-")
    _line(coherence, longer, _named(ring, "ring_coherence"), "spectra", "-")
    _wavelengths(coherence, f"coherence of LST and {name} [1]")
    coherence.set_ylim(0, 1)
    _line(variance, wave, _named(whole, "lst_variance"), "LST", "o-")
    variance.set_yscale("log")
    _wavelengths(variance, "variance of LST in the octave [K$^2$]")
    return figure


def draw_regions(pair: xr.Dataset, name: str) -> Figure:
    """Draw the slope and the coherence of each octave, region by region."""
    figure, (slope, coherence) = _panels(2)
    wave = pair["wavelength"].to_numpy() / KILOMETRE
    for region in pair["region"].to_numpy()[: MOST_REGIONS + 1]:
        one = pair.sel(region=region)
        _line(slope, wave, _named(one, "slope"), str(region), "o-")
        _line(coherence, wave, _named(one, "coherence"), str(region), "o-")
    _wavelengths(slope, f"slope of LST on {name} [{pair.attrs['units']}]")
    _wavelengths(coherence, f"coherence of LST and {name} [1]")
    return figure


def _panels(count: int) -> tuple[Figure, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.3 * count, 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(1, count, squeeze=False)[0]


def _named(node: xr.Dataset, name: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Give a variable and its interval."""
    return node[name], node[f"{name}_interval"]


def _line(
    panel: Axes, x: ArrayLike, band: tuple[ArrayLike, ArrayLike], label: str, style: str = "-"
) -> None:
    """Draw values and their interval, shaped (n,) and (n, 2)."""
    place, values = np.asarray(x), np.asarray(band[0])
    held = np.isfinite(values)
    (line,) = panel.plot(place[held], values[held], style, label=label, markersize=4)
    low, high = np.moveaxis(np.asarray(band[1]), -1, 0)
    panel.fill_between(place, low, high, color=line.get_color(), alpha=SHADE, linewidth=0)


def _logarithmic(panel: Axes, x: str, y: str) -> None:
    panel.set(xscale="log", yscale="log", xlabel=x, ylabel=y)
    panel.legend(frameon=False, fontsize=8)


def _wavelengths(panel: Axes, y: str) -> None:
    panel.set(xscale="log", xlabel="wavelength [km]", ylabel=y)
    panel.legend(frameon=False, fontsize=8)


def _units(node: xr.Dataset) -> str:
    return str(node.attrs["units"])
