"""Random forest, gradient boosting, and the trees that they and DMS share."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import ModelError
from lstsr_core.nested import block_mean
from lstsr_core.scene import build_scene, guide_names
from lstsr_core.testing import make_scene
from lstsr_statistical.leaves import Learnt, fit_leaves
from lstsr_statistical.plugin import lstsr_models
from lstsr_statistical.tables import Table, quickened
from lstsr_statistical.thicket import Windows, grow_thicket
from lstsr_statistical.trees import Growth, grow

MODELS = {model.name: model for model in lstsr_models()}
FORESTS = ("random-forest", "gradient-boosting")
SHAPE = (48, 52)


def field(seed):
    return make_scene(shape=SHAPE, seed=seed)["guide/ndvi"].to_numpy().astype(float)


def scene_of(truth, **guides):
    like = make_scene(shape=SHAPE)
    lst = block_mean(truth, 4).astype(np.float32)
    layers = {name: (("y", "x"), values.astype(np.float32)) for name, values in guides.items()}
    return build_scene(
        like["coarse"].to_dataset().assign(lst=(("y", "x"), lst)),
        like["guide"].to_dataset().drop_vars("ndvi").assign(layers),
    )


def predict(name, scene, **options):
    model = MODELS[name]
    lst = scene["coarse/lst"].to_numpy()
    guides = np.array([scene["guide"][guide].to_numpy() for guide in guide_names(model, scene)])
    return model.tuned(options).prepare(scene)(lst, guides, np.isfinite(lst))


def rms(values):
    return float(np.sqrt(np.mean(values**2)))


def samples(count=400, predictors=2, seed=0):
    return np.random.default_rng(seed).random((count, predictors))


def growth(**changes):
    return Growth(**{"trees": 5, "fewest_samples": 15, "planes": True, "reach": 0.25, **changes})


@pytest.mark.parametrize("name", FORESTS)
def test_a_relation_of_two_guides_that_no_line_has_is_learnt(name):
    ndvi, texture = field(1), field(2)
    truth = 300 + 8 * (ndvi > 0.5) * np.where(texture > 0.5, 1.0, -1.0)
    scene = scene_of(truth, ndvi=ndvi, texture=texture)
    error = {n: rms(predict(n, scene)[0] - truth) for n in (name, "tsharp", "bicubic")}
    assert error[name] < 0.9 * min(error["tsharp"], error["bicubic"])


@pytest.mark.parametrize("name", FORESTS)
def test_a_forest_depends_on_its_seed_and_nothing_else(name):
    from threadpoolctl import threadpool_limits

    ndvi = field(3)
    scene = scene_of(305 - 15 * ndvi + 4 * field(4), ndvi=ndvi, texture=field(5))
    with threadpool_limits(1):
        one = predict(name, scene)
    two = predict(name, scene)
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])


def test_another_seed_draws_another_forest():
    ndvi = field(3)
    scene = scene_of(305 - 15 * ndvi + 4 * field(4), ndvi=ndvi)
    first, second = (predict("random-forest", scene, seed=seed)[0] for seed in (0, 1))
    assert 0 < np.abs(first - second).max() < 2


@pytest.mark.parametrize("name", FORESTS)
def test_ninety_percent_intervals_of_a_forest_hold_as_often_as_they_say(name):
    held = []
    for seed in range(3):
        ndvi = field(10 + seed)
        truth = 305 - 15 * ndvi + 4 * field(20 + seed)
        fine, sigma = predict(name, scene_of(truth, ndvi=ndvi, texture=field(30 + seed)))
        held.append(np.mean(np.abs(fine - truth) <= 1.645 * sigma))
    assert 0.8 < np.mean(held) < 0.97


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("random-forest", {"trees": 0}),
        ("random-forest", {"features": 0.0}),
        ("gradient-boosting", {"learning_rate": 0.0}),
        ("gradient-boosting", {"leaves": 1}),
    ],
)
def test_options_out_of_range_are_refused(name, wrong):
    with pytest.raises(ModelError) as caught:
        MODELS[name].tuned(wrong)
    assert caught.value.code == "OPTION_INVALID"


def test_leaves_hold_the_planes_that_their_samples_lie_on():
    x = samples()
    leaf = (x[:, 0] > 0.5).astype(int)
    lst = np.where(leaf, 300 + 10 * x[:, 0] - 4 * x[:, 1], 290 - 3 * x[:, 0] + 9 * x[:, 1])
    # A line explains little of both together, so slopes would be held back in one tree of two
    # leaves; as two trees of one leaf each they are free.
    trees = Learnt(
        predictors=x.T, lst=lst, weight=np.ones(len(x)), leaf=leaf, tree=np.array([0, 1])
    )
    leaves = fit_leaves(trees, planes=True, reach=10.0)
    assert np.allclose(leaves.slopes, [[-3, 10], [9, -4]], atol=1e-4)
    assert np.abs(leaves(leaf, x.astype(np.float32)) - lst).max() < 1e-3


def test_slopes_are_held_back_as_far_as_the_predictors_explain_nothing():
    x = samples()
    noise = np.random.default_rng(1).standard_normal(len(x))
    one = {"predictors": x.T, "weight": np.ones(len(x)), "leaf": np.zeros(len(x), int)}
    found = [
        fit_leaves(Learnt(**one, lst=300 + slope * x[:, 0] + 2 * noise, tree=np.zeros(1, int)),
                   planes=True, reach=1.0).slopes[0, 0] / slope
        for slope in (1.0, 10.0, 1000.0)
    ]  # fmt: skip
    assert found[0] < 0.5
    assert found[0] < found[1] < found[2]
    assert found[2] == pytest.approx(1, abs=1e-3)


def test_flat_leaves_hold_weighted_means():
    learnt = Learnt(
        predictors=np.zeros((1, 4)),
        lst=np.array([300.0, 310.0, 280.0, 290.0]),
        weight=np.array([3.0, 1.0, 1.0, 1.0]),
        leaf=np.array([0, 0, 1, 1]),
        tree=np.zeros(2, int),
    )
    leaves = fit_leaves(learnt, planes=False, reach=0.25)
    assert np.allclose(leaves.level, [302.5, 285.0])


@pytest.mark.parametrize("planes", [True, False])
def test_a_step_is_found_by_bags_and_by_thickets(planes):
    x = samples(predictors=3)
    lst = np.where(x[:, 2] > 0.4, 310.0, 290.0)
    ones, random = np.ones(len(x)), np.random.default_rng(0)
    bag = grow(x, lst, ones, growth(planes=planes), random)
    windows = Windows(predictors=x.T[:, None], lst=lst[None], weight=ones[None])
    thicket = grow_thicket(windows, growth(planes=planes), random)
    away = np.abs(x[:, 2] - 0.4) > 0.05
    for mean, variance in (bag(x.astype(np.float32)), thicket(0, x.astype(np.float32))):
        assert np.abs(mean - lst)[away].max() < 1e-6
        assert variance[away].max() < 1e-6


def test_windows_of_a_thicket_do_not_know_of_each_other():
    x, y = samples(seed=1), samples(seed=2)
    lst = np.stack([300 + 9 * x[:, 0], 280 - 7 * y[:, 1] ** 2])
    stack = np.stack([x.T, y.T], axis=1)
    both = Windows(predictors=stack, lst=lst, weight=np.ones(lst.shape))
    random = np.random.default_rng
    thicket = grow_thicket(both, growth(), random(0))
    changed = Windows(
        predictors=both.predictors, lst=lst + np.array([[0], [50]]), weight=both.weight
    )
    other = grow_thicket(changed, growth(), random(0))
    single = x.astype(np.float32)
    assert np.array_equal(thicket(0, single)[0], other(0, single)[0])
    assert np.allclose(other(1, single)[0] - thicket(1, single)[0], 50, atol=1e-6)


def test_a_window_with_too_few_pixels_is_not_used():
    x = samples()
    weight = np.ones((2, len(x)))
    weight[1, 14:] = 0
    windows = Windows(
        predictors=np.stack([x.T, x.T], axis=1), lst=np.full((2, len(x)), 300.0), weight=weight
    )
    thicket = grow_thicket(windows, growth(), np.random.default_rng(0))
    assert thicket.enough.tolist() == [True, False]


def test_a_table_says_what_the_function_says():
    x = samples(predictors=1)
    lst = 300 - 12 * x[:, 0] ** 2
    bag = grow(x, lst, np.ones(len(x)), growth(), np.random.default_rng(0))
    table = quickened(bag, x)
    assert isinstance(table, Table)
    single = np.linspace(-0.2, 1.2, 999, dtype=np.float32)[:, None]
    # What differs is where a tree jumps between two nodes of the table.
    assert rms(table(single)[0] - bag(single)[0]) < 0.06
    assert quickened(bag, samples(predictors=2)) is bag
