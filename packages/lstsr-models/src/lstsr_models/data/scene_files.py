"""Scenes in a folder, as files that a split names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstsr_core import ModelError, SceneError, SourceError, build_scene, read_scene
from lstsr_core.grid import geobox_of, same_grid
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE, factor_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import xarray as xr
    from odc.geo.geom import Geometry

    from lstsr_models.recipe import DataRecipe


def find_files(folder: Path, names: Sequence[str], purpose: str) -> dict[str, Path]:
    """Give the file of every scene.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``NAME.nc``.
    names : sequence of str
        Names of scenes.
    purpose : str
        What they are for, for messages.

    Returns
    -------
    dict of str to pathlib.Path

    Raises
    ------
    SourceError
        ``NO_SCENES`` where there is no name or one has no file.
    """
    files = {name: folder / f"{name}.nc" for name in names}
    missing = [name for name, path in files.items() if not path.is_file()]
    if missing or not files:
        raise SourceError(
            "NO_SCENES",
            found=f"{folder}: no {missing[0]}.nc" if missing else f"no scene {purpose}",
            expected=f"at least one scene {purpose}, each a file of the folder",
            remedy="check data.scenes, data.split and the folds of the recipe",
        )
    return files


def extent_of(path: Path) -> Geometry:
    """Give the outline of a scene in geographic coordinates."""
    return geobox_of(read_scene(path)[COARSE].to_dataset()).geographic_extent


def open_for_training(path: Path, recipe: DataRecipe) -> xr.DataTree:
    """Read a scene with nothing but the guides that a recipe names.

    Parameters
    ----------
    path : pathlib.Path
        A scene whose /reference, where it has one, lies on the fine grid.
    recipe : DataRecipe
        Guides and factor.

    Returns
    -------
    xarray.DataTree
        In memory.

    Raises
    ------
    ModelError
        ``GUIDE_MISSING`` or ``FACTOR_UNSUPPORTED``.
    SceneError
        ``SCENE_INCOMPLETE`` where the reference lies on another grid, or as `read_scene`.
    SourceError
        As `read_scene`.
    """
    scene = read_scene(path).load()
    guide = scene[GUIDE].to_dataset()
    _check_guides(path, guide, recipe)
    _check_factor(path, scene, recipe)
    reference = None
    if REFERENCE in scene.children:
        reference = scene[REFERENCE].to_dataset()[[LST]]
        _check_reference(path, reference, guide)
    coarse = scene[COARSE].to_dataset()
    tree = build_scene(coarse, guide[list(recipe.guides)], reference)
    tree.name = path.stem
    return tree


def _check_guides(path: Path, guide: xr.Dataset, recipe: DataRecipe) -> None:
    missing = [name for name in recipe.guides if name not in guide]
    if missing:
        raise ModelError(
            "GUIDE_MISSING",
            found=f"{path} has: {', '.join(map(str, guide.data_vars)) or 'no guide'}",
            expected=f"the guide {missing[0]!r}, as data.guides names it",
            remedy="correct data.guides, or leave the scene out of the split",
        )


def _check_factor(path: Path, scene: xr.DataTree, recipe: DataRecipe) -> None:
    if factor_of(scene) != recipe.factor:
        raise ModelError(
            "FACTOR_UNSUPPORTED",
            found=f"{path} with factor {factor_of(scene)}",
            expected=f"factor {recipe.factor}, as data.factor says",
            remedy="correct data.factor, or leave the scene out of the split",
        )


def _check_reference(path: Path, reference: xr.Dataset, guide: xr.Dataset) -> None:
    if not same_grid(geobox_of(reference), geobox_of(guide)):
        raise SceneError(
            "SCENE_INCOMPLETE",
            found=f"{path}: /reference on a grid of its own",
            expected="the truth on the grid of the guides",
            remedy="lay it there first, as tools/make_training_scenes.py does",
        )
