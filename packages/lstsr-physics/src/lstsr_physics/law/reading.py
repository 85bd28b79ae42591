"""Scenes with a known fine temperature, read from files for a fit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from lstsr_core import SceneError, read_scene
from lstsr_core.grid import geobox_of, same_grid
from lstsr_core.scene import COARSE, GUIDE, LST, REFERENCE
from lstsr_physics.law.evidence import gather
from lstsr_physics.law.law import Displacement, Law

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lstsr_physics.law.evidence import Evidence


def prior_for(paths: Sequence[Path]) -> Law:
    """Give the law to begin with: the coarse pixel of the first scene, guides where they lie."""
    first = read_scene(paths[0])
    return Law(
        coarse_pixel=abs(geobox_of(first[COARSE].to_dataset()).affine.a),
        octaves=(),
        restoration={},
        displacement={"*": Displacement(spread=0.0)},
        provenance={
            "scenes": [path.name for path in paths],
            "places": sorted({_place(path) for path in paths}),
            "fitted": dt.datetime.now(tz=dt.UTC).date().isoformat(),
            "command": "lstsr scaling fit",
        },
    )


def gather_file(path: Path, prior: Law) -> Evidence:
    """Compare the scene of a file with its /reference.

    Raises
    ------
    SceneError
        ``SCENE_INCOMPLETE`` without a reference on the fine grid or without guides.
    """
    scene = read_scene(path)
    has = REFERENCE in scene.children and same_grid(
        geobox_of(scene[REFERENCE].to_dataset()), geobox_of(scene[GUIDE].to_dataset())
    )
    if not has or not scene[GUIDE].data_vars:
        raise SceneError(
            "SCENE_INCOMPLETE",
            found=f"{path}: nodes {', '.join(scene.children)}",
            expected="guides, and a /reference on their grid",
            remedy="degrade a fine field by lstsr_physics.degrade, or simulate one",
        )
    scene.name = path.stem
    truth = scene[REFERENCE].to_dataset()[LST].to_numpy().astype(float)
    return gather(scene.load(), truth, place=_place(path), prior=prior)


def _place(path: Path) -> str:
    """Name the ground of a scene by its folder."""
    return path.absolute().parent.name
