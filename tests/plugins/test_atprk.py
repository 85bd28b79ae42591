"""ATPRK and AATPRK: what they must get exactly right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import ModelError, registry
from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_core.scene import build_scene
from lstsr_core.testing import check_model, make_scene

BOTH = ("atprk", "aatprk")


def model_of(name, **settings):
    return registry.models().get(name).tuned(settings)


def arrays(scene):
    names = sorted(scene["guide"].data_vars)
    guides = np.stack([scene["guide"][name].to_numpy() for name in names])
    return scene["coarse"]["lst"].to_numpy(), guides


def predict(scene, name, **settings):
    lst, guides = arrays(scene)
    return model_of(name, **settings).prepare(scene)(lst, guides, np.isfinite(lst))


def scene_of(lst, **guides):
    """Lay a coarse temperature and fine guides on simulated grids."""
    plain = make_scene(shape=lst.shape)
    coarse, fine = plain["coarse"].to_dataset(), plain["guide"].to_dataset().drop_vars("ndvi")
    layers = {name: (("y", "x"), guide.astype(np.float32)) for name, guide in guides.items()}
    return build_scene(coarse.assign(lst=(("y", "x"), lst.astype(np.float32))), fine.assign(layers))


def waves(shape, length, seed=0):
    """Make a guide whose coarse means reach as far as its fine values, nearly."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[: shape[0] * 4, : shape[1] * 4] / 4
    phases = random.uniform(0, 6.28, 2)
    return 0.5 + 0.2 * np.sin(6.28 * y / length + phases[0]) * np.cos(6.28 * x / length + phases[1])


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("settings", [{}, {"exact": True}, {"reference_quirks": True}])
def test_both_keep_the_contract_of_core(name, settings):
    check_model(model_of(name, **settings))


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("factor", [2, 3, 5, 10])
def test_both_take_any_factor(name, factor):
    check_model(model_of(name), make_scene(shape=(24, 26), factor=factor))


@pytest.mark.parametrize("name", BOTH)
def test_a_constant_temperature_stays_constant(name):
    fine, sigma = predict(scene_of(np.full((20, 20), 300.0), ndvi=waves((20, 20), 7)), name)
    assert np.allclose(fine, 300.0, atol=1e-4)
    assert np.allclose(sigma, 0.0, atol=1e-3)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("exact", [False, True])
def test_a_plane_in_the_guides_is_recovered_to_the_very_border(name, exact):
    ndvi, height = waves((24, 24), 9), 800 * waves((24, 24), 13, seed=1)
    truth = 320.0 - 20.0 * ndvi - 0.006 * height
    scene = scene_of(block_mean(truth, 4), ndvi=ndvi, height=height)
    fine, _ = predict(scene, name, exact=exact)
    assert np.abs(fine - truth).max() < 2e-3


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**16), gaps=st.floats(0.0, 0.6))
def test_the_exact_result_gives_back_every_coarse_temperature(name, seed, gaps):
    scene = make_scene(shape=(15, 13), gaps=gaps, seed=seed, noise=0.5)
    fine, _ = predict(scene, name, exact=True)
    lst, _ = arrays(scene)
    assert np.allclose(block_mean(fine, 4), lst, atol=2e-4, rtol=0, equal_nan=True)


@pytest.mark.parametrize("name", BOTH)
def test_what_no_guide_explains_is_found_in_the_corner_but_by_the_reference(name):
    lst = 300.0 + waves((20, 20), 9)[::4, ::4]
    lst[0, 0] += 8.0
    scene = scene_of(lst, ndvi=waves((20, 20), 6, seed=2))
    fine, _ = predict(scene, name, exact=True)
    assert block_mean(fine, 4)[0, 0] == pytest.approx(lst[0, 0], abs=1e-3)
    bare, _ = predict(scene, "atprk", reference_quirks=True)
    assert block_mean(bare, 4)[0, 0] < lst[0, 0] - 6.0


def test_the_reference_has_the_regression_alone_on_its_border():
    scene = make_scene(shape=(20, 20), noise=0.5)
    lst, guides = arrays(scene)
    means = block_mean(guides[0].astype(np.float64) ** 4, 4) ** 0.25
    line = np.polyfit(means.ravel(), lst.ravel(), 1)
    fine, _ = predict(scene, "atprk", reference_quirks=True)
    border = np.ones((80, 80), bool)
    border[8:-8, 8:-8] = False
    assert np.abs(fine - np.polyval(line, guides[0]))[border].max() < 1e-3
    inside = block_mean(fine - np.polyval(line, guides[0]), 4)[2:-2, 2:-2]
    assert np.allclose(inside, (lst - np.polyval(line, means))[2:-2, 2:-2], atol=1e-3)


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("settings", [{}, {"exact": True}])
def test_a_cloud_touches_its_own_neighbourhood_only(name, settings):
    scene = make_scene(shape=(24, 24))
    lst, guides = arrays(scene)
    predictor = model_of(name, **settings).prepare(scene)
    whole, _ = predictor(lst, guides, np.isfinite(lst))
    cloudy = lst.copy()
    cloudy[10:12, 10:12] = np.nan
    fine, sigma = predictor(cloudy, guides, np.isfinite(cloudy))
    near = np.zeros((24, 24), bool)
    near[8:14, 8:14] = True
    assert np.isnan(fine[40:48, 40:48]).all()
    assert np.isnan(sigma[40:48, 40:48]).all()
    assert np.array_equal(fine[repeat(~near, 4)], whole[repeat(~near, 4)])


@pytest.mark.parametrize("name", BOTH)
def test_where_a_guide_is_missing_the_result_is_bicubic_and_sigma_is_larger(name):
    scene = make_scene()
    lst, guides = arrays(scene)
    guides[:, :40, :40] = np.nan
    fine, sigma = predict(scene_of(lst, ndvi=guides[0]), name)
    assert np.abs(fine - upsample_cubic(lst, 4))[:40, :40].max() < 1e-4
    assert sigma[0, 0] > sigma[-64, -64] > 0


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("exact", [False, True])
def test_the_order_of_the_guides_changes_nothing(name, exact):
    plain = make_scene(seed=4)
    lst, (ndvi,) = arrays(plain)
    height = 300 * waves((32, 32), 5)
    one, _ = predict(scene_of(lst, a=ndvi, b=height), name, exact=exact)
    other, _ = predict(scene_of(lst, a=height, b=ndvi), name, exact=exact)
    assert np.abs(one - other).max() < 1e-3


@pytest.mark.parametrize("name", BOTH)
def test_noise_of_the_coarse_temperature_is_left_out_unless_it_shall_be_kept(name):
    scene = make_scene(shape=(48, 48), noise=1.0, seed=2)
    truth = scene["reference"]["lst"].to_numpy()
    errors = [
        float(np.sqrt(np.mean((predict(scene, name, exact=exact)[0] - truth) ** 2)))
        for exact in (False, True)
    ]
    assert errors[0] < 0.95 * errors[1]


@pytest.mark.parametrize("name", BOTH)
def test_ninety_percent_intervals_hold_the_simulated_truth(name):
    scene = make_scene(shape=(64, 64), seed=1)
    fine, sigma = predict(scene, name)
    inside = np.abs(fine - scene["reference"]["lst"].to_numpy()) <= 1.645 * sigma
    # Sigma allows for a footprint wider than the pixel, which the simulated sensor has not.
    assert 0.85 < inside.mean() < 0.99


@pytest.mark.parametrize("name", BOTH)
def test_ninety_percent_intervals_hold_aster_on_real_scenes(name, shared_data):
    open_database = pytest.importorskip("lstsr_data.modis_aster").open_database
    protocol = pytest.importorskip("lstsr_runtime.bench.protocol")
    held = []
    for number in ("000", "057", "119", "164"):
        scene = open_database(shared_data)[number]().load()
        fine, sigma = predict(scene, name)
        pair = protocol.pair_up(fine, protocol.lay_truth(scene).lst, 4)
        known = np.isfinite(pair.truth)
        near = np.abs(pair.prediction - pair.truth) <= 1.645 * protocol.cut_border(sigma, 8)
        held.append(near[known].mean())
    assert 0.8 < np.mean(held) < 0.97


@pytest.mark.parametrize("name", BOTH)
def test_sigma_is_larger_where_neighbours_are_missing(name):
    scene = make_scene(shape=(24, 24), seed=1)
    _, sigma = predict(scene, name, exact=True)
    coarse = block_mean(sigma, 4)
    assert coarse[0, 0] > coarse[12, 12] > 0


@pytest.mark.parametrize("window", [2, 4, 1, -3])
def test_a_window_without_a_middle_is_refused(window):
    with pytest.raises(ModelError) as caught:
        model_of("aatprk", window=window)
    assert caught.value.code == "OPTION_INVALID"


@pytest.mark.parametrize("name", BOTH)
def test_a_scene_without_guides_is_refused(name):
    scene = scene_of(np.full((16, 16), 300.0))
    with pytest.raises(ModelError) as caught:
        model_of(name).prepare(scene)
    assert caught.value.code == "GUIDE_MISSING"
