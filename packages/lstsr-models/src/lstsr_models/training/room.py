"""The folder of a training: its recipe, checkpoints, logs and the network that came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lstsr_core import ResourceError, SourceError
from lstsr_models.recipe_file import read_recipe, write_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from lstsr_models.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where everything of a training lies.

    Parameters
    ----------
    folder : pathlib.Path
        Of this training alone.
    """

    folder: Path

    @property
    def recipe(self) -> Path:
        """The recipe, every default written out."""
        return self.folder / "recipe.yaml"

    @property
    def checkpoints(self) -> Path:
        """Folder of ``last.ckpt`` and ``best.ckpt``."""
        return self.folder / "checkpoints"

    @property
    def logs(self) -> Path:
        """Folder of ``run-0``, ``run-1``: tables (CSV) and TensorBoard's events."""
        return self.folder / "log"

    @property
    def last(self) -> Path:
        """State after the last whole epoch."""
        return self.checkpoints / "last.ckpt"

    @property
    def best(self) -> Path:
        """State after the epoch with least error."""
        return self.checkpoints / "best.ckpt"

    @property
    def trained(self) -> Path:
        """The network, calibrated, ready to export."""
        return self.folder / "trained.ckpt"


def enter(room: Room, recipe: Recipe, *, resume: bool) -> None:
    """Begin a training in a free folder, or go on with the one that is there.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY`` or ``OUTPUT_NOT_WRITABLE``.
    SourceError
        ``INPUT_CHANGED`` where another recipe was begun there.
    """
    if resume and room.recipe.exists():
        _demand_same(read_recipe(room.recipe), recipe, room)
    elif room.folder.exists() and any(room.folder.iterdir()):
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{room.folder} holds something",
            expected="a folder that is empty or not there",
            remedy="choose another, or add --resume to go on with the training in it",
        )
    try:
        room.folder.mkdir(parents=True, exist_ok=True)
        room.recipe.write_text(write_recipe(recipe), encoding="utf-8")
    except OSError as error:
        raise ResourceError(
            "OUTPUT_NOT_WRITABLE",
            found=f"{room.folder}: {error}",
            expected="a folder that can be written",
            remedy="choose another folder",
        ) from error


def _demand_same(begun: Recipe, wanted: Recipe, room: Room) -> None:
    """Let how long and on what differ, nothing that decides what the network becomes."""
    before, now = (_lasting(recipe) for recipe in (begun, wanted))
    different = sorted(key for key in now if before[key] != now[key])
    if different:
        raise SourceError(
            "INPUT_CHANGED",
            found=f"{', '.join(different)} of the recipe differ from {room.recipe}",
            expected="the recipe that the training was begun with; run may differ",
            remedy="restore it, or train into another folder",
        )


def _lasting(recipe: Recipe) -> dict[str, Any]:
    plain: dict[str, Any] = recipe.model_dump(mode="json", exclude={"run"})
    return plain
