"""The main job in a minute: sharpen one scene, write its run folder, score it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lstsr_core.scene import LST, factor_of
from lstsr_runtime import sharpen, write_run
from lstsr_runtime.bench.protocol import Truth, lay_truth, pair_up
from lstsr_runtime.bench.scores import correlation, detail_skill, rms_error

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

BASELINE: Final = "bicubic"
"""Model that knows nothing of the guide."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """How near a model comes to the reference of a scene.

    Parameters
    ----------
    model : str
        Name of the model.
    error, bias : float
        Root mean square error with the mean difference removed, and that difference. [K]
    correlation, skill : float
        Correlation with the reference, and detail skill. [1]
    """

    model: str
    error: float
    bias: float
    correlation: float
    skill: float


def sharpen_and_score(scene: xr.DataTree, folder: Path) -> tuple[Score, ...]:
    """Sharpen a scene by the best model, write its run folder, and score it.

    Parameters
    ----------
    scene : xarray.DataTree
        A scene with a reference.
    folder : pathlib.Path
        Where the run folder appears.

    Returns
    -------
    tuple of Score
        Of the baseline and of the best model.

    Raises
    ------
    LstsrError
        Where the scene cannot be scored or the folder not be written.
    """
    best = sharpen(scene).compute()
    write_run(best, scene, folder)
    truth = lay_truth(scene)
    return tuple(_score(r, truth, factor_of(scene)) for r in (sharpen(scene, BASELINE), best))


def _score(result: xr.Dataset, truth: Truth, factor: int) -> Score:
    pair = pair_up(result[LST].to_numpy(), truth.lst, factor)
    return Score(
        model=str(result.attrs["model"]),
        error=rms_error(pair.prediction, pair.truth),
        bias=pair.bias,
        correlation=correlation(pair.prediction, pair.truth),
        skill=detail_skill(pair.prediction, pair.truth, factor),
    )
