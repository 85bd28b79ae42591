"""Clear observations of several days become one: their median, and how old it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

AGE = "age"
"""Name of the layer that says how many days away the observations are. [day]"""


def compose(observations: Sequence[xr.Dataset], days_away: Sequence[float]) -> xr.Dataset:
    """Compose observations on one grid.

    Parameters
    ----------
    observations : sequence of xarray.Dataset, dims (y, x)
        NaN where clouds or gaps are.
    days_away : sequence of float
        How far each is from the day that is wanted. [day]

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Median of the clear values of each variable, of classes (``flag_values``) the clear value
        nearest in time; NaN where no day is clear. ``age`` is the median of the days that the clear
        values of the first variable are away. [day]
    """
    order = np.argsort(np.abs(days_away), kind="stable")
    near = [observations[number] for number in order]
    ages = np.abs(np.asarray(days_away, np.float32))[order]
    composed = {}
    for name, values in near[0].data_vars.items():
        layers = _stacked([one[name] for one in near])
        how = _nearest if "flag_values" in values.attrs else _median
        composed[str(name)] = _reduced(layers, how).assign_attrs(values.attrs)
    first = next(iter(near[0].data_vars))
    clear = _stacked([one[first] for one in near]).notnull()
    away = xr.DataArray(ages, dims="day")
    age = _reduced(away.where(clear), _median)
    composed[AGE] = age.assign_attrs(units="day", long_name="age of the guide, median")
    whole: xr.Dataset = near[0].assign(composed)
    return whole


def _stacked(layers: Sequence[xr.DataArray]) -> xr.DataArray:
    """Lay fields over each other; they lie on the same pixels, but for rounding."""
    return xr.concat(layers, "day", coords="minimal", compat="override", join="override")


def _reduced(layers: xr.DataArray, how: Callable[..., NDArray[np.float32]]) -> xr.DataArray:
    whole = layers.chunk({"day": -1}) if layers.chunks is not None else layers
    reduced: xr.DataArray = xr.apply_ufunc(
        how,
        whole,
        input_core_dims=[["day"]],
        dask="parallelized",
        output_dtypes=[np.float32],
    )
    return reduced


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the median along the last axis of what is not NaN."""
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(values).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[-1] - 1), axis=-1)
    middle: NDArray[np.float32] = np.where(count > 0, (low + high) / 2, np.nan)[..., 0]
    return middle.astype(np.float32)


def _nearest(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the first along the last axis that is not NaN."""
    first = np.isfinite(values).argmax(axis=-1)[..., np.newaxis]
    return np.take_along_axis(values, first, axis=-1)[..., 0].astype(np.float32)
