"""How well sharpened temperatures agree with the ground."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lstsr_runtime.validation.matching import Match

TO_SIGMA: Final = 1.4826
"""Standard deviation of normal noise over its median absolute deviation. [1]"""
HALF_90: Final = 1.6448536
"""Half width of the interval that holds 90 % of normal noise. [sigma]"""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Statistics of the differences, sharpened less ground.

    Parameters
    ----------
    n : int
        How many. [1]
    bias, rmse, ubrmse : float
        Mean, root mean square, and the same with the mean removed. [K]
    median, robust : float
        Median, and standard deviation from the median absolute deviation. [K]
    correlation : float
        With the ground; NaN for fewer than three. [1]
    within_1_sigma, within_90 : float
        Share of differences inside of their stated uncertainty (68 % wanted) and of their 90 %
        interval. [1]
    coarse_bias, coarse_ubrmse : float
        The same of the temperature before it was sharpened, where it is known. [K]
    """

    n: int
    bias: float
    rmse: float
    ubrmse: float
    median: float
    robust: float
    correlation: float
    within_1_sigma: float
    within_90: float
    coarse_bias: float
    coarse_ubrmse: float


def score(matches: Sequence[Match]) -> Scores:
    """Score matches; there has to be one at least."""
    sharp, ground, coarse, sigma = (
        np.array(values)
        for values in zip(
            *((m.view.lst, m.ground, m.view.coarse, m.sigma) for m in matches), strict=True
        )
    )
    error, before = sharp - ground, (coarse - ground)[np.isfinite(coarse)]
    ratio = np.abs(error) / sigma
    median = float(np.median(error))
    enough = len(error) > 2 and sharp.std() > 0 and ground.std() > 0  # noqa: PLR2004
    return Scores(
        n=len(error),
        bias=float(error.mean()),
        rmse=float(np.sqrt(np.mean(error**2))),
        ubrmse=float(error.std()),
        median=median,
        robust=float(TO_SIGMA * np.median(np.abs(error - median))),
        correlation=float(np.corrcoef(sharp, ground)[0, 1]) if enough else float("nan"),
        within_1_sigma=float(np.mean(ratio <= 1)),
        within_90=float(np.mean(ratio <= HALF_90)),
        coarse_bias=float(before.mean()) if before.size else float("nan"),
        coarse_ubrmse=float(before.std()) if before.size else float("nan"),
    )


def score_groups(matches: Sequence[Match]) -> dict[str, dict[str, float]]:
    """Score all matches, those of day and night, and those of each station and model.

    Returns
    -------
    dict of dict
        Scores by name, by the name of the group.
    """
    groups: dict[str, list[Match]] = {"all": list(matches)}
    for one in matches:
        groups.setdefault("day" if one.sun > 0 else "night", []).append(one)
        groups.setdefault(f"station {one.station}", []).append(one)
        groups.setdefault(f"model {one.view.model}", []).append(one)
    return {name: asdict(score(own)) for name, own in groups.items()}
