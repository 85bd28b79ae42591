"""Scenes are sharpened by every model and scored against their references."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lstsr_core import SceneError, SourceError, registry
from lstsr_core.grid import geobox_of
from lstsr_core.scene import COARSE
from lstsr_runtime.bench.folds import split_by_place
from lstsr_runtime.bench.protocol import lay_truth
from lstsr_runtime.bench.scorecard import score_result
from lstsr_runtime.sharpening import sharpen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    import xarray as xr

    from lstsr_core import Model
    from lstsr_physics import Shift
    from lstsr_runtime.bench.folds import Placed
    from lstsr_runtime.bench.protocol import Registration, Truth

    Scenes: TypeAlias = Mapping[str, Callable[[], xr.DataTree]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """The scores of one model on one scene.

    Parameters
    ----------
    scene, model : str
        Their names.
    shift : Shift
        How far the reference lay beside the scene, before it was registered.
    scores : mapping of str to float
        By the names of `lstsr_runtime.bench.scorecard.SCORES`.
    """

    scene: str
    model: str
    shift: Shift
    scores: Mapping[str, float]


def choose_models(names: Sequence[str]) -> tuple[Model, ...]:
    """Give the models of these names, or all that are installed.

    Raises
    ------
    PluginError
        ``UNKNOWN_NAME`` or ``NAME_CLASH``.
    """
    offers = registry.models()
    return tuple(offers.get(name) for name in names or offers.names)


def choose_scenes(folder: Path, names: Sequence[str]) -> Scenes:
    """Give the scenes of these names, or all that a folder holds.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``NO_SCENES``.
    """
    from lstsr_data.modis_aster import open_database

    database = open_database(folder)
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
    scenes: Scenes, models: Sequence[str | Model], registration: Registration = "database"
) -> Iterator[Row]:
    """Sharpen and score, a scene and a model at a time.

    Parameters
    ----------
    scenes : mapping of str to callable
        Opens the scene of a name, with a reference.
    models : sequence of str or Model
        What to sharpen with.
    registration : {"database", "scene"}
        Which displacement of the reference is undone; see `lay_truth`.

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
    for name, opened in scenes.items():
        scene = opened().load()
        try:
            truth = lay_truth(scene, registration)
            for model in models:
                yield _score(name, scene, model, truth)
        except SceneError as error:
            raise SceneError(
                error.code,
                found=f"scene {name}: {error.found}",
                expected=error.expected,
                remedy=error.remedy,
            ) from error


def _score(name: str, scene: xr.DataTree, model: str | Model, truth: Truth) -> Row:
    start = time.perf_counter()
    result = sharpen(scene, model).compute()
    seconds = time.perf_counter() - start
    return Row(
        scene=name,
        model=result.attrs["model"],
        shift=truth.shift,
        scores={**score_result(result, scene, truth), "seconds": seconds},
    )


def split_scenes(scenes: Scenes) -> tuple[Placed, ...]:
    """Split scenes into folds by the ground that they share."""
    boxes = {name: geobox_of(opened()[COARSE].to_dataset()) for name, opened in scenes.items()}
    crs = str(next(iter(boxes.values())).crs)
    return split_by_place({name: box.extent.to_crs(crs) for name, box in boxes.items()})
