"""Where a network leaves what it has learnt, the scaling law takes its place."""

from __future__ import annotations

import logging
import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lstsr_physics.law.facts import FACTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lstsr_runtime.bundle.contract import Contract

    Grid = NDArray[np.float32]

FADE: Final = 0.5
"""How far beyond its range a layer leaves no trust in the network, in the scale of the layer: about
half a standard deviation of what it was learnt from. [1]"""
NEAR: Final = 0.25
"""How far beyond its range a fact of a scene is still familiar, in widths of the range: some dozens
of scenes do not reach the ends of what is like them. [1]"""
STRANGE: Final = 0.5
"""How far beyond its range a fact of a scene leaves no trust, in widths of the range. [1]"""
DOUBT: Final = 0.999
"""Trust below which a pixel is flagged as outside of the domain. [1]"""


logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A temperature and its standard uncertainty, shape (y, x). [K]"""

    lst: Grid
    sigma: Grid


def trust_in(contract: Contract, layers: Mapping[str, Grid]) -> Grid:
    """Weigh the network by how far the layers lie in its domain.

    Parameters
    ----------
    contract : Contract
        Range and scale of every layer.
    layers : mapping of str to array, shape (y, x)
        In their own units.

    Returns
    -------
    array, shape (y, x)
        1 inside, falling smoothly to 0 where a layer lies `FADE` scales beyond its range. [1]
    """
    scales = {layer.name: layer.scale for layer in contract.layers}
    beyond = np.zeros_like(next(iter(layers.values())))
    for name, (low, high) in contract.domain.items():
        layer = layers[name]
        further = np.maximum(low - layer, layer - high)
        further /= FADE * scales[name]
        np.maximum(beyond, further, out=beyond)
    left = 1 - np.minimum(beyond, 1)
    trust: Grid = left * left * (3 - 2 * left)
    return trust


def trust_in_scene(contract: Contract, facts: Mapping[str, float]) -> float:
    """Weigh the network by how far a scene is like those that it has learnt from.

    Parameters
    ----------
    contract : Contract
        Range of every fact.
    facts : mapping of str to float
        Of the scene, in the same units; one that could not be told costs all trust.

    Returns
    -------
    float
        1 for a scene like the others, falling smoothly from `NEAR` to 0 at `STRANGE` widths of the
        range beyond it; the log says which. [1]
    """
    trust = 1.0
    for name, (low, high) in contract.facts.items():
        fact = facts.get(name, math.nan)
        beyond = max(low - fact, fact - high) / max(high - low, sys.float_info.min)
        share = (beyond - NEAR) / (STRANGE - NEAR)
        left = 0.0 if math.isnan(fact) else 1 - min(max(share, 0.0), 1.0)
        if left < 1:
            logger.warning(
                "model %s has learnt from scenes with %s from %.4g to %.4g; here it is %.4g, so "
                "the scaling law takes its place (%s: %s)",
                contract.name,
                name,
                low,
                high,
                fact,
                name,
                FACTS.get(name, "a fact that this version does not know"),
            )
        trust = min(trust, left * left * (3 - 2 * left))
    return trust


def blend(network: Estimate, law: Estimate, trust: Grid) -> tuple[Estimate, NDArray[np.bool_]]:
    """Mix network and law.

    The uncertainty is that of a mixture: of two answers one is right, by the odds of the trust.

    Parameters
    ----------
    network, law : Estimate
        Both of the same tile.
    trust : array, shape (y, x)
        Weight of the network, 0 to 1; a number that is none gets no weight. [1]

    Returns
    -------
    Estimate
        The mixture. [K]
    array of bool, shape (y, x)
        Where the network is not trusted wholly.
    """
    finite = np.isfinite(network.lst) & np.isfinite(network.sigma)
    weight = np.where(finite, trust, 0).astype(np.float32)
    step = np.where(finite, network.lst - law.lst, 0).astype(np.float32)
    own = np.where(finite, network.sigma, 0).astype(np.float32)
    variance = weight * own**2 + (1 - weight) * law.sigma**2 + weight * (1 - weight) * step**2
    mixed = Estimate(lst=law.lst + weight * step, sigma=np.sqrt(variance))
    return mixed, weight < DOUBT
