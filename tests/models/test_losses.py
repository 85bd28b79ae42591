"""Losses: zero where all is right, known values where it is not, and gradients that stay finite."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import Footprint
from lstsr_core.footprint import see_values
from lstsr_models.chips import Prediction
from lstsr_models.data.orientation import turn, turn_taps
from lstsr_models.layers import LST_STD, NDVI_STD
from lstsr_models.losses import law_texture
from lstsr_models.losses.adversarial import fool, judge
from lstsr_models.losses.blur import blur
from lstsr_models.losses.catalogue import LOSSES, add_up
from lstsr_models.losses.fidelity import FootprintHuber
from lstsr_models.losses.footprint import BORDER, inside, see
from lstsr_models.losses.highpass import HighpassTexture
from lstsr_models.losses.law_texture import LawTexture, octaves
from lstsr_models.losses.likelihood import Likelihood
from lstsr_models.losses.named import name_losses
from lstsr_models.losses.sobel import SobelTexture, sobel
from lstsr_models.losses.supervised import TruthHuber
from lstsr_models.recipe import LossRecipe
from lstsr_physics.law.bands import fine_octaves, mean_around, split_fine
from lstsr_physics.law.law import FLAT, shipped_law


def prediction(lst, log_sigma=None):
    return Prediction(lst=lst, log_sigma=torch.zeros_like(lst) if log_sigma is None else log_sigma)


@pytest.mark.parametrize("footprint", [Footprint(), Footprint(mtf=0.3), Footprint(shape="box")])
@pytest.mark.parametrize("factor", [2, 4])
def test_a_tensor_is_seen_as_core_sees_an_array(chips_of, footprint, factor):
    chips = chips_of(factor=factor, footprint=footprint)
    seen = see(chips.truth, chips.taps)
    known = see_values(chips.truth[1, 0].numpy().astype(float), footprint, factor)
    assert np.allclose(seen[1, 0], known[BORDER:-BORDER, BORDER:-BORDER], atol=1e-5)


def test_gaps_are_seen_as_core_sees_them(chips_of):
    chips = chips_of()
    chips.truth[:, :, 10:30, 5:22] = torch.nan
    seen = see(chips.truth, chips.taps)[0, 0].numpy()
    known = see_values(chips.truth[0, 0].numpy().astype(float), Footprint(), 4)[4:-4, 4:-4]
    assert np.isnan(seen).any()
    assert np.allclose(seen, known, atol=1e-5, equal_nan=True)


@given(number=st.integers(0, 7), seed=st.integers(0, 99))
@settings(max_examples=16)
def test_a_footprint_turns_with_the_ground(number, seed):
    random = np.random.default_rng(seed)
    taps = random.random((2, 32)).astype(np.float32)
    fine = random.standard_normal((48, 48)).astype(np.float32)

    def seen(field, weights):
        return see(torch.from_numpy(field)[None, None], torch.from_numpy(weights)[None])[0, 0]

    turned = seen(turn(fine, number), turn_taps(taps, number)).numpy()
    assert np.allclose(turned, turn(seen(fine, taps).numpy(), number), atol=1e-3)


def test_fidelity_is_zero_for_what_gives_back_the_measurement(chips_of):
    chips = chips_of()
    coarse = torch.full_like(chips.coarse, torch.nan)
    inside(coarse)[:] = see(chips.truth, chips.taps)
    right = FootprintHuber()(prediction(chips.truth), chips._replace(coarse=coarse))
    wrong = FootprintHuber()(prediction(chips.truth + 2.0), chips._replace(coarse=coarse))
    assert float(right) == pytest.approx(0.0, abs=1e-9)
    assert float(wrong) == pytest.approx(1.5, abs=1e-4)


def test_supervised_loss_is_hubers(chips_of):
    chips = chips_of()
    for error, known in ((0.5, 0.125), (3.0, 2.5)):
        assert float(TruthHuber()(prediction(chips.truth + error), chips)) == pytest.approx(
            known, abs=1e-5
        )


def test_sobel_sees_a_ramp_in_all_four_directions():
    y, x = torch.meshgrid(torch.arange(6.0), torch.arange(6.0), indexing="ij")
    gradients = sobel((2 * x + 3 * y)[None, None])
    assert gradients[0, :, 2, 2].tolist() == [8 * 2, 8 * 3, 6 * (2 + 3), 6 * (3 - 2)]


@pytest.mark.parametrize(("loss", "gain"), [(SobelTexture(), -0.5), (HighpassTexture(), -0.25)])
def test_published_texture_is_met_by_that_many_kelvin_per_ndvi(chips_of, loss, gain):
    chips = chips_of()
    slope = gain * LST_STD / NDVI_STD
    assert slope == pytest.approx(-24.2 if gain == -0.5 else -12.1, abs=0.05)
    met = loss(prediction(slope * chips.guide + 7.0), chips)
    missed = loss(prediction(0.5 * slope * chips.guide), chips)
    assert float(met) == pytest.approx(0.0, abs=1e-7)
    assert float(missed) > 1e-3


def test_blur_is_the_mean_of_the_law():
    field = np.random.default_rng(3).standard_normal((40, 40)).astype(np.float32)
    field[12:15, 20:30] = np.nan
    blurred = blur(torch.from_numpy(field)[None, None], 1.5)[0, 0].numpy()
    known = mean_around(field, 1.5)
    inner = (slice(8, -8), slice(8, -8))
    assert np.allclose(blurred[inner], known[inner], atol=1e-4, equal_nan=True)


def test_octaves_are_those_of_the_law():
    field = np.random.default_rng(4).standard_normal((64, 64)).astype(np.float32)
    inner = (slice(20, -20), slice(20, -20))
    for one, other in zip(
        octaves(torch.from_numpy(field)[None, None], 4), split_fine(field, 4), strict=True
    ):
        assert np.allclose(one[0, 0].numpy()[inner], other[inner], atol=1e-4)


def test_where_nature_is_alike_at_every_scale_the_law_asks_for_slope_times_guide(
    chips_of, monkeypatch
):
    monkeypatch.setattr(law_texture, "shipped_law", lambda _: FLAT)
    chips = chips_of()
    chips = chips._replace(slope=torch.full_like(chips.slope, -15.0))
    alike = LawTexture()(prediction(-15.0 * chips.guide + 3.0), chips)
    assert float(alike) == pytest.approx(0.0, abs=1e-7)


def test_the_measured_law_asks_for_less_detail_than_the_coarse_slope(chips_of):
    chips = chips_of()
    chips = chips._replace(slope=torch.full_like(chips.slope, -15.0))
    gains = torch.linspace(0, 1.5, 31)
    costs = [float(LawTexture()(prediction(-15.0 * g * chips.guide), chips)) for g in gains]
    law = shipped_law("modis")
    found = [law.at(sigma).gain for sigma in fine_octaves(4)]
    best = float(gains[int(np.argmin(costs))])
    assert min(found) - 0.05 <= best <= max(found) + 0.05


@pytest.mark.parametrize("shape", ["gaussian", "laplace"])
def test_likelihood_is_best_where_sigma_is_the_error(chips_of, shape):
    random = np.random.default_rng(0)
    draw = random.normal if shape == "gaussian" else random.laplace
    scale = 2.0 if shape == "gaussian" else 2.0 / math.sqrt(2)
    error = torch.from_numpy(draw(0.0, scale, (2, 1, 48, 48)).astype(np.float32))
    chips = chips_of()
    costs = {
        sigma: float(
            Likelihood(shape=shape)(
                prediction(chips.truth + error, torch.full_like(error, math.log(sigma))), chips
            )
        )
        for sigma in (1.0, 1.5, 2.0, 2.6, 4.0)
    }
    assert min(costs, key=costs.get) == 2.0


def test_the_critic_lowers_its_loss_by_telling_them_apart():
    real, made = torch.full((1, 1, 4, 4), 2.0), torch.full((1, 1, 4, 4), -2.0)
    assert float(judge(real, made)) == 0.0 < float(judge(made, real))
    assert float(fool(real)) < float(fool(made))


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_what_is_missing_gives_no_gradient_and_nothing_else_does(chips_of, name):
    chips = chips_of()
    chips.truth[:, :, :24] = torch.nan
    chips.coarse[:, :, :6] = torch.nan
    lst = chips.base.clone().requires_grad_()
    log_sigma = torch.zeros_like(lst, requires_grad=True)
    LOSSES[name]()(prediction(lst, log_sigma), chips).backward()
    assert torch.isfinite(lst.grad).all()
    assert lst.grad.abs().sum() > 0
    if name in ("huber", "likelihood"):
        assert lst.grad[:, :, :24].abs().sum() == 0


@pytest.mark.parametrize("name", ["huber", "likelihood", "fidelity"])
def test_a_batch_without_anything_known_teaches_nothing(chips_of, name):
    chips = chips_of()
    chips = chips._replace(
        truth=torch.full_like(chips.truth, torch.nan),
        coarse=torch.full_like(chips.coarse, torch.nan),
    )
    lst = chips.base.clone().requires_grad_()
    loss = LOSSES[name]()(prediction(lst, lst * 0), chips)
    loss.backward()
    assert loss.item() == 0.0
    assert torch.all(lst.grad == 0)


def test_losses_add_up_by_their_weights(chips_of):
    chips = chips_of()
    chosen = name_losses([LossRecipe(name="huber", weight=2), LossRecipe(name="fidelity")])
    total, parts = add_up(chosen, prediction(chips.base), chips)
    assert float(total) == pytest.approx(2 * float(parts["huber"]) + float(parts["fidelity"]))
    assert parts.keys() == {"huber", "fidelity"}


@pytest.mark.parametrize(
    ("name", "options", "word"),
    [
        ("huber", {"dleta": 1}, "dleta"),
        ("law-texture", {"law": "mars"}, "mars"),
        ("likelihood", {"shape": "box"}, "box"),
    ],
)
def test_an_option_that_a_loss_does_not_have_is_refused(name, options, word):
    with pytest.raises(ValueError, match=word):
        name_losses([LossRecipe(name=name, options=options)])
