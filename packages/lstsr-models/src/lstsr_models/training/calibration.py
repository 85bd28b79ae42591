"""How the stated uncertainty has to be stretched to hold, on scenes kept apart."""

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from lstsr_models.chips import Chips
from lstsr_models.training.predicting import predict
from lstsr_models.training.scoring import SceneScore, score_scene

HOLDS = 0.9
"""Share of errors that an interval is to hold. [1]"""
DEVIATIONS = 1.6448536
"""Standard deviations to each side of a normal interval that holds `HOLDS`. [1]"""


def score_all(net: nn.Module, scenes: Iterable[Chips]) -> list[SceneScore]:
    """Score whole scenes, one a stack; those without a truth are left out."""
    net.eval()
    with torch.inference_mode():
        scores = [score_scene(predict(net, chips), chips) for chips in scenes]
    return [score for score in scores if score is not None]


def summarise(scores: list[SceneScore]) -> dict[str, Any]:
    """Give errors, their ratio and the factor that makes intervals hold, every scene alike.

    The factor is the conformal one: the quantile of error over sigma at `HOLDS`, over that of a
    normal distribution.

    Parameters
    ----------
    scores : list of SceneScore
        At least one.

    Returns
    -------
    dict
        ``error``, ``cubic`` [K], ``ratio``, ``sigma_factor``, ``holds`` (share that unstretched
        intervals hold) [1], the number of ``scenes``, and ``texture``: amplitude of the truth over
        that of the result by octave (narrower Gaussian [coarse pixel]). [1]

    References
    ----------
    .. [1] Papadopoulos et al., "Inductive Confidence Machines for Regression", ECML, 2002,
       :doi:`10.1007/3-540-36755-1_29`
    """
    weights = torch.cat([torch.full((len(s.sizes),), 1.0 / len(s.sizes)) for s in scores])
    sizes, order = torch.cat([score.sizes.float() for score in scores]).sort()
    shares = weights[order].double().cumsum(0) / len(scores)
    place = min(int((shares < HOLDS).sum()), len(sizes) - 1)
    error, cubic = (sum(getattr(s, k) for s in scores) / len(scores) for k in ("error", "cubic"))
    return {
        "error": error,
        "cubic": cubic,
        "ratio": error / cubic,
        "sigma_factor": float(sizes[place]) / DEVIATIONS,
        "holds": float(weights[order][sizes <= DEVIATIONS].sum()) / len(scores),
        "scenes": len(scores),
        "texture": texture_of(scores),
    }


def texture_of(scores: list[SceneScore]) -> dict[str, float]:
    """Give the amplitude of the truth over that of the result, by octave. [1]"""
    ratios = {}
    for sigma in scores[0].texture:
        real, made = (sum(score.texture[sigma][k] for score in scores) for k in (0, 1))
        if real > 0 and made > 0:
            ratios[f"{sigma:g}"] = math.sqrt(real / made)
    return ratios
