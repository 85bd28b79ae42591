"""Everything that is known of how a temperature, its guides and their pairs change with scale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SceneError
from lstsr_core.plausible import check_kelvin
from lstsr_physics.scaling.increments import structure_functions
from lstsr_physics.scaling.octaves import octave_statistics
from lstsr_physics.scaling.powerlaw import separate
from lstsr_physics.scaling.response import pixel_transfer, ring_mean, seen_slope
from lstsr_physics.scaling.spectra import field_spectrum, pair_spectrum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_physics.scaling.response import Transfer

ALL: Final = "all"
"""Name of the region that holds every pixel."""
FEWEST: Final = 1024
"""Measured pixels below which a region is left out. [pixel]"""
FEWEST_BLOCKS: Final = 4
"""Blocks along the shorter edge of the field in the longest octave. [1]"""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A field to analyse.

    Parameters
    ----------
    name : str
        What it is called in the results.
    values : array, shape (h, w)
        NaN where there is none.
    pixel : float
        Edge of a pixel. [m]
    units : str
        Units of `values`.
    transfer : callable, optional
        What the sensor leaves at wavenumbers along columns and rows [cycle per m]. [1]
    """

    name: str
    values: NDArray[np.float32]
    pixel: float
    units: str = "1"
    transfer: Transfer | None = None


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """A guide on the pixels of the temperature.

    Parameters
    ----------
    lst, guide : Layer
        The temperature, and the guide on its own pixels; its values come laid beside them.
    """

    lst: Layer
    guide: Layer


def analyse(
    lst: Layer,
    guides: Sequence[Layer] = (),
    *,
    laid: Mapping[str, NDArray[np.float32]] | None = None,
    regions: Mapping[str, NDArray[np.bool_]] | None = None,
) -> xr.DataTree:
    """Measure a temperature, its guides and their pairs from the finest pixel upwards.

    Parameters
    ----------
    lst : Layer
        Temperature. [K]
    guides : sequence of Layer
        Each on its own grid.
    laid : mapping of str to array, optional
        Guides by name on the grid of the temperature, where their own is another.
    regions : mapping of str to array, optional
        Land-cover classes or windows, on the grid of the temperature; pairs and temperature are
        also measured in each of them.

    Returns
    -------
    xarray.DataTree
        ``/fields/NAME`` (structure functions and spectra, see `structure_functions` and
        `field_spectrum`) and ``/pairs/NAME`` (octaves and cross-spectra, see
        `octave_statistics` and `pair_spectrum`; ``nature_slope`` is ``slope`` without what the
        instruments bend). dims: region first, where there are regions.

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` or ``SCALE_SUSPECT`` where the temperature is none;
        ``GRID_NOT_NESTED`` where a laid guide has another shape.
    """
    import xarray as xr

    check_kelvin(lst.values[np.isfinite(lst.values)], where="the temperature")
    places = {ALL: np.ones(lst.values.shape, bool), **(regions or {})}
    nodes = {f"/fields/{lst.name}": _by_region(lst.values, places, partial(_of_field, lst))}
    for guide in guides:
        whole = {ALL: np.ones(guide.values.shape, bool)}
        pair = np.stack((lst.values, _on_grid(lst, guide, laid or {})))
        both = Pairing(lst=lst, guide=guide)
        nodes[f"/fields/{guide.name}"] = _by_region(guide.values, whole, partial(_of_field, guide))
        nodes[f"/pairs/{guide.name}"] = _by_region(pair, places, partial(_of_pair, both))
    return xr.DataTree.from_dict(nodes)


def _on_grid(
    lst: Layer, guide: Layer, laid: Mapping[str, NDArray[np.float32]]
) -> NDArray[np.float32]:
    values = laid.get(guide.name, guide.values)
    if values.shape != lst.values.shape:
        raise SceneError(
            "GRID_NOT_NESTED",
            found=f"{guide.name} of {values.shape} beside a temperature of {lst.values.shape}",
            expected="both on the same pixels",
            remedy="lay the guide on the grid of the temperature first",
        )
    return values


def _by_region(
    values: NDArray[np.float32],
    places: Mapping[str, NDArray[np.bool_]],
    measure: Callable[..., xr.Dataset],
) -> xr.Dataset:
    """Measure each region that holds enough, cut to its rectangle, and join the results."""
    import xarray as xr

    found: dict[str, xr.Dataset] = {}
    for name, place in places.items():
        cut = _cut(values, place)
        if np.isfinite(cut).reshape(-1, *cut.shape[-2:]).all(axis=0).sum() >= FEWEST:
            found[name] = measure(*cut.reshape(-1, *cut.shape[-2:]))
    if not found:
        raise SceneError(
            "NO_VALID_PIXELS",
            found=f"fewer than {FEWEST} pixels measured in all fields",
            expected="more, or a larger scene",
            remedy="check the masks, and that the files cover the same ground",
        )
    names = xr.DataArray([*found], dims="region", name="region")
    return xr.concat([*found.values()], names, join="outer", coords="minimal", compat="override")


def _cut(values: NDArray[np.float32], place: NDArray[np.bool_]) -> NDArray[np.float32]:
    if place.all():
        return values
    rows, columns = (np.flatnonzero(place.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return values[..., :0, :0]
    inside = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.where(place[inside], values[(..., *inside)], np.float32(np.nan))


def _of_field(layer: Layer, values: NDArray[np.float32]) -> xr.Dataset:
    moments = structure_functions(values, pixel=layer.pixel)
    spectrum = field_spectrum(values, pixel=layer.pixel, transfer=layer.transfer)
    both = moments.merge(spectrum)
    return both.assign_attrs(units=layer.units, pixel=layer.pixel)


def _of_pair(pairing: Pairing, lst: NDArray[np.float32], guide: NDArray[np.float32]) -> xr.Dataset:
    pixel = pairing.lst.pixel
    octaves = max(1, int(np.log2(max(2, min(lst.shape) // FEWEST_BLOCKS))) + 1)
    measured = octave_statistics(lst, guide, pixel=pixel, octaves=octaves)
    spectrum = pair_spectrum(lst, guide, pixel=pixel)
    falls = [
        _fall(spectrum, name, layer, pixel)
        for name, layer in (("lst", pairing.lst), ("guide", pairing.guide))
    ]
    bent = measured["block"].copy(data=_bent(measured["block"].to_numpy(), pairing, falls))
    both = measured.merge(spectrum)
    both["nature_slope"] = both["slope"] / bent
    both["nature_slope_interval"] = both["slope_interval"] / bent
    return both.assign_attrs(units=slope_units(pairing.guide.units), pixel=pixel)


def slope_units(units: str) -> str:
    """Give the units of a temperature over those of a guide."""
    return "K" if units == "1" else f"K / ({units})"


def _fall(spectrum: xr.Dataset, name: str, layer: Layer, pixel: float) -> float:
    """Give the exponent of nature's power; NaN where it is not known."""
    wavenumber = spectrum["wavenumber"].to_numpy()
    left = ring_mean(layer.transfer, wavenumber) if layer.transfer else np.ones(wavenumber.shape)
    power, error = (spectrum[f"{name}_power{what}"].to_numpy() for what in ("", "_error"))
    return separate(wavenumber * pixel, power, np.asarray(left, np.float64), error).slope


def _bent(blocks: NDArray[np.float64], pairing: Pairing, falls: list[float]) -> NDArray[np.float64]:
    """Give the slope of each octave as the instruments show it over the true one; 1 if unknown."""
    layers, pixel = (pairing.lst, pairing.guide), pairing.lst.pixel
    if all(layer.transfer is None for layer in layers) or not np.isfinite(falls).all():
        return np.ones(blocks.shape)
    one, other = (layer.transfer or pixel_transfer(pixel) for layer in layers)

    def cross(columns: Any, rows: Any) -> Any:  # noqa: ANN401  arrays of any float
        return one(columns, rows) * other(columns, rows)

    def power(columns: Any, rows: Any) -> Any:  # noqa: ANN401  arrays of any float
        return other(columns, rows) ** 2

    shared = (sum(falls) / 2, falls[1])
    shown = [seen_slope(b, pixel, cross=cross, power=power, falls=shared) for b in blocks]
    return np.array(shown)
