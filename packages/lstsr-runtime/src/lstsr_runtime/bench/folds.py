"""Scenes that share ground stay together when scenes are split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from odc.geo.geom import Geometry

FOLDS: Final = 5
"""Folds that scenes are split into. [1]"""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a scene stands in a split.

    Parameters
    ----------
    scene : str
        Name of the scene.
    place : str
        First of the scenes that share ground with it, directly or through others.
    fold : int
        Fold of the place, from 0.
    """

    scene: str
    place: str
    fold: int


def split_by_place(extents: Mapping[str, Geometry], folds: int = FOLDS) -> tuple[Placed, ...]:
    """Split scenes into folds of about equal size, overlapping scenes together.

    Parameters
    ----------
    extents : mapping of str to odc.geo.geom.Geometry
        Outline of each scene, all in one CRS.
    folds : int
        How many folds. [1]

    Returns
    -------
    tuple of Placed
        In the order of the names; the same scenes give the same split.
    """
    places = group_by_ground(extents)
    filled = [0] * folds
    table = {}
    for scenes in sorted(places, key=lambda scenes: (-len(scenes), scenes[0])):
        fold = filled.index(min(filled))
        filled[fold] += len(scenes)
        for scene in scenes:
            table[scene] = Placed(scene=scene, place=scenes[0], fold=fold)
    return tuple(table[scene] for scene in sorted(table))


def group_by_ground(extents: Mapping[str, Geometry]) -> tuple[tuple[str, ...], ...]:
    """Group scenes that overlap, directly or through others.

    Parameters
    ----------
    extents : mapping of str to odc.geo.geom.Geometry
        Outline of each scene, all in one CRS.

    Returns
    -------
    tuple of tuples of str
        Sorted names, each once.
    """
    names = sorted(extents)
    parent = {name: name for name in names}
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            if _overlap(extents[one], extents[other]):
                parent[_root(parent, other)] = _root(parent, one)
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_root(parent, name), []).append(name)
    return tuple(sorted(map(tuple, groups.values())))


def _overlap(one: Geometry, other: Geometry) -> bool:
    """Tell whether two outlines share ground, more than a border."""
    return bool(one.intersects(other) and not one.touches(other))


def _root(parent: dict[str, str], name: str) -> str:
    while parent[name] != name:
        parent[name] = parent[parent[name]]
        name = parent[name]
    return name
