"""Recipes in YAML, read, checked and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError

from lstsr_core import ModelError, SourceError
from lstsr_models.recipe import SHIPPED_LAWS, Recipe

if TYPE_CHECKING:
    import os


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Read a recipe from YAML; paths in it count from its folder.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    ModelError
        ``RECIPE_INVALID``.
    """
    source = Path(path)
    try:
        written = yaml.safe_load(source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _unreadable("FILE_MISSING", f"no file {source}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _unreadable("FILE_UNREADABLE", f"{source}: {error}") from error
    recipe = check_recipe(written if written is not None else {}, str(source))
    here = source.absolute().parent
    data = recipe.data
    law = data.law if data.law in SHIPPED_LAWS else str(here / data.law)
    places = {"scenes": here / data.scenes, "split": here / data.split, "law": law}
    placed = data.model_copy(update=places)
    return recipe.model_copy(update={"data": placed})


def check_recipe(written: object, name: str = "the recipe") -> Recipe:
    """Turn what was written into a recipe, or say what is wrong with it.

    Raises
    ------
    ModelError
        ``RECIPE_INVALID``, with every fault.
    """
    try:
        return Recipe.model_validate(written)
    except ValidationError as error:
        faults = (
            f"{'.'.join(map(str, fault['loc'])) or 'recipe'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise ModelError(
            "RECIPE_INVALID",
            found=f"{name}: {'; '.join(faults)}",
            expected="keys and values as `lstsr train --dump-config` shows them",
            remedy="correct these",
        ) from error


def write_recipe(recipe: Recipe) -> str:
    """Give a recipe as YAML, with every default."""
    plain: dict[str, Any] = recipe.model_dump(mode="json")
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)


def _unreadable(code: str, found: str) -> SourceError:
    return SourceError(
        code,
        found=found,
        expected="a training recipe in YAML",
        remedy="write one by `lstsr train --dump-config > recipe.yaml`",
    )
