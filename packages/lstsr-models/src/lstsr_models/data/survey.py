"""What the training scenes hold: read once before training, so that faults show at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from lstsr_core import SourceError
from lstsr_core.nested import repeat
from lstsr_models.data.draw import known_share
from lstsr_models.data.fields import read_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lstsr_models.data.fields import Fields
    from lstsr_models.recipe import Recipe

OUTSIDE: Final = 0.001
"""Share of the pixels of the training scenes that may lie beyond each end of the domain. [1]"""


class Source(NamedTuple):
    """A scene at one scale, and how often it is drawn beside others. [1]"""

    path: Path
    scale: str = "native"
    often: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Survey:
    """Scenes that can be learnt from, and how their layers spread.

    Parameters
    ----------
    sources : tuple of Source
        Files, scales and how often each is drawn.
    domain : mapping of str to (float, float)
        Ends between which all but `OUTSIDE` of each layer lies, the widest of all scenes; units of
        the layer.
    facts : mapping of str to (float, float)
        Ends between which each fact of every scene lies; units of the fact.
    """

    sources: tuple[Source, ...]
    domain: Mapping[str, tuple[float, float]]
    facts: Mapping[str, tuple[float, float]]


def survey(files: Mapping[str, Path], recipe: Recipe, places: Mapping[str, str]) -> Survey:
    """Read every training scene once.

    Parameters
    ----------
    files : mapping of str to pathlib.Path
        Scenes by name.
    recipe : Recipe
        What is to be learnt.
    places : mapping of str to str
        Place of every scene.

    Returns
    -------
    Survey

    Raises
    ------
    SourceError
        ``NO_SCENES`` where no scene holds a chip to learn from.
    LstsrError
        As `read_fields`.
    """
    sources: list[Source] = []
    crowd = Counter(places[name] for name in files)
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in recipe.data.layers}
    facts: dict[str, list[float]] = {}
    for scene, path in files.items():
        often = crowd[places[scene]] ** -recipe.chips.even
        for scale in recipe.data.scales:
            fields = read_fields(path, recipe.data, scale)
            if min(fields.coarse.shape) < recipe.chips.size or not _teaches(fields, recipe):
                continue
            sources.append(Source(path, scale, often))
            for name, found in ends.items():
                found.append(_ends(fields, name))
            for name, fact in fields.facts.items():
                facts.setdefault(name, []).append(fact)
    if not sources:
        raise _nothing(files, recipe)
    domain = {
        name: (min(low for low, _ in found), max(high for _, high in found))
        for name, found in ends.items()
    }
    spread = {name: (min(found), max(found)) for name, found in facts.items()}
    return Survey(sources=tuple(sources), domain=domain, facts=spread)


def _teaches(fields: Fields, recipe: Recipe) -> bool:
    """Tell whether a scene holds anything that the losses of a recipe ask for."""
    needs_truth = all(loss.name in ("huber", "likelihood") for loss in recipe.losses)
    if needs_truth:
        return bool(np.isfinite(fields.truth).any())
    return known_share(fields) > 0


def _ends(fields: Fields, name: str) -> tuple[float, float]:
    measured = repeat(np.isfinite(fields.coarse), fields.factor)
    low, high = np.quantile(fields.layers[name][measured], (OUTSIDE, 1 - OUTSIDE))
    return float(low), float(high)


def _nothing(files: Mapping[str, Path], recipe: Recipe) -> SourceError:
    return SourceError(
        "NO_SCENES",
        found=f"{len(files)} scenes, none of which can be learnt from",
        expected=f"scenes of at least {recipe.chips.size} coarse pixels each way, with a "
        "/reference where the losses ask for one",
        remedy="check the folder, chips.size and the losses of the recipe",
    )
