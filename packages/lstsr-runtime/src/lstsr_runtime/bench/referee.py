"""Whoever compares results with the truth of one scene, and the protocol that it follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import TypeAlias

    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    from lstsr_runtime.bench.score import Score

    Scenes: TypeAlias = Mapping[str, Callable[[], xr.DataTree]]


class Verdict(NamedTuple):
    """Scores of one result by their names, and its error at each pixel compared [K]."""

    scores: dict[str, float]
    error: NDArray[np.float32]


class Referee(Protocol):
    """Compares results with the truth of one scene, which it has laid once."""

    @property
    def notes(self) -> Mapping[str, object]:
        """What was found out about the scene, by column of the table."""
        ...  # pragma: no cover

    def judge(self, result: xr.Dataset) -> Verdict:
        """Score a sharpened scene.

        Raises
        ------
        SceneError
            ``NO_VALID_PIXELS`` where result and truth share too little.
        """
        ...  # pragma: no cover


@dataclass(frozen=True, kw_only=True)
class BenchProtocol:
    """How a benchmark is held.

    Parameters
    ----------
    name : str
        What the command calls it.
    scores : mapping of str to Score
        Every score of its tables, in order.
    leading : str
        The score by which models are compared; less is better. [K]
    open_scenes : callable
        Gives the scenes of a folder by their names.
    referee_of : callable
        Gives the referee of a scene, or None where the protocol leaves the scene out.
    about : mapping of str to object
        What else has to be known to repeat it.
    """

    name: str
    scores: Mapping[str, Score]
    leading: str
    open_scenes: Callable[[Path], Scenes]
    referee_of: Callable[[xr.DataTree], Referee | None]
    about: Mapping[str, object] = field(default_factory=dict)
