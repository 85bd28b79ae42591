"""How the stated uncertainty has to be stretched to hold, on scenes kept apart."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import least_squares
from torch import nn

from lstsr_models.chips import Chips
from lstsr_models.training.predicting import predict
from lstsr_models.training.scoring import SceneScore, score_scene

HOLDS = 0.9
"""Share of errors that an interval is to hold. [1]"""
DEVIATIONS = 1.6448536
"""Standard deviations to each side of a normal interval that holds `HOLDS`. [1]"""
HIGHEST = 4.0
"""Factor beyond which an octave is noise, not texture. [1]"""
TINY = 1e-12
"""Energy of an octave that has none. [K2]"""


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
        intervals hold) [1], the number of ``scenes``, and ``texture``: what
        each octave of the result (narrower Gaussian [coarse pixel]) is raised by to have the
        energy of the truth. [1]

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
    """Give the factor of every octave of the result that lets it have the energy of the truth. [1]

    The octaves overlap, so their factors are found together; see `Texture`.
    """
    sigmas = tuple(scores[0].texture)
    real = np.array([sum(one.texture[sigma].truth for one in scores) for sigma in sigmas])
    stacks = [torch.stack([one.texture[sigma].made for one in scores]) for sigma in sigmas]
    made = [stack.sum(0).numpy() for stack in stacks]
    if not sigmas or real.min() <= 0 or min(one[0, 0] for one in made) <= 0:
        return {}

    def excess(factors: NDArray[np.float64]) -> NDArray[np.float64]:
        shares = np.concatenate(([1.0], factors - 1.0))
        energy = np.array([shares @ one @ shares for one in made])
        return np.asarray(np.log(np.maximum(energy, TINY) / real))

    found = least_squares(excess, np.ones(len(sigmas)), bounds=(0.0, HIGHEST))
    return {f"{sigma:g}": float(x) for sigma, x in zip(sigmas, found.x, strict=True)}
