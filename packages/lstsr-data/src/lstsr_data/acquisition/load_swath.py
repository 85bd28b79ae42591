"""Granules that are swaths: decoded as they were scanned, then laid on the pixels of an area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from lstsr_core import SceneError
from lstsr_data.swath import lay_swath
from lstsr_data.swath_part import part_near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lstsr_core import Sensor
    from lstsr_data.acquisition.window import Window

REACHED: Final = "reached"
"""Field that is 1 where a measurement, whatever it saw, lies within reach, else NaN. [1]"""
TIMES: Final = ("start_datetime", "end_datetime")
"""Attributes of a granule that say when it was seen."""


def lay_swaths(
    raws: Sequence[xr.Dataset], sensor: Sensor, window: Window
) -> tuple[list[xr.Dataset], NDArray[np.bool_]]:
    """Decode swaths and lay each on the same pixels.

    Parameters
    ----------
    raws : sequence of xarray.Dataset, dims (y, x)
        Counts as they are stored, with coordinates ``latitude`` and ``longitude``. [degree]
    sensor : Sensor
        Decodes them.
    window : Window
        Which pixels.

    Returns
    -------
    parts : list of xarray.Dataset, dims (y, x)
        One of each granule that comes near.
    reached : array of bool, shape of the pixels
        Where any of them measured, also if only a cloud.

    Raises
    ------
    SceneError
        ``NO_OVERLAP`` where none comes near.
    """
    box = window.about(_together(raws), sensor.resolution)
    parts, reached = [], np.zeros(box.shape, np.bool_)
    missed: SceneError | None = None
    for raw in raws:
        try:
            laid = lay_swath(_decoded(part_near(raw, box), sensor), box)
        except SceneError as error:
            if error.code != "NO_OVERLAP":
                raise
            missed = error
            continue
        reached |= laid[REACHED].notnull().to_numpy()
        parts.append(laid.drop_vars(REACHED))
    if not parts and missed is not None:
        raise missed
    return parts, reached


def _decoded(raw: xr.Dataset, sensor: Sensor) -> xr.Dataset:
    decoded = sensor.decode(raw)
    here = xr.ones_like(decoded["latitude"], np.float32).drop_attrs()
    times = {name: raw.attrs[name] for name in TIMES}
    return decoded.assign({REACHED: here}).assign_attrs(times)


def _together(swaths: Sequence[xr.Dataset]) -> xr.Dataset:
    """Give the places of all pixels of some swaths."""
    return xr.Dataset(
        coords={
            name: ("pixel", np.concatenate([np.ravel(swath[name]) for swath in swaths]))
            for name in ("latitude", "longitude")
        }
    )
