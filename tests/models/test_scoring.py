"""Scores of whole scenes, as the registered protocol has them."""

from __future__ import annotations

import pytest
import torch

from lstsr_models.chips import Prediction
from lstsr_models.training.scoring import BORDER, score_scene


def test_border_and_mean_difference_are_left_out(chips_of):
    chips = chips_of(size=16)
    chips = chips._replace(cubic=chips.truth + 2.0 * torch.randn_like(chips.truth) + 5.0)
    made = chips.truth + torch.randn_like(chips.truth) - 3.0
    made[..., : 4 * BORDER, :] += 100.0
    score = score_scene(Prediction(lst=made, log_sigma=torch.zeros_like(made)), chips)
    assert score.error == pytest.approx(1.0, abs=0.05)
    assert score.cubic == pytest.approx(2.0, abs=0.1)
    assert float(score.sizes.square().mean().sqrt()) == pytest.approx(1.0, abs=0.05)


def test_twice_the_detail_is_half_the_texture_left(chips_of):
    chips = chips_of(size=16)
    made = 2.0 * chips.truth
    score = score_scene(Prediction(lst=made, log_sigma=torch.zeros_like(made)), chips)
    for real, found in score.texture.values():
        assert real == pytest.approx(found / 4, rel=1e-4)


def test_a_scene_without_truth_has_no_score(chips_of):
    chips = chips_of(size=16)
    chips = chips._replace(truth=torch.full_like(chips.truth, torch.nan))
    assert score_scene(Prediction(lst=chips.base, log_sigma=chips.base), chips) is None
