"""Which scene is learnt from and which is kept apart, written down and checked for leaks."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from lstsr_core import ModelError, SourceError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from odc.geo.geom import Geometry

Apart: TypeAlias = Literal["place", "date"]

FORMAT: Final = "lstsr split 1"
"""First words of a split; they change when an old one could not be read."""
FOLDS: Final = 5
"""Folds that scenes are split into. [1]"""


class Assigned(BaseModel):
    """Where a scene stands.

    Parameters
    ----------
    scene : str
        Its file, without ``.nc``.
    place : str
        The same for scenes that share ground.
    date : str
        ISO 8601; empty where it is not known.
    fold : int
        From 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scene: str
    place: str
    date: str = ""
    fold: int


class Split(BaseModel):
    """All scenes of a study, and what no two folds share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["lstsr split 1"] = FORMAT
    apart: tuple[Apart, ...] = ("place",)
    scenes: tuple[Assigned, ...]

    def of(self, folds: Sequence[int]) -> tuple[str, ...]:
        """List the scenes of some folds, in order."""
        return tuple(one.scene for one in self.scenes if one.fold in folds)

    def but(self, folds: Sequence[int]) -> tuple[str, ...]:
        """List the scenes of all other folds, in order."""
        return tuple(one.scene for one in self.scenes if one.fold not in folds)


def make_split(
    known: Mapping[str, tuple[str, str]],
    apart: tuple[Apart, ...] = ("place",),
    folds: int = FOLDS,
) -> Split:
    """Split scenes into folds of about equal size.

    Parameters
    ----------
    known : mapping of str to (str, str)
        Place and date of each scene.
    apart : tuple of {"place", "date"}
        What scenes of different folds must not share.
    folds : int
        How many. [1]

    Returns
    -------
    Split
        The same scenes give the same split.
    """
    filled = [0] * folds
    assigned = []
    groups = _groups(known, apart)
    for scenes in sorted(groups, key=lambda scenes: (-len(scenes), scenes[0])):
        fold = filled.index(min(filled))
        filled[fold] += len(scenes)
        assigned += [
            Assigned(scene=scene, place=known[scene][0], date=known[scene][1], fold=fold)
            for scene in scenes
        ]
    return Split(apart=apart, scenes=tuple(sorted(assigned, key=lambda one: one.scene)))


def _groups(
    known: Mapping[str, tuple[str, str]], apart: tuple[Apart, ...]
) -> tuple[tuple[str, ...], ...]:
    """Join scenes that share a word, directly or through others."""
    groups: list[tuple[set[tuple[Apart, str]], list[str]]] = []
    for scene in sorted(known):
        words = {
            (kind, word)
            for kind, word in zip(("place", "date"), known[scene], strict=True)
            if kind in apart and word
        }
        joined = [group for group in groups if group[0] & words]
        groups = [group for group in groups if not group[0] & words]
        words = words.union(*(group[0] for group in joined))
        groups.append((words, sorted([scene, *(name for _, names in joined for name in names)])))
    return tuple(tuple(names) for _, names in groups)


def write_split(split: Split, path: str | os.PathLike[str]) -> Path:
    """Write a split as JSON, a scene a line."""
    rows = ",\n  ".join(one.model_dump_json() for one in split.scenes)
    head = f'"format": "{FORMAT}",\n "apart": {json.dumps(split.apart)}'
    target = Path(path)
    target.write_text(f'{{{head},\n "scenes": [\n  {rows}\n ]}}\n', encoding="utf-8")
    return target


def read_split(path: str | os.PathLike[str]) -> Split:
    """Read a split and check what it says of itself.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    ModelError
        ``SPLIT_LEAKS``.
    """
    source = Path(path)
    try:
        split = Split.model_validate_json(source.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _unreadable("FILE_MISSING", f"no file {source}") from error
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise _unreadable("FILE_UNREADABLE", f"{source}: {error}") from error
    check_words(split)
    return split


def check_words(split: Split) -> None:
    """Refuse a split that names a scene twice, or one place or date in two folds.

    Raises
    ------
    ModelError
        ``SPLIT_LEAKS``.
    """
    twice = [scene for scene, n in Counter(one.scene for one in split.scenes).items() if n > 1]
    if twice:
        raise _leak(f"the scene {twice[0]} stands in it twice")
    for kind in split.apart:
        folds: dict[str, Assigned] = {}
        for one in split.scenes:
            word = one.place if kind == "place" else one.date
            first = folds.setdefault(word, one)
            if word and first.fold != one.fold:
                raise _leak(
                    f"{first.scene} in fold {first.fold} and {one.scene} in fold {one.fold} "
                    f"share the {kind} {word}"
                )


def check_ground(split: Split, extents: Mapping[str, Geometry]) -> None:
    """Refuse a split whose folds share ground, whatever their places are called.

    Parameters
    ----------
    split : Split
        What is to be checked.
    extents : mapping of str to odc.geo.geom.Geometry
        Outline of each scene, all in one CRS.

    Raises
    ------
    ModelError
        ``SPLIT_LEAKS``.
    """
    if "place" not in split.apart:
        return
    for one, other in combinations(split.scenes, 2):
        a, b = extents[one.scene], extents[other.scene]
        if one.fold != other.fold and a.intersects(b) and not a.touches(b):
            raise _leak(
                f"{one.scene} in fold {one.fold} and {other.scene} in fold {other.fold} "
                "share ground"
            )


def _leak(found: str) -> ModelError:
    return ModelError(
        "SPLIT_LEAKS",
        found=found,
        expected="scenes of different folds that have nothing in common",
        remedy="give both the same fold",
    )


def _unreadable(code: str, found: str) -> SourceError:
    return SourceError(
        code,
        found=found,
        expected=f"a split of the form {FORMAT!r}",
        remedy="write one by lstsr_models.data.split.make_split and write_split",
    )
