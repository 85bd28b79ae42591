"""Values that the quantity they are named after cannot have are refused, with a guess at why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from lstsr_core.errors import SceneError
from lstsr_core.vocabulary import CELSIUS_RANGE, GUIDES, KELVIN, LST_RANGE, LST_USUAL, MODIS_COUNTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROUNDING = 1e-6
"""How far a guide may pass the end of its range; unit of the guide."""


def check_lst(lst: xr.DataArray, *, where: str = "the coarse temperature") -> None:
    """Refuse a temperature that is empty or not in kelvin.

    Parameters
    ----------
    lst : xarray.DataArray, dims (y, x)
        Land surface temperature. [K]
    where : str
        What to call it in the message.

    Raises
    ------
    SceneError
        ``UNITS_UNKNOWN``, ``NO_VALID_PIXELS`` or ``SCALE_SUSPECT``.
    """
    if lst.attrs.get("units", "K") not in KELVIN:
        raise SceneError(
            "UNITS_UNKNOWN",
            found=f"{where} in {lst.attrs['units']!r}",
            expected="kelvin",
            remedy="name the units: --units celsius or --units fahrenheit",
        )
    values = np.asarray(lst.data)
    check_kelvin(values[np.isfinite(values)], where=where)


def check_kelvin(measured: NDArray[np.floating[Any]], *, where: str) -> None:
    """Refuse measured values that no land surface has.

    Parameters
    ----------
    measured : array, shape (n,)
        Finite values. [K]
    where : str
        What to call them in the message.

    Raises
    ------
    SceneError
        ``NO_VALID_PIXELS`` or ``SCALE_SUSPECT``.
    """
    if measured.size == 0:
        raise SceneError(
            "NO_VALID_PIXELS",
            found=f"no measured value in {where}",
            expected="at least one pixel with a temperature",
            remedy="choose another date or area, or check the fill value and the cloud mask",
        )
    middle = float(np.median(measured))
    low, high = float(measured.min()), float(measured.max())
    usual = LST_USUAL[0] <= middle <= LST_USUAL[1]
    if usual and low >= LST_RANGE[0] and high <= LST_RANGE[1]:
        return
    raise SceneError(
        "SCALE_SUSPECT",
        found=f"{where}: median {middle:g}, from {low:g} to {high:g}",
        expected=f"kelvin, median {LST_USUAL[0]:g} to {LST_USUAL[1]:g}, "
        f"none outside {LST_RANGE[0]:g} to {LST_RANGE[1]:g}",
        remedy=_guess(middle),
    )


def _guess(middle: float) -> str:
    if LST_RANGE[0] <= middle <= LST_RANGE[1]:
        return "some pixels are fill values: name them by --nodata VALUE"
    if CELSIUS_RANGE[0] <= middle <= CELSIUS_RANGE[1]:
        return "if these are degrees Celsius: --units celsius (Fahrenheit: --units fahrenheit)"
    if CELSIUS_RANGE[1] < middle < LST_RANGE[0]:
        return "if these are degrees Fahrenheit: --units fahrenheit"
    if MODIS_COUNTS[0] <= middle <= MODIS_COUNTS[1]:
        return (
            "if these are MODIS or VIIRS counts: --scale 0.02; "
            "if Landsat Collection 2: --scale 0.00341802 --offset 149"
        )
    return "give the scale of the counts by --scale, the units by --units"


def check_ranges(guide: xr.Dataset) -> None:
    """Refuse guides whose values cannot be the quantity they are named after.

    Raises
    ------
    SceneError
        ``SCALE_SUSPECT``.
    """
    for name, values in guide.data_vars.items():
        known = GUIDES.get(str(name))
        if known is None:
            continue
        ends = xr.Dataset({"low": values.min(), "high": values.max()}).compute()
        low, high = float(ends["low"]), float(ends["high"])
        if low < known.low - ROUNDING or high > known.high + ROUNDING:
            raise SceneError(
                "SCALE_SUSPECT",
                found=f"the guide {name!r} from {low:g} to {high:g}",
                expected=f"{known.long_name}, {known.low:g} to {known.high:g} [{known.units}]",
                remedy=f"give its scale: --guide-scale {name}=0.0001; or its fill value: "
                f"--nodata VALUE; or name it otherwise if it is something else",
            )
