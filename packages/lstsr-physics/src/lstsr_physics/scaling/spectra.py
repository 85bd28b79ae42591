"""Power at every wavelength, how fast it falls, and what of it is nature's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_physics.scaling.bootstrap import CONFIDENCE, DRAWS, SEED
from lstsr_physics.scaling.periodogram import Rings, ring_spectra
from lstsr_physics.scaling.powerlaw import fit_power_law, separate
from lstsr_physics.scaling.response import ring_mean

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

    from lstsr_physics.scaling.response import Transfer

FITTED: Final = (0.02, 0.25)
"""Wavenumbers to which slopes are fitted, or those of them that the field holds: lower ones have
few waves, higher ones are shaped by the footprint. [cycle per pixel]"""


def field_spectrum(
    field: ArrayLike, *, pixel: float, transfer: Transfer | None = None
) -> xr.Dataset:
    """Give the power of one field by wavenumber, and separate sensor and noise from nature.

    ``P = MTF^2 P_nature + noise``: noise is the flat part of the fine end beside a power law
    seen through the footprint; what is left, over MTF^2, is nature's.

    Parameters
    ----------
    field : array, shape (h, w)
        NaN where there is none; any units.
    pixel : float
        Edge of a pixel. [m]
    transfer : callable, optional
        What the sensor leaves; nothing but noise is separated without it.

    Returns
    -------
    xarray.Dataset, dims (wavenumber,), () and (..., end) for ``*_interval``
        ``power``, ``nature_power`` [unit^2 m^2], ``noise`` (standard deviation of a pixel) [unit],
        ``spectral_slope`` (of log power on log wavenumber, over `FITTED`), ``nature_slope`` [1];
        coordinate ``wavenumber`` [cycle per m].
    """
    values = np.asarray(field, np.float32)
    rings = ring_spectra((values - _level(values))[None])
    left = _left(rings, pixel, transfer)
    every = _drawn(rings)[:, 0]
    error = _error(rings)[0]
    fits = np.array([_fits(rings.wavenumber, power, left, error) for power in every])
    power = rings.power[0] * pixel**2
    fit = _fits(rings.wavenumber, rings.power[0], left, error)
    nature = _nature(every, fits[:, 1], left) * pixel**2
    variables: dict[str, Any] = {
        "power": ("wavenumber", power),
        "power_interval": (("wavenumber", "end"), _ends(every * pixel**2).T),
        "nature_power": ("wavenumber", _nature(rings.power[0], fit[1], left) * pixel**2),
        "nature_power_interval": (("wavenumber", "end"), _ends(nature).T),
    }
    ends = _ends(fits)
    for column, name in enumerate(("spectral_slope", "noise", "nature_slope")):
        variables[name] = ((), fit[column])
        variables[f"{name}_interval"] = ("end", ends[:, column])
    return _dataset(variables, rings.wavenumber / pixel)


def pair_spectrum(lst: ArrayLike, guide: ArrayLike, *, pixel: float) -> xr.Dataset:
    """Give how temperature follows a guide by wavenumber.

    Parameters
    ----------
    lst, guide : array, shape (h, w)
        Temperature [K] and guide, NaN where there is none.
    pixel : float
        Edge of a pixel. [m]

    Returns
    -------
    xarray.Dataset, dims (wavenumber,) and (wavenumber, end) for ``*_interval``
        ``transfer`` (S_TN / S_NN, real part) [K per unit of the guide], ``ring_coherence``
        (S_TN^2 / (S_TT S_NN)) and ``ring_correlation`` [1]; ``lst_power`` [K2 m2] and
        ``guide_power``, each with its standard error ``*_error``.
    """
    fields = np.stack([np.asarray(field, np.float32) for field in (lst, guide)])
    fields = fields - np.array([_level(field) for field in fields], np.float32)[:, None, None]
    rings = ring_spectra(fields)
    values, every = _related(rings.power[None])[0], _related(_drawn(rings))
    ends = _ends(every)
    variables: dict[str, Any] = {}
    for pair, name in ((0, "lst"), (2, "guide")):
        variables[f"{name}_power"] = ("wavenumber", rings.power[pair] * pixel**2)
        variables[f"{name}_power_error"] = ("wavenumber", _error(rings)[pair] * pixel**2)
    for row, name in enumerate(("transfer", "ring_correlation", "ring_coherence")):
        variables[name] = ("wavenumber", values[row])
        variables[f"{name}_interval"] = (("wavenumber", "end"), ends[:, row].T)
    return _dataset(variables, rings.wavenumber / pixel)


def _level(values: NDArray[np.float32]) -> float:
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0


def _left(rings: Rings, pixel: float, transfer: Transfer | None) -> NDArray[np.float64]:
    """Give the share of nature's power that the sensor left in each ring. [1]"""
    if transfer is None:
        return np.ones(rings.wavenumber.shape)
    return np.asarray(ring_mean(transfer, rings.wavenumber / pixel), np.float64)


def _fits(
    wavenumber: NDArray[np.float64],
    power: NDArray[np.float64],
    left: NDArray[np.float64],
    error: NDArray[np.float64],
) -> tuple[float, float, float]:
    """Give slope as measured, noise of a pixel, slope of nature."""
    if wavenumber.size == 0:
        return np.nan, np.nan, np.nan
    law = separate(wavenumber, power, left, error)
    return fit_power_law(wavenumber, power, FITTED, error), np.sqrt(law.noise), law.slope


def _nature(
    power: NDArray[np.float64], noise: NDArray[np.float64] | float, left: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take off the noise and undo the footprint; NaN where the noise hides nature."""
    less = power - np.asarray(noise)[..., None] ** 2
    return np.where(less > 0, less, np.nan) / left


def _error(rings: Rings) -> NDArray[np.float64]:
    """Give the standard error of the power, shape (pairs, rings)."""
    return np.asarray(np.sqrt((rings.pulls**2).sum(axis=0)))


def _drawn(rings: Rings) -> NDArray[np.float64]:
    """Draw neighbourhoods again and again; shape (draws, pairs, rings)."""
    held = rings.pulls[np.any(rings.pulls != 0, axis=(1, 2))]
    if not len(held):
        return np.repeat(rings.power[None], 2, axis=0)
    generator = np.random.default_rng(SEED)
    counts = generator.multinomial(len(held), np.full(len(held), 1 / len(held)), size=DRAWS)
    return np.asarray(rings.power + np.tensordot(counts, held, axes=1))


def _related(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give transfer, correlation, coherence from (n, 3, rings)."""
    lst, shared, guide = power[:, 0], power[:, 1], power[:, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        transfer = np.where(guide > 0, shared / guide, np.nan)
        correlation = np.where((guide > 0) & (lst > 0), shared / np.sqrt(lst * guide), np.nan)
    return np.stack((transfer, correlation, correlation**2), axis=1)


def _ends(every: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the ends of the interval over the first axis; NaN where nothing was drawn."""
    tail = (1 - CONFIDENCE) / 2
    known = np.where(np.isfinite(every), every, np.inf)
    ends = np.quantile(known, (tail, 1 - tail), axis=0, method="nearest")
    return np.where(np.isfinite(ends), ends, np.nan)


def _dataset(variables: dict[str, Any], wavenumber: NDArray[np.float64]) -> xr.Dataset:
    import xarray as xr

    where = ("wavenumber", wavenumber, {"units": "m-1", "long_name": "cycles per metre"})
    return xr.Dataset(variables, {"wavenumber": where, "end": ["low", "high"]})
