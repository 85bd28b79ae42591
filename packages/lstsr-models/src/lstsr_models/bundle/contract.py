"""What a bundle says of itself: the keys of its model.json."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lstsr_models import __version__
from lstsr_models.bundle.mlm import describe_mlm
from lstsr_models.layers import GUIDED, SCALINGS, UNITS
from lstsr_physics.plugin import MARGIN

if TYPE_CHECKING:
    from lstsr_models.training.checkpoint import Trained

FORMAT: Final = "lstsr bundle 1"
"""First words of a contract; they change when an old one could not be read."""
SELFTEST_TOLERANCE: Final = 1e-3
"""Difference that another machine may show on the self-test. [K]"""


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a bundle is called, and by whom it may be used.

    Parameters
    ----------
    version, summary : str
        Of the bundle; a summary is one line for lists.
    licence : str
        SPDX name.
    rank : int
        Place in the choice of ``best``; 0 is never chosen. [1]
    """

    version: str = "0.1.0"
    summary: str = ""
    licence: str = "Apache-2.0"
    rank: int = 0


UNNAMED: Final = Label()
"""The first version of a bundle that nobody described."""


def describe_bundle(trained: Trained, label: Label) -> dict[str, Any]:
    """Give the contract of a trained network.

    Parameters
    ----------
    trained : Trained
        A network with its recipe.
    label : Label
        Version, licence, summary and rank.

    Returns
    -------
    dict
        The keys of ``model.json``; a network sees ``(layer - mean) / scale``.
    """
    about, data = trained.about, trained.recipe.data
    calibration = about.get("calibration", {})
    return {
        "format": FORMAT,
        "name": trained.recipe.name,
        "version": label.version,
        "summary": label.summary or f"{trained.recipe.net.name}, a residual on {data.base}",
        "source": f"lstsr-models {__version__}",
        "licence": label.licence,
        "rank": label.rank,
        **_describe_use(trained),
        "sigma_factor": calibration.get("sigma_factor", 1.0),
        "texture": calibration.get("texture", {}),
        "domain": about["domain"],
        "facts": about.get("facts", {}),
        "selftest": {"tolerance_k": SELFTEST_TOLERANCE},
        "training": training_of(trained),
        "mlm": describe_mlm(trained),
    }


def _describe_use(trained: Trained) -> dict[str, Any]:
    """Say how layers are made and what the result is put on."""
    data = trained.recipe.data
    shown = any(name in GUIDED for name in data.layers)
    required = shown and trained.recipe.chips.drop_guide == 0
    return {
        "factor": data.factor,
        "margin": margin_of(trained),
        "reach": int(trained.net.reach),  # type: ignore[arg-type]
        "footprint": {"shape": "gaussian", "mtf": 0.1},
        "guides": [{"name": name, "required": required} for name in data.guides],
        "layers": [
            {"name": name, "units": UNITS[name], **SCALINGS[name]._asdict()} for name in data.layers
        ],
        "base": data.base,
    }


def margin_of(trained: Trained) -> int:
    """Give the coarse pixels that layers and network depend on, whole steps of its grid."""
    data, net = trained.recipe.data, trained.net
    reach, stride = int(net.reach), int(net.stride)  # type: ignore[arg-type]
    step = max(stride // data.factor, 1)
    wanted = MARGIN + math.ceil(reach / data.factor)
    return -(-wanted // step) * step


def training_of(trained: Trained) -> dict[str, Any]:
    """Give data, recipe and scores, without the places of files on one machine."""
    recipe = trained.recipe.model_dump(mode="json", exclude={"data": {"scenes", "split", "law"}})
    scores = {
        purpose: trained.about[purpose]
        for purpose in ("validation", "calibration")
        if purpose in trained.about
    }
    return {**trained.about["training"], "scores": scores, "recipe": recipe}
