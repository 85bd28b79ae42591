"""Geometry shared by bands: mixtures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import ModelError
from lstsr_core.nested import block_mean, upsample_cubic
from lstsr_core.scene import build_scene
from lstsr_core.testing import make_scene
from lstsr_statistical.geometry import prepare_geometry
from lstsr_statistical.mixing import binomial_taps, means_and_variances, slopes
from lstsr_statistical.options import GeometryOptions
from lstsr_statistical.plugin import lstsr_models

FACTOR = 4
(MODEL,) = (model for model in lstsr_models() if model.name == "geometry")
RANDOM = np.random.default_rng(11)


def scene_of(truth, **guides):
    """Give the scene that a fine truth would show, with these guides."""
    like = make_scene(shape=tuple(size // FACTOR for size in truth.shape))
    lst = block_mean(truth, FACTOR).astype(np.float32)
    layers = {name: (("y", "x"), field.astype(np.float32)) for name, field in guides.items()}
    grid = like["guide"].to_dataset().drop_vars("ndvi")
    return build_scene(
        like["coarse"].to_dataset().assign(lst=(("y", "x"), lst)), grid.assign(layers)
    )


def predict(scene, **options):
    lst = scene["coarse/lst"].to_numpy()
    guides = np.stack(
        [scene["guide"][name].to_numpy() for name in sorted(scene["guide"].data_vars)]
    )
    return prepare_geometry(scene, GeometryOptions(**options))(lst, guides, np.isfinite(lst))


def ndvi(seed=0, shape=(32, 32)):
    return make_scene(shape=shape, seed=seed)["guide/ndvi"].to_numpy().astype(float)


def rms(field):
    return float(np.sqrt(np.nanmean(field**2)))


@settings(max_examples=12)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=3))
def test_without_a_ridge_a_truth_that_is_linear_in_the_guides_is_recovered(coefficients):
    guides = {f"guide{place}": ndvi(place) for place in range(len(coefficients))}
    truth = 300 + sum(c * g for c, g in zip(coefficients, guides.values(), strict=True))
    fine, _ = predict(scene_of(truth, **guides), ridge=0.0)
    assert np.abs(fine - truth).max() < 2e-3


def test_the_ridge_leaves_less_than_half_of_what_interpolation_misses_of_a_linear_truth():
    truth = 310 - 15 * ndvi()
    scene = scene_of(truth, ndvi=ndvi())
    plain = upsample_cubic(scene["coarse/lst"].to_numpy(), FACTOR)
    assert rms(predict(scene)[0] - truth) < 0.5 * rms(plain - truth)


def test_the_slopes_are_those_of_the_weights_that_are_nearest_to_interpolation():
    # The constrained least squares of the module's first lines, solved for one pixel by Lagrange.
    lst, means = RANDOM.standard_normal((5, 5)), RANDOM.standard_normal((2, 5, 5))
    variances, ridge = RANDOM.uniform(0.5, 2.0, (2, 5, 5)), 0.7
    taps = binomial_taps(5).weights
    window = np.outer(taps, taps).ravel()
    inside = np.diag(ridge * (variances.reshape(2, -1) * window).sum(axis=1))
    departure, values = RANDOM.standard_normal(2), means.reshape(2, -1)
    normal = values.T @ np.linalg.solve(inside, values) + np.diag(1 / window)
    ones = np.ones((25, 1))
    system = np.block([[normal, ones], [ones.T, np.zeros((1, 1))]])
    right = np.append(values.T @ np.linalg.solve(inside, departure), 0.0)
    change = np.linalg.solve(system, right)[:25]
    found = slopes(lst, means, variances, window=5, ridge=ridge)[:, 2, 2]
    assert change @ lst.ravel() == pytest.approx(found @ departure, rel=1e-6)


def test_a_guide_that_varies_inside_pixels_alone_changes_nothing():
    pattern = np.tile([[0.0, 1.0], [1.0, 0.0]], (64, 64))
    scene = scene_of(300 + 5 * ndvi(), pattern=pattern)
    plain = upsample_cubic(scene["coarse/lst"].to_numpy(), FACTOR)
    assert np.abs(predict(scene)[0] - plain).max() < 1e-4


def test_an_unrelated_guide_costs_little():
    truth = 310 - 15 * ndvi(1)
    scene = scene_of(truth, ndvi=ndvi(2))
    plain = upsample_cubic(scene["coarse/lst"].to_numpy(), FACTOR)
    assert rms(predict(scene)[0] - truth) < 1.1 * rms(plain - truth)


def test_opposite_relations_on_two_sides_of_a_scene_are_both_followed():
    guide = ndvi(shape=(32, 64))
    sign = np.where(np.arange(guide.shape[1]) < guide.shape[1] // 2, -1.0, 1.0)
    truth = 300 + 15 * sign * guide
    fine, _ = predict(scene_of(truth, ndvi=guide))
    plain = upsample_cubic(block_mean(truth, FACTOR), FACTOR)
    left, right = np.s_[:, :100], np.s_[:, -100:]
    for side in (left, right):
        assert rms((fine - truth)[side]) < 0.5 * rms((plain - truth)[side])


def test_exact_gives_the_input_back():
    scene = make_scene()
    lst = scene["coarse/lst"].to_numpy()
    assert np.abs(block_mean(predict(scene, exact=True)[0], FACTOR) - lst).max() < 1e-3
    assert 0.01 < np.abs(block_mean(predict(scene)[0], FACTOR) - lst).mean() < 0.3


def test_where_a_guide_is_missing_interpolation_stands_and_sigma_is_larger():
    truth, hole = 310 - 15 * ndvi(), ndvi()
    hole[:40, :40] = np.nan
    scene = scene_of(truth, ndvi=hole, other=ndvi(3))
    fine, sigma = predict(scene)
    plain = upsample_cubic(scene["coarse/lst"].to_numpy(), FACTOR)
    assert np.abs(fine - plain)[:40, :40].max() < 1e-4
    assert sigma[0, 0] > sigma[-1, -1] > 0


def test_means_and_variances_of_a_block_that_is_mostly_missing_are_unknown():
    fine = np.arange(32.0).reshape(1, 4, 8)
    fine[0, :3, :4] = np.nan
    means, variances = means_and_variances(fine, 4)
    assert np.isnan(means[0, 0, 0])
    assert means[0, 0, 1] == pytest.approx(fine[0, :, 4:].mean())
    assert variances[0, 0, 1] == pytest.approx(fine[0, :, 4:].var())


def test_sigma_holds_the_truth_on_a_simulated_scene():
    scene = make_scene(shape=(64, 64), seed=3)
    fine, sigma = predict(scene)
    inside = np.abs(fine - scene["reference/lst"].to_numpy()) <= 1.645 * sigma
    assert 0.8 < inside.mean() < 0.99


@pytest.mark.parametrize("chosen", [{"window": 4}, {"window": 9}, {"ridge": -1.0}])
def test_settings_out_of_their_range_are_refused(chosen):
    with pytest.raises(ModelError, match="has to be"):
        MODEL.tuned(chosen)


def test_a_scene_without_a_guide_is_refused():
    scene = make_scene()
    bare = build_scene(scene["coarse"].to_dataset(), scene["guide"].to_dataset().drop_vars("ndvi"))
    with pytest.raises(ModelError, match="GUIDE_MISSING"):
        MODEL.prepare(bare)
