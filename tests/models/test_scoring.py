"""Scores of whole scenes, as the registered protocol has them."""

from __future__ import annotations

import pytest
import torch

from lstsr_models.chips import Prediction
from lstsr_models.losses.law_texture import octaves
from lstsr_models.training.calibration import texture_of
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
    for octave in score.texture.values():
        assert octave.truth == pytest.approx(float(octave.made[0, 0]) / 4, rel=1e-4)


def test_octaves_raised_by_the_texture_have_the_energy_of_the_truth(chips_of):
    chips = chips_of(size=16)
    factor = chips.truth.shape[-1] // chips.coarse.shape[-1]
    weak, raised = (0.8, 0.6, 0.9), chips.truth.clone()
    for share, octave in zip(weak, octaves(chips.truth, factor), strict=True):
        raised -= share * octave
    score = score_scene(Prediction(lst=raised, log_sigma=torch.zeros_like(raised)), chips)
    factors = texture_of([score])
    for x, octave in zip(factors.values(), octaves(raised.clone(), factor), strict=True):
        assert x > 1
        raised += (x - 1) * octave
    # the octaves of a scene and of its inner part differ along the border
    after = score_scene(Prediction(lst=raised, log_sigma=torch.zeros_like(raised)), chips)
    for octave in after.texture.values():
        assert float(octave.made[0, 0]) == pytest.approx(octave.truth, rel=0.05)


def test_a_scene_without_truth_has_no_score(chips_of):
    chips = chips_of(size=16)
    chips = chips._replace(truth=torch.full_like(chips.truth, torch.nan))
    assert score_scene(Prediction(lst=chips.base, log_sigma=chips.base), chips) is None
