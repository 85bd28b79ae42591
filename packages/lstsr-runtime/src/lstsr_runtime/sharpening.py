"""From a scene to a sharpened result."""

from __future__ import annotations

import difflib
import logging
from typing import TYPE_CHECKING, cast

import numpy as np
import xarray as xr

from lstsr_core import Correction, LstsrError, Model, ModelError, PluginError, guide_names, registry
from lstsr_core.grid import geobox_of, on_grid, with_grid_mapping
from lstsr_core.quality import FLAG_ATTRIBUTES
from lstsr_core.scene import COARSE, GUIDE, LST_ATTRIBUTES, check_model_fits, factor_of
from lstsr_runtime.flags import domain_of
from lstsr_runtime.tile import Worker
from lstsr_runtime.tiles import DEFAULT_TILE, predict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lstsr_core import Predictor

logger = logging.getLogger(__name__)

PASSED_ON = ("datetime", "sensor")
"""Attributes of the coarse temperature that hold for the result as well."""


def sharpen(
    scene: xr.DataTree,
    model: str | Model = "best",
    *,
    corrections: Sequence[str | Correction] = (),
    settings: Mapping[str, object] | None = None,
    tile: int | None = None,
) -> xr.Dataset:
    """Sharpen a scene.

    Parameters
    ----------
    scene : xarray.DataTree
        A checked scene, see `lstsr_core.build_scene`.
    model : str or Model
        A model or its name; ``best`` is the best installed one that the scene's guides allow.
    corrections : sequence of str or Correction
        Applied in this order: those of stage "scene" before, those of stage "result" after;
        options follow a name as in ``diurnal:hour=13.5,amplitude=20``.
    settings : mapping of str to object, optional
        Options of the model, by name.
    tile : int, optional
        Edge of a tile; the result does not depend on it. Left out it is `DEFAULT_TILE`, and less
        for a tile for which memory runs out. [coarse pixel]

    Returns
    -------
    xarray.Dataset, dims (y, x) of the fine grid
        Lazy ``lst`` [K], ``lst_uncertainty`` [K] (standard uncertainty) and ``quality``
        (`lstsr_core.Quality`); ``attrs["model"]`` is the name of the model used.

    Raises
    ------
    PluginError
        ``UNKNOWN_NAME`` or ``NAME_CLASH``.
    ModelError
        ``GUIDE_MISSING``, ``FACTOR_UNSUPPORTED`` or ``MODEL_FAILED``.

    Examples
    --------
    >>> from lstsr_core.testing import make_scene
    >>> result = sharpen(make_scene(shape=(16, 16)), model="bicubic")
    >>> dict(result.sizes)
    {'y': 64, 'x': 64}
    """
    chosen = resolve(model, scene).tuned(settings or {})
    steps = [_correction(step) for step in corrections]
    corrected = _correct_scene(scene, steps)
    check_model_fits(chosen, corrected)
    worker = Worker(
        predictor=_prepare(chosen, corrected),
        domain=domain_of(corrected, guide_names(chosen, corrected)),
        factor=factor_of(corrected),
        name=chosen.name,
        margin=chosen.margin,
        may_split=tile is None,
    )
    layers = predict(corrected, chosen, worker, tile=tile or DEFAULT_TILE)
    result = _dataset(layers, corrected, chosen)
    return _correct_result(result, corrected, steps)


def used_guides(model: str, scene: xr.DataTree) -> tuple[str, ...]:
    """Give the guides of a scene that the model of a name uses; all where it is not installed."""
    if model not in registry.models().names:
        return tuple(str(name) for name in scene[GUIDE].data_vars)
    return guide_names(registry.models().get(model), scene)


def name_unused_guides(model: str, scene: xr.DataTree) -> None:
    """Log each guide that a user brought and the model of a name leaves aside."""
    offers = registry.models().items
    known = sorted({guide for offer in offers for guide in offer.value.guides})
    for name in sorted({*map(str, scene[GUIDE].data_vars)} - {*used_guides(model, scene)}):
        near = difflib.get_close_matches(name.lower(), known, n=1)
        hint = f"; did you mean {near[0]}?" if near and near[0] != name else ""
        logger.warning("guide %s is not used by the model %s%s", name, model, hint)


def resolve(model: str | Model, scene: xr.DataTree) -> Model:
    """Give the model of a name, as far as the scene's guides allow it."""
    if isinstance(model, Model):
        return model
    names = (str(name) for name in scene[GUIDE].data_vars)
    return registry.choose_model(model, names, factor_of(scene))


def _prepare(model: Model, scene: xr.DataTree) -> Predictor:
    try:
        return model.prepare(scene)
    except LstsrError:
        raise
    except Exception as error:  # a model may raise anything
        raise ModelError(
            "MODEL_FAILED",
            found=f"{model.name} while it prepared: {type(error).__name__}: {error}",
            expected="a Predictor",
            remedy="try another model, and report this to the plugin that brings it",
        ) from error


def _dataset(layers: object, scene: xr.DataTree, model: Model) -> xr.Dataset:
    box = geobox_of(scene[GUIDE].to_dataset())
    lst, sigma, quality = (on_grid(layer, box) for layer in cast("Iterable[object]", layers))
    result = xr.Dataset(
        {
            "lst": lst.assign_attrs(LST_ATTRIBUTES),
            "lst_uncertainty": sigma.assign_attrs(
                standard_name="surface_temperature standard_error",
                long_name="standard uncertainty of the land surface temperature",
                units="K",
            ),
            "quality": quality.astype(np.uint8).assign_attrs(FLAG_ATTRIBUTES),
        },
        attrs={"Conventions": "CF-1.12", "model": model.name},
    )
    known = scene[COARSE].attrs
    passed = {key: known[key] for key in PASSED_ON if key in known}
    return with_grid_mapping(result.assign_attrs(passed))


def _correction(step: str | Correction) -> Correction:
    return step if isinstance(step, Correction) else registry.choose_correction(step)


def _correct_scene(scene: xr.DataTree, steps: Iterable[Correction]) -> xr.DataTree:
    for step in steps:
        if step.stage == "scene":
            change = cast("Callable[[xr.DataTree], xr.DataTree]", step.apply)
            scene = change(scene)
            _demand_kind(step, scene, xr.DataTree)
            logger.info("correction %s applied to the scene", step.name)
    return scene


def _correct_result(
    result: xr.Dataset, scene: xr.DataTree, steps: Iterable[Correction]
) -> xr.Dataset:
    for step in steps:
        if step.stage == "result":
            change = cast("Callable[[xr.Dataset, xr.DataTree], xr.Dataset]", step.apply)
            attributes = result.attrs
            result = change(result, scene)
            _demand_kind(step, result, xr.Dataset)
            result = result.assign_attrs({**attributes, **result.attrs})
            logger.info("correction %s applied to the result", step.name)
    return result


def _demand_kind(step: Correction, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise PluginError(
            "CONTRACT_BROKEN",
            found=f"the correction {step.name!r} gave a {type(value).__name__}",
            expected=f"a {kind.__name__}",
            remedy="prove the correction by lstsr_core.testing.check_correction",
        )
