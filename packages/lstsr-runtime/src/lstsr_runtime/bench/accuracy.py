"""Scenes are sharpened by every model and scored against their references."""

from __future__ import annotations

import dataclasses
import logging
import time
from typing import TYPE_CHECKING

from lstsr_core import ModelError, SceneError, SourceError, registry
from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE
from lstsr_runtime.bench.folds import split_by_place
from lstsr_runtime.bench.registered import registered
from lstsr_runtime.bench.rows import Row
from lstsr_runtime.sharpening import sharpen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import xarray as xr

    from lstsr_core import Model
    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.referee import BenchProtocol, Referee, Scenes

logger = logging.getLogger(__name__)

QUIRKS = "reference_quirks"
"""Option of models that can repeat the peculiarities of the published codes."""
UNFIT = ("GUIDE_MISSING", "FACTOR_UNSUPPORTED")
"""Errors by which a model says that a scene is not for it."""
GEOGRAPHIC = "EPSG:4326"
"""Where extents of several coordinate systems are compared."""


def choose_models(names: Sequence[str], *, quirks: bool = False) -> tuple[Model, ...]:
    """Give the models of these names, or all that are installed.

    Parameters
    ----------
    names : sequence of str
        Names of `lstsr plugins`.
    quirks : bool
        Whether models that can should repeat the peculiarities of the published codes.

    Raises
    ------
    PluginError
        ``UNKNOWN_NAME`` or ``NAME_CLASH``.
    """
    offers = registry.models()
    chosen = tuple(offers.get(name) for name in names or offers.names)
    return tuple(_with_quirks(model) for model in chosen) if quirks else chosen


def _with_quirks(model: Model) -> Model:
    if model.options is None:
        return model
    known = {option.name for option in dataclasses.fields(model.options)}
    return model.tuned({QUIRKS: True}) if QUIRKS in known else model


def choose_scenes(folder: Path, names: Sequence[str], protocol: BenchProtocol) -> Scenes:
    """Give the scenes of these names, or all that a protocol finds in a folder.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``NO_SCENES``.
    """
    database = protocol.open_scenes(folder)
    missing = [name for name in names if name not in database]
    if missing:
        raise SourceError(
            "NO_SCENES",
            found=f"no scene {', '.join(missing)} in {folder}",
            expected=f"names from {min(database)} to {max(database)}",
            remedy="leave --scenes out to score all",
        )
    return {name: database[name] for name in names or database}


def score_scenes(
    scenes: Scenes, models: Sequence[Model], protocol: BenchProtocol | None = None
) -> Iterator[Row]:
    """Sharpen and score, a scene and a model at a time.

    A scene that the protocol leaves out, and a model that lacks a guide or was trained on the
    scene, are logged and passed over.

    Parameters
    ----------
    scenes : mapping of str to callable
        Opens the scene of a name, with a reference.
    models : sequence of Model
        What to sharpen with.
    protocol : BenchProtocol, optional
        How to score; registered if left out.

    Yields
    ------
    Row
        For each scene, for each model.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` or ``NO_VALID_PIXELS``, naming the scene.
    PluginError, ModelError
        As `lstsr_runtime.sharpen`.
    """
    held = protocol or registered()
    for name, opened in scenes.items():
        scene = opened().load()
        try:
            referee = held.referee_of(scene)
            if referee is None:
                logger.info("scene %s is too small for the protocol %s", name, held.name)
                continue
            for model in models:
                row = _score(name, scene, model, referee)
                if row is not None:
                    yield row
        except SceneError as error:
            raise _naming(name, error) from error


def _naming(name: str, error: SceneError) -> SceneError:
    return SceneError(
        error.code,
        found=f"scene {name}: {error.found}",
        expected=error.expected,
        remedy=error.remedy,
    )


def _score(name: str, scene: xr.DataTree, model: Model, referee: Referee) -> Row | None:
    """Sharpen and judge; None where the model cannot do with the scene or was trained on it."""
    if has_seen(model, name):
        logger.warning("scene %s passed over by %s, which was trained on it", name, model.name)
        return None
    start = time.perf_counter()
    try:
        result = sharpen(scene, model).compute()
    except ModelError as error:
        if error.code not in UNFIT:
            raise
        logger.info("scene %s passed over by %s: %s", name, model.name, error.expected)
        return None
    seconds = time.perf_counter() - start
    verdict = referee.judge(result)
    return Row(
        scene=name,
        model=result.attrs["model"],
        scores={**verdict.scores, "seconds": seconds},
        notes=referee.notes,
        error=verdict.error,
    )


def has_seen(model: Model, scene: str) -> bool:
    """Tell whether a model was trained on a scene, by its name or by one that ends in it."""
    return any(name == scene or name.endswith(f"-{scene}") for name in model.learnt)


def split_scenes(scenes: Scenes) -> tuple[Placed, ...]:
    """Split scenes into folds by the ground that they share."""
    boxes = {name: geobox_of(opened()[COARSE].to_dataset()) for name, opened in scenes.items()}
    known = {str(box.crs) for box in boxes.values()}
    crs = known.pop() if len(known) == 1 else GEOGRAPHIC
    return split_by_place({name: box.extent.to_crs(crs) for name, box in boxes.items()})
