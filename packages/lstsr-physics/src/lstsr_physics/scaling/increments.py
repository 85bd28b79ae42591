"""How much a field differs from itself a little further on: structure functions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_physics.scaling.bootstrap import TILES, interval, neighbourhoods

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import ArrayLike, NDArray

ORDERS: Final = (1, 2, 3, 4)
"""Orders of the structure functions. [1]"""
LONGEST: Final = 4
"""Longest lag is the edge of the field over this: of longer ones there are few independent. [1]"""
FITTED: Final = (4, 64)
"""Lags to which exponents are fitted: the footprint smooths shorter ones; where the field is
small, the longest lag is an eighth of its edge. [pixel]"""
MOST_PAIRS: Final = 2**22
"""Pairs that are taken at one lag in one direction at most, spread evenly. [1]"""
DENSE: Final = 4
"""Starting points of increments lie no further apart than the lag over this: closer ones measure
the same again. [1]"""
AXES: Final = 2
"""Directions: along the rows and along the columns; their sums are added. [1]"""


def structure_functions(field: ArrayLike, *, pixel: float) -> xr.Dataset:
    """Give the moments of the increments of a field over ever longer lags.

    ``S_q(r) = <|x(p + r) - x(p)|^q>`` over all pairs of measured pixels a lag r apart, along
    rows and columns; exponents zeta_q of ``S_q ~ r^zeta_q`` over `FITTED`. A gap takes its
    pairs away and biases nothing.

    Parameters
    ----------
    field : array, shape (h, w)
        NaN where there is none; any units.
    pixel : float
        Edge of a pixel. [m]

    Returns
    -------
    xarray.Dataset, dims (order, lag), (order,), (lag,) and (..., end) for ``*_interval``
        ``structure_function`` (unit of the field to the power of the order), ``exponent`` [1],
        ``increment_variance`` (order 2), ``flatness`` (S_4 / S_2^2, 3 for Gaussian increments)
        [1], ``pairs`` [1]; ``lag`` in m. NaN where there are no pairs.

    References
    ----------
    .. [1] Frisch, "Turbulence: the legacy of A. N. Kolmogorov", 1995, chapter 8,
       :doi:`10.1017/CBO9781139170666`
    """
    values = np.asarray(field)
    steps = lags(values.shape)
    sums = np.stack([_sums(values, step) for step in steps], axis=1)
    fitted = (steps >= FITTED[0]) & (steps <= min(FITTED[1], max(min(values.shape) // 8, 8)))
    flat = sums.reshape(len(sums), -1)
    total, shape = flat.sum(axis=0)[None], sums.shape[1:]

    def moments(totals: NDArray[np.float64]) -> NDArray[np.float64]:
        return _moments(totals.reshape(-1, *shape)).reshape(len(totals), -1)

    def exponents(totals: NDArray[np.float64]) -> NDArray[np.float64]:
        return _exponents(_moments(totals.reshape(-1, *shape)), np.log(steps), fitted)

    return _dataset(
        np.asarray(steps * pixel, np.float64),
        sums.sum(axis=0)[:, 0],
        (moments(total)[0], interval(flat, moments)),
        (exponents(total)[0], interval(flat, exponents)),
    )


def lags(shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Give lags that double every second step, up to a part of the field's edge. [pixel]"""
    longest = max(1, min(shape) // LONGEST)
    steps = np.round(2 ** np.arange(0, np.log2(longest) + 0.1, 0.5)).astype(np.int64)
    return np.unique(steps[steps <= longest])


def _sums(values: NDArray[Any], step: int) -> NDArray[np.float64]:
    """Count pairs and add up powers of their increments; shape (tiles, 1 + orders)."""
    sums = np.sum([neighbourhoods(powers) for powers in _powers(values, step)], axis=0)
    return np.pad(sums, ((0, TILES**2 - len(sums)), (0, 0)))  # a small field has fewer


def _powers(values: NDArray[Any], step: int) -> Iterator[NDArray[Any]]:
    rows, columns = (size - step for size in values.shape)
    every = _every(step, rows, columns)
    ahead, behind = slice(step, None), slice(None, -step)
    for one, other in (
        (values[:, ahead], values[:, behind]),
        (values[ahead], values[behind]),
    ):
        # Both directions give the same tiles: what one has beyond the other is left out.
        steps = np.abs(one[:rows:every, :columns:every] - other[:rows:every, :columns:every])
        held = np.isfinite(steps)
        steps[~held] = 0
        stack = np.empty((1 + len(ORDERS), *steps.shape), steps.dtype)
        stack[0], stack[1] = held, steps
        for order in ORDERS[1:]:
            np.multiply(stack[order - 1], steps, out=stack[order])
        yield stack


def _every(step: int, rows: int, columns: int) -> int:
    """Give the distance of starting points. [pixel]"""
    wanted = max(step // DENSE, math.isqrt(rows * columns // MOST_PAIRS))
    return max(1, min(wanted, min(rows, columns) // TILES))


def _moments(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give S_1 .. S_4 and flatness from totals, (n, lags, 5); (n, 5, lags)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        means = totals[..., 1:] / totals[..., :1]
        flatness = means[..., 3] / means[..., 1] ** 2
    return np.moveaxis(np.concatenate((means, flatness[..., None]), axis=-1), 1, 2)


def _exponents(
    moments: NDArray[np.float64], log_lag: NDArray[np.float64], fitted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Fit straight lines to log S_q over log r; shape (n, orders)."""
    if fitted.sum() < AXES:
        return np.full((len(moments), len(ORDERS)), np.nan)
    x = log_lag[fitted] - log_lag[fitted].mean()
    with np.errstate(divide="ignore"):
        y = np.log(moments[:, : len(ORDERS), fitted])
    return np.asarray((y * x).sum(axis=-1) / (x**2).sum())


def _dataset(
    lag: NDArray[np.float64],
    pairs: NDArray[np.float64],
    moments: tuple[NDArray[np.float64], NDArray[np.float64]],
    exponents: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> xr.Dataset:
    import xarray as xr

    values = moments[0].reshape(-1, lag.size)
    ends = np.moveaxis(moments[1].reshape(2, -1, lag.size), 0, -1)
    variance = ORDERS.index(2)
    return xr.Dataset(
        {
            "structure_function": (("order", "lag"), values[:-1]),
            "structure_function_interval": (("order", "lag", "end"), ends[:-1]),
            "increment_variance": ("lag", values[variance]),
            "increment_variance_interval": (("lag", "end"), ends[variance]),
            "flatness": ("lag", values[-1], {"units": "1"}),
            "flatness_interval": (("lag", "end"), ends[-1], {"units": "1"}),
            "exponent": ("order", exponents[0], {"units": "1"}),
            "exponent_interval": (("order", "end"), exponents[1].T, {"units": "1"}),
            "pairs": ("lag", pairs, {"units": "1"}),
        },
        {
            "order": [*ORDERS],
            "lag": ("lag", lag, {"units": "m"}),
            "end": ["low", "high"],
        },
    )
