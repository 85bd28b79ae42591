"""The correction `registration`: the guides of a scene are laid where its temperature lies."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_core.grid import AXES
from lstsr_core.kernel import REACH
from lstsr_core.scene import GUIDE, factor_of
from lstsr_core.vocabulary import GUIDES
from lstsr_physics.law.displacement import LAID, LIMIT, expected_shift
from lstsr_physics.law.sharpener import AUTO, choose_law
from lstsr_physics.shift import realign_values

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_core.nested import Field
    from lstsr_physics.law.law import Law
    from lstsr_physics.shift import Shift

logger = logging.getLogger(__name__)

SHIFT_DOWN: Final = "shift_down"
"""Attribute of a guide beside `LAID`: how far below its place it lay before. [fine pixel]"""
CLASSES: Final = "flag_values"
"""CF attribute of a guide that holds classes, of which no mean can be taken."""


def register(scene: xr.DataTree, law: Law | None = None) -> xr.DataTree:
    """Lay all guides of a scene on its temperature.

    One shift is undone for all guides: what the law expects of their grid, weighed with what
    the guide that resembles the temperature most shows at the coarse scale. Numbers are moved
    by cubic convolution, classes by the nearest pixel.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene.
    law : Law, optional
        Says where guides are expected; the one that suits the grid of the scene where None.

    Returns
    -------
    xarray.DataTree
        The same scene where it has no guides or was registered before; else its guides moved,
        lazily where they are lazy, NaN where they came from outside of the scene. Their
        attributes ``shift_right`` and ``shift_down`` say how far off they lay. [fine pixel]

    Raises
    ------
    SceneError
        ``NO_CRS`` or ``GRID_UNSUPPORTED`` where a grid cannot be used.
    """
    fine = scene[GUIDE].to_dataset()
    names = [str(name) for name, guide in fine.data_vars.items() if guide.dims == AXES]
    if not names or any(LAID in fine[name].attrs for name in names):
        logger.info("registration: %s", "already done" if names else "the scene has no guides")
        return scene
    numbers = tuple(name for name in names if not _holds_classes(fine[name]))
    shift = expected_shift(scene, numbers, law or choose_law(scene, AUTO))
    if shift is None:
        return scene
    shift = _limited(shift, LIMIT * factor_of(scene))
    logger.info(
        "registration: guides lay %+.2f fine pixels right and %+.2f down; correlation %.2f",
        shift.dx,
        shift.dy,
        shift.correlation,
    )
    moved = {name: _moved(fine[name], shift) for name in names}
    corrected = scene.copy()
    corrected[GUIDE].dataset = fine.assign(moved)
    return corrected


def _holds_classes(guide: xr.DataArray) -> bool:
    return np.size(guide.attrs.get(CLASSES, ())) > 0


def _limited(shift: Shift, limit: float) -> Shift:
    """Keep a shift inside of the search; limit in fine pixels."""
    dx, dy = (min(max(part, -limit), limit) for part in (shift.dx, shift.dy))
    return replace(shift, dx=dx, dy=dy)


def _moved(guide: xr.DataArray, shift: Shift) -> xr.DataArray:
    """Move one guide and say so; integers become float32, since they have no gaps."""
    move = _by_nearest if _holds_classes(guide) else partial(_by_cubic, name=str(guide.name))
    kind = guide.dtype if guide.dtype.kind == "f" else np.dtype(np.float32)
    guide = guide.assign_attrs({LAID: float(shift.dx), SHIFT_DOWN: float(shift.dy)})
    if guide.chunks is None:
        return guide.copy(data=move(guide.to_numpy(), shift).astype(kind))
    import dask.array as da

    reach = math.ceil(max(abs(shift.dx), abs(shift.dy))) + 2 * REACH + 1
    depth = {axis: reach if len(parts) > 1 else 0 for axis, parts in enumerate(guide.chunks)}

    def move_block(block: Field) -> NDArray[np.floating]:
        return move(block, shift).astype(kind)

    lazy = da.map_overlap(move_block, guide.data, depth=depth, boundary="none", dtype=kind)
    return guide.copy(data=lazy)


def _by_cubic(fine: Field, shift: Shift, *, name: str) -> NDArray[np.float64]:
    """Move numbers; where cubic convolution overshoots, to what the quantity can be."""
    moved = realign_values(fine, shift)
    known = GUIDES.get(name)
    return moved if known is None else np.clip(moved, known.low, known.high)


def _by_nearest(fine: Field, shift: Shift) -> NDArray[np.float64]:
    right, down = round(shift.dx), round(shift.dy)
    reach = max(abs(right), abs(down), 1)
    padded = np.pad(fine.astype(np.float64), reach, constant_values=np.nan)
    rolled = np.roll(padded, (-down, -right), axis=(0, 1))
    return np.ascontiguousarray(rolled[reach:-reach, reach:-reach])
