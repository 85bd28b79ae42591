"""A planted shift is found, with noise and gaps, and undone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import Footprint, SceneError
from lstsr_core.testing import make_scene
from lstsr_physics import Shift, estimate_shift, realign, see
from lstsr_physics.registration import Search

SHIFTS = ((0.0, 0.0), (0.75, 0.75), (-1.3, 0.2), (2.5, -3.1))
NOISE = 0.3
"""Standard deviation of the noise of the coarse field. [K]"""


def planted(dx: float, dy: float) -> Shift:
    return Shift(dx=dx, dy=dy, correlation=math.nan, at_limit=False)


def displaced(field, dx: float, dy: float):
    """Move the content of a field to the right and down."""
    return realign(field, planted(-dx, -dy))


def noisy(coarse, seed: int, gaps: float = 0.05):
    random = np.random.default_rng(seed)
    noise = NOISE * random.standard_normal(coarse.shape).astype(np.float32)
    return (coarse + noise).where(random.random(coarse.shape) >= gaps)


@pytest.mark.parametrize(("dx", "dy"), SHIFTS)
@pytest.mark.parametrize("seed", [0, 1])
def test_planted_shift_is_found_within_a_tenth_of_a_pixel_despite_noise_and_gaps(dx, dy, seed):
    truth = make_scene(shape=(64, 64), seed=seed)["reference/lst"]
    coarse = noisy(see(truth, Footprint(), 4), seed)
    fine = displaced(truth, dx, dy)
    fine[40:70, 20:60] = np.nan
    found = estimate_shift(fine, coarse)
    assert (found.dx, found.dy) == pytest.approx((dx, dy), abs=0.1)
    assert found.correlation > 0.8
    assert not found.at_limit


@pytest.mark.parametrize(("dx", "dy"), SHIFTS)
@pytest.mark.parametrize("high_pass", [True, False])
def test_planted_shift_is_found_exactly_without_noise(dx, dy, high_pass):
    truth = make_scene(shape=(48, 64), seed=3)["reference/lst"]
    coarse = see(truth, Footprint(), 4)
    found = estimate_shift(displaced(truth, dx, dy), coarse, Search(high_pass=high_pass))
    assert (found.dx, found.dy) == pytest.approx((dx, dy), abs=0.03)


def test_guide_that_falls_where_temperature_rises_is_registered_by_either_sign():
    scene = make_scene(shape=(64, 64), slope=-15.0, seed=1)
    coarse = noisy(see(scene["reference/lst"], Footprint(), 4), 1)
    guide = displaced(scene["guide/ndvi"], 1.5, -0.75)
    found = estimate_shift(guide, coarse, Search(same_sign=False))
    assert (found.dx, found.dy) == pytest.approx((1.5, -0.75), abs=0.15)
    assert found.correlation < -0.5


def test_shift_beyond_the_search_is_said_to_lie_at_its_limit():
    truth = make_scene(shape=(48, 48), seed=2)["reference/lst"]
    found = estimate_shift(displaced(truth, 5.0, 0.0), see(truth, Footprint(), 4))
    assert found.at_limit
    wider = estimate_shift(
        displaced(truth, 5.0, 0.0), see(truth, Footprint(), 4), Search(limit=2.0)
    )
    assert not wider.at_limit
    assert (wider.dx, wider.dy) == pytest.approx((5.0, 0.0), abs=0.05)


def test_same_fields_give_the_same_shift():
    truth = make_scene(shape=(32, 32), seed=5)["reference/lst"]
    coarse = noisy(see(truth, Footprint(), 4), 5)
    assert estimate_shift(truth, coarse) == estimate_shift(truth.copy(deep=True), coarse)


def test_fields_that_share_nothing_are_refused():
    scene = make_scene(shape=(16, 16))
    nothing = scene["reference/lst"].where(False)
    with pytest.raises(SceneError) as caught:
        estimate_shift(nothing, scene["coarse/lst"])
    assert caught.value.code == "NO_VALID_PIXELS"


def test_field_that_does_not_vary_is_refused():
    scene = make_scene(shape=(16, 16))
    flat = scene["reference/lst"].copy(data=np.full((64, 64), 300.0, np.float32))
    with pytest.raises(SceneError) as caught:
        estimate_shift(flat, scene["coarse/lst"])
    assert caught.value.code == "NO_VALID_PIXELS"


def test_undone_shift_gives_the_field_back():
    truth = make_scene(shape=(32, 32), seed=4)["reference/lst"]
    smooth = see(truth, Footprint(), 1)
    moved = displaced(smooth, 0.4, -1.7)
    back = realign(moved, planted(0.4, -1.7))
    inner = {"y": slice(6, -6), "x": slice(6, -6)}
    error, left_alone = ((field - smooth).isel(inner) for field in (back, moved))
    assert float(error.std()) < 0.1 * float(left_alone.std())


@settings(deadline=None)
@given(dx=st.integers(-5, 5), dy=st.integers(-5, 5), seed=st.integers(0, 9))
def test_whole_pixel_shift_moves_values_and_gaps_as_they_are(dx, dy, seed):
    random = np.random.default_rng(seed)
    truth = make_scene(shape=(8, 8))["reference/lst"].copy(deep=True)
    truth = truth.where(random.random(truth.shape) > 0.3)
    moved = realign(truth, planted(dx, dy)).to_numpy()
    padded = np.pad(truth.to_numpy(), 5, constant_values=np.nan)
    expected = padded[5 + dy : 37 + dy, 5 + dx : 37 + dx]
    np.testing.assert_allclose(moved, expected, rtol=1e-6)
