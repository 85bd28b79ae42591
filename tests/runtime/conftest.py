"""Two stand-ins for installed models, so that the runtime is tested without anybody's plugin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from lstsr_core import Model, registry
from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_core.registry import Offer, Offers
from lstsr_core.scene import factor_of

SLOPE = np.float32(-15)
"""Change of the stand-in's temperature with NDVI. [K]"""


@dataclass(frozen=True)
class Plain:
    """Interpolates, and knows nothing of a guide."""

    factor: int

    def __call__(self, lst, guides, valid):
        fine = upsample_cubic(lst, self.factor)
        return fine, np.where(np.isfinite(fine), np.float32(1), np.float32(np.nan))


@dataclass(frozen=True)
class Guided:
    """Adds the contrast of the guide where there is one."""

    factor: int

    def __call__(self, lst, guides, valid):
        fine, sigma = Plain(self.factor)(lst, guides, valid)
        contrast = guides[0] - repeat(block_mean(guides[0], self.factor), self.factor)
        return fine + SLOPE * np.nan_to_num(contrast), sigma


def _model(name, predictor, rank, guides=()):
    def prepare(scene):
        return predictor(factor_of(scene))

    return Model(name=name, prepare=prepare, margin=4, rank=rank, guides=guides)


STAND_INS = Offers(
    noun="model",
    items=(
        Offer(plugin="stand-ins", value=_model("plain", Plain, rank=1)),
        Offer(plugin="stand-ins", value=_model("guided", Guided, rank=2, guides=("ndvi",))),
    ),
    problems=(),
)


@pytest.fixture(scope="module", autouse=True)
def stand_ins():
    """Offer the stand-ins alone, whatever else is installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "models", lambda: STAND_INS)
        yield
