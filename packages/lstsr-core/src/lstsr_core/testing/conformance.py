"""Checks that a sensor, a model or a correction keeps the contract of core."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, cast

import numpy as np
import xarray as xr

from lstsr_core.errors import PluginError
from lstsr_core.grid import geobox_of, same_grid
from lstsr_core.nested import repeat
from lstsr_core.plausible import check_lst
from lstsr_core.predictor import place
from lstsr_core.scene import COARSE, GUIDE, LST, check_scene, factor_of, guide_names
from lstsr_core.testing.scenes import make_scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lstsr_core.kinds import Correction, Model, Sensor
    from lstsr_core.predictor import Predictor

    Grid = NDArray[np.float32]

CLOSE = 1e-3
"""How near two computations of one temperature have to be. [K]"""
FAR = 200.0
"""How far no land surface is from the mean of its scene. [K]"""


def check_sensor(sensor: Sensor, raw: xr.Dataset) -> xr.Dataset:
    """Prove that a sensor decodes a sample as the contract says.

    Parameters
    ----------
    sensor : Sensor
        What a plugin offers.
    raw : xarray.Dataset, dims (y, x)
        Counts as they stand in the product.

    Returns
    -------
    xarray.Dataset
        What was decoded, to check known pixels on.

    Raises
    ------
    PluginError
        ``CONTRACT_BROKEN``.
    SceneError
        Where a thermal sensor gives no plausible temperature.
    """
    before = raw.copy(deep=True)
    decoded = sensor.decode(raw)
    _demand(raw.identical(before), "decode changed its input", "a pure function")
    _demand(isinstance(decoded, xr.Dataset), f"a {type(decoded).__name__}", "a Dataset")
    thermal = sensor.role == "thermal"
    brought = LST in decoded if thermal else len(decoded.data_vars) > 0
    wanted = f"a variable {LST!r}" if thermal else "at least one guide"
    _demand(brought, f"variables {[*map(str, decoded.data_vars)]}", wanted)
    sizes = dict(decoded.sizes), dict(raw.sizes)
    _demand(sizes[0] == sizes[1], f"sizes {sizes[0]}", f"{sizes[1]}")
    for name, values in decoded.data_vars.items():
        is_field = values.dtype.kind in "fM" or name == "quality"
        _demand(is_field, f"{name} of {values.dtype}", "floats with NaN, or times")
    if thermal:
        check_lst(decoded[LST], where=f"the output of {sensor.name}")
    return decoded


def check_model(model: Model, scene: xr.DataTree | None = None) -> None:
    """Prove that a model keeps the contract: shapes, types, gaps, margin, pickling, purity.

    Parameters
    ----------
    model : Model
        What a plugin offers.
    scene : xarray.DataTree, optional
        A scene with the guides it needs; a simulated one with NDVI where None.

    Raises
    ------
    PluginError
        ``CONTRACT_BROKEN``, with what was found and expected.
    """
    factor = model.factors[0] if model.factors else 4
    size = 2 * model.margin + 16
    whole = scene if scene is not None else make_scene(shape=(size, size + 3), factor=factor)
    gappy = _with_gaps(whole)
    lst, guides = _arrays(model, gappy)
    predictor = model.prepare(gappy)
    fine, sigma = _predict(predictor, lst, guides)
    factor = factor_of(gappy)
    _check_fields(fine, sigma, lst, factor)
    _check_repeatable(pickle.loads(pickle.dumps(predictor)), lst, guides, fine)  # noqa: S301
    _check_tiles(model, predictor, lst, guides, fine)


def _with_gaps(scene: xr.DataTree) -> xr.DataTree:
    """Knock a hole into the temperature and another into every guide."""
    copy = scene.copy(deep=True).load()
    lst = copy[COARSE].dataset[LST].values
    lst[lst.shape[0] // 2, lst.shape[1] // 2] = np.nan
    for guide in copy[GUIDE].dataset.data_vars.values():
        guide.values[: guide.shape[0] // 4, : guide.shape[1] // 4] = np.nan
    return copy


def _arrays(model: Model, scene: xr.DataTree) -> tuple[Grid, Grid]:
    lst = scene[COARSE][LST].to_numpy().astype(np.float32)
    fine = scene[GUIDE].to_dataset()
    shape = (fine.sizes["y"], fine.sizes["x"])
    stack = [fine[name].to_numpy().astype(np.float32) for name in guide_names(model, scene)]
    return lst, np.stack(stack) if stack else np.empty((0, *shape), np.float32)


def _predict(predictor: Predictor, lst: Grid, guides: Grid) -> tuple[Grid, Grid]:
    before = lst.copy(), guides.copy()
    fine, sigma = predictor(lst, guides, np.isfinite(lst))
    same = np.array_equal(lst, before[0], equal_nan=True)
    same &= np.array_equal(guides, before[1], equal_nan=True)
    _demand(same, "the Predictor changed its input", "a pure function")
    return fine, sigma


def _check_fields(fine: Grid, sigma: Grid, lst: Grid, factor: int) -> None:
    shape = (lst.shape[0] * factor, lst.shape[1] * factor)
    measured = repeat(np.isfinite(lst), factor)
    for name, field in (("temperature", fine), ("sigma", sigma)):
        _demand(field.shape == shape, f"{name} of shape {field.shape}", f"{shape}")
        _demand(field.dtype == np.float32, f"{name} of {field.dtype}", "float32")
        _demand(
            bool(np.isfinite(field[measured]).all()),
            f"{int((~np.isfinite(field[measured])).sum())} measured pixels without {name}",
            "a value wherever the coarse pixel was measured",
        )
    _demand(bool((sigma[measured] >= 0).all()), "a negative sigma", "sigma of 0 K or more")
    spread = float(np.abs(fine[measured] - np.nanmean(lst)).max())
    _demand(spread < FAR, f"temperatures {spread:.0f} K from the mean", "land temperatures")


def _check_repeatable(again: Predictor, lst: Grid, guides: Grid, fine: Grid) -> None:
    repeated, _ = again(lst, guides, np.isfinite(lst))
    same = np.array_equal(repeated, fine, equal_nan=True)
    _demand(same, "another result after pickling", "the same result in every process")


def _check_tiles(model: Model, predictor: Predictor, lst: Grid, guides: Grid, fine: Grid) -> None:
    """Compare a tile cut out with its margin with the same pixels of the whole."""
    factor = fine.shape[0] // lst.shape[0]
    top = left = lst.shape[0] // 2 - 2
    rows = slice(max(top - model.margin, 0), top + 4 + model.margin)
    columns = slice(max(left - model.margin, 0), left + 4 + model.margin)
    fine_window = (_scaled(rows, factor), _scaled(columns, factor))
    window = lst[rows, columns]
    placed = place(predictor, rows.start, columns.start)
    tile, _ = placed(window, guides[:, *fine_window], np.isfinite(window))
    whole = np.full(fine.shape, np.nan, np.float32)
    whole[fine_window] = tile
    inner = (_scaled(slice(top, top + 4), factor), _scaled(slice(left, left + 4), factor))
    worst = float(np.nanmax(np.abs(whole[inner] - fine[inner])))
    _demand(
        worst <= CLOSE and np.array_equal(np.isnan(whole[inner]), np.isnan(fine[inner])),
        f"a tile {worst:g} K away from the whole with a margin of {model.margin}",
        "a result that does not depend on how the scene is cut; raise the margin",
    )


def _scaled(window: slice, factor: int) -> slice:
    return slice(window.start * factor, window.stop * factor)


def check_correction(correction: Correction, scene: xr.DataTree | None = None) -> None:
    """Prove that a correction keeps the contract: type, grid, gaps, purity.

    Parameters
    ----------
    correction : Correction
        What a plugin offers.
    scene : xarray.DataTree, optional
        A scene to try it on; a simulated one where None.

    Raises
    ------
    PluginError
        ``CONTRACT_BROKEN``, with what was found and expected.
    SceneError
        Where it leaves a scene that `check_scene` refuses.
    """
    whole = scene if scene is not None else make_scene(gaps=0.02)
    before = whole.copy(deep=True)
    if correction.stage == "scene":
        change = cast("Callable[[xr.DataTree], xr.DataTree]", correction.apply)
        corrected = change(whole)
        _demand(isinstance(corrected, xr.DataTree), f"{type(corrected).__name__}", "a scene")
        check_scene(corrected)
    else:
        finish = cast("Callable[[xr.Dataset, xr.DataTree], xr.Dataset]", correction.apply)
        _check_result_correction(finish, whole)
    _demand(whole.identical(before), "the correction changed its input", "a pure function")


def _check_result_correction(
    finish: Callable[[xr.Dataset, xr.DataTree], xr.Dataset], scene: xr.DataTree
) -> None:
    factor = factor_of(scene)
    lst = repeat(scene[COARSE][LST].to_numpy(), factor)
    grid = scene[GUIDE].to_dataset().drop_vars(list(scene[GUIDE].data_vars))
    result = grid.assign(
        lst=(("y", "x"), lst, {"units": "K"}),
        lst_uncertainty=(("y", "x"), np.ones_like(lst), {"units": "K"}),
        quality=(("y", "x"), np.where(np.isfinite(lst), 1, 2).astype(np.uint8)),
    )
    before = result.copy(deep=True)
    corrected = finish(result, scene)
    _demand(result.identical(before), "the correction changed its input", "a pure function")
    _demand(isinstance(corrected, xr.Dataset), f"{type(corrected).__name__}", "a Dataset")
    kept = set(corrected.data_vars) >= {"lst", "lst_uncertainty", "quality"}
    _demand(kept, f"variables {list(corrected)}", "lst, lst_uncertainty and quality")
    _demand(same_grid(geobox_of(corrected), geobox_of(result)), "another grid", "the same grid")
    invented = np.isfinite(corrected["lst"].to_numpy()) & ~np.isfinite(lst)
    _demand(not invented.any(), "temperature where none was measured", "gaps to stay gaps")


def _demand(kept: bool, found: str, expected: str) -> None:  # noqa: FBT001  reads as a sentence
    if not kept:
        raise PluginError(
            "CONTRACT_BROKEN",
            found=found,
            expected=expected,
            remedy="see the docstrings of lstsr_core.kinds",
        )
