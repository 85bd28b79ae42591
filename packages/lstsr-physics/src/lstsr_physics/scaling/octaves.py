"""How much of a temperature a guide tells, octave by octave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_physics.scaling.bootstrap import interval, neighbourhoods
from lstsr_physics.scaling.pyramid import CHILDREN, SPREAD, Level, levels

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

MIDDLE: Final = 2.0 * np.sqrt(2.0)
"""Middle wavelength of an octave over the edge of its finer blocks: means over b less means over
2 b hold wavelengths of 2 b to 4 b. [1]"""
STATISTICS: Final = {
    "slope": "K per unit of the guide",
    "gain": "K per unit of the guide",
    "correlation": "1",
    "coherence": "1",
    "lst_variance": "K2",
    "guide_variance": "square of the unit of the guide",
}
"""What is given for every octave, with units."""
ENDS: Final = ("low", "high")
"""Names of the ends of a confidence interval."""


def octave_statistics(
    lst: ArrayLike,
    guide: ArrayLike,
    *,
    pixel: float,
    octaves: int,
    weights: ArrayLike | None = None,
) -> xr.Dataset:
    """Compare temperature and guide octave by octave.

    Octave n of a field is its mean over blocks of 2^n pixels less its mean over the blocks of
    twice the edge that hold them. Gaps neither fill nor bias it: every block counts by what was
    measured in it, and what an incomplete mean lets through of finer octaves is taken off.

    Parameters
    ----------
    lst : array, shape (h, w)
        Temperature, NaN where there is none. [K]
    guide : array, shape (h, w)
        On the same pixels, NaN where there is none; any units.
    pixel : float
        Edge of a pixel. [m]
    octaves : int
        How many octaves, the finest first. [1]
    weights : array, shape (h, w), optional
        How much each pixel counts, such as 1 inside a land-cover class and 0 outside. [1]

    Returns
    -------
    xarray.Dataset, dims (octave,) and (octave, end) for the 90 % intervals ``*_interval``
        ``slope`` of temperature on guide (the transfer S_TN / S_NN), ``gain`` (amplitude of
        temperature over that of the guide, positive) [K per unit], ``correlation``, ``coherence``
        (its square) [1], ``lst_variance`` [K2], ``guide_variance``, ``count`` (blocks that take
        part; an incomplete one counts less) [1]; coordinates ``block`` (edge of the finer
        blocks) and ``wavelength`` (middle of the octave, `MIDDLE` blocks) [m]. NaN where an
        octave holds nothing.
    """
    fields, held = _prepared(lst, guide, weights)
    found: list[NDArray[np.float64]] = []
    ends, counts = [], []
    for level in levels(fields, held, octaves):
        sums = neighbourhoods(_corrected(level, found))
        total = sums.sum(axis=0)
        found.append(_variances(total[None])[0])
        ends.append(interval(sums, _statistics))
        counts.append(total[-1] * SPREAD / CHILDREN**level.octave)
    values = np.array([_from_variances(variances[None])[0] for variances in found])
    return _dataset(values, np.array(ends), np.array(counts), pixel)


def _prepared(
    lst: ArrayLike, guide: ArrayLike, weights: ArrayLike | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give both fields less their means, 0 in the gaps of either, and the weights."""
    pair = [np.asarray(field) for field in (lst, guide)]
    measured = np.isfinite(pair[0]) & np.isfinite(pair[1])
    held = measured.astype(np.float32)
    if weights is not None:
        held *= np.nan_to_num(np.asarray(weights, np.float32))
    fields = np.zeros((2, *measured.shape), np.float32)
    for field, values in zip(fields, pair, strict=True):
        level = values[measured].mean(dtype=np.float64) if measured.any() else 0.0
        np.subtract(values, level, out=field, where=measured, casting="same_kind")
    return fields, held


def _corrected(level: Level, finer: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Take off what the finer octaves leaked; products first, then freedom; (4, h, w)."""
    products = level.products.astype(np.float64)
    for leaked, variances in zip(level.leakage, finer, strict=True):
        products -= leaked * np.nan_to_num(variances)[:, None, None]
    return np.concatenate((products, level.freedom[None]))


def _variances(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give variance, covariance and variance from totals, shape (n, 4)."""
    freedom = np.where(totals[:, -1:] > 0, totals[:, -1:], np.nan)
    variances: NDArray[np.float64] = totals[:, :-1] / (freedom * SPREAD)
    return variances


def _statistics(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    return _from_variances(_variances(totals))


def _from_variances(variances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give `STATISTICS` from variance of LST, covariance, variance of the guide, (n, 3)."""
    lst, shared, guide = variances.T
    with np.errstate(divide="ignore", invalid="ignore"):
        varies = np.where(guide > 0, guide, np.nan)
        slope, gain = shared / varies, np.sqrt(np.maximum(lst, 0) / varies)
        correlation = np.where(gain > 0, slope / gain, np.nan)
    return np.stack((slope, gain, correlation, correlation**2, lst, guide), axis=1)


def _dataset(
    values: NDArray[np.float64],
    ends: NDArray[np.float64],
    counts: NDArray[np.float64],
    pixel: float,
) -> xr.Dataset:
    import xarray as xr

    octave = np.arange(len(values))
    block = pixel * 2.0**octave
    variables: dict[str, Any] = {"count": ("octave", counts, {"units": "1"})}
    for column, (name, units) in enumerate(STATISTICS.items()):
        variables[name] = ("octave", values[:, column], {"units": units})
        variables[f"{name}_interval"] = (("octave", "end"), ends[..., column], {"units": units})
    metres = {"units": "m"}
    coords = {
        "octave": octave,
        "end": [*ENDS],
        "block": ("octave", block, metres),
        "wavelength": ("octave", block * MIDDLE, metres),
    }
    return xr.Dataset(variables, coords)
