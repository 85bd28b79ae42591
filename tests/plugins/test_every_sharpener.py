"""What every guided sharpener of the plugin must do, whichever there are."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_core.options import describe_options
from lstsr_core.predictor import place
from lstsr_core.scene import build_scene, guide_names
from lstsr_core.testing import check_model, make_scene
from lstsr_statistical.plugin import lstsr_models

FACTOR = 4
SHAPE = (40, 44)
GUIDED = {model.name: model for model in lstsr_models() if model.guides or model.extra_guides}
MANY = [name for name, model in GUIDED.items() if model.extra_guides]
EXACT_FOR_LINES = {"distrad", "huts"}
"""Methods that are a polynomial in the guides, and so have to find a line again."""
LEFT_OF_LINES = {"geometry": 0.45, "random-forest": 0.7, "gradient-boosting": 0.7}
"""Share of what interpolation misses of a linear truth that a method may miss too: a ridge, or
steps where the truth is a slope. [1]"""
LEFT = 0.25
"""The same of every other method. TsHARP is a line in cover, not in NDVI. [1]"""


def options_of(model):
    return {option.name for option in describe_options(model.options)}


EXACT = [name for name, model in GUIDED.items() if "exact" in options_of(model)]
WEIGHTED = [name for name, model in GUIDED.items() if "weighted" in options_of(model)]


def field(seed, shape=SHAPE):
    """Give a fine field with the spectrum of land, mean 0.5, spread 0.15."""
    return make_scene(shape=shape, seed=seed)["guide/ndvi"].to_numpy().astype(float)


def scene_of(truth, guides, *, gap=None, attrs=None):
    """Give the scene that a fine truth would show, with guides of these names."""
    like = make_scene(shape=tuple(size // FACTOR for size in truth.shape))
    lst = block_mean(truth, FACTOR).astype(np.float32)
    if gap is not None:
        lst[gap] = np.nan
    layers = {
        name: (("y", "x"), values.astype(np.float32), (attrs or {}).get(name, {}))
        for name, values in guides.items()
    }
    grid = like["guide"].to_dataset().drop_vars("ndvi")
    return build_scene(
        like["coarse"].to_dataset().assign(lst=(("y", "x"), lst)), grid.assign(layers)
    )


def arrays(model, scene):
    lst = scene["coarse/lst"].to_numpy()
    guides = np.stack([scene["guide"][name].to_numpy() for name in guide_names(model, scene)])
    return lst, guides, np.isfinite(lst)


def predict(name, scene, settings=None, *, learnt=None):
    """Sharpen a scene, with what is learnt from it or was learnt from another one."""
    model = GUIDED[name].tuned(settings or {})
    predictor = learnt if learnt is not None else model.prepare(scene)
    return place(predictor, 0, 0)(*arrays(model, scene))


@cache
def guides_of(seed=0, shape=SHAPE):
    return {"ndvi": field(10 + seed, shape), "albedo": 0.1 + 0.4 * field(20 + seed, shape)}


@cache
def natural(seed=0, shape=SHAPE):
    """Give the truth that guides explain in part, and its scene."""
    guides = guides_of(seed, shape)
    truth = 310 - 14 * guides["ndvi"] + 20 * guides["albedo"] + 3 * field(30 + seed, shape)
    return truth, scene_of(truth, guides)


@cache
def learnt_from_nature(name):
    return GUIDED[name].prepare(natural()[1])


@cache
def sharp_nature(name):
    return predict(name, natural()[1], learnt=learnt_from_nature(name))


def interpolated(scene):
    return upsample_cubic(scene["coarse/lst"].to_numpy().astype(float), FACTOR)


def rms(values):
    return float(np.sqrt(np.nanmean(values**2)))


@pytest.mark.parametrize(
    ("name", "settings"), [(n, {}) for n in GUIDED] + [(n, {"exact": True}) for n in EXACT]
)
def test_the_contract_of_core_is_kept_tiles_gaps_pickling_purity(name, settings):
    size = 2 * GUIDED[name].margin + 16
    check_model(GUIDED[name].tuned(settings), natural(0, (size, size + 3))[1])


@pytest.mark.parametrize("name", GUIDED)
@pytest.mark.parametrize("factor", [2, 3, 5])
def test_any_factor_is_taken(name, factor):
    like = make_scene(shape=(30, 33), factor=factor)
    mirrored = like["guide/ndvi"].to_numpy()[::-1]
    grid = like["guide"].to_dataset().assign(albedo=(("y", "x"), 0.3 + 0.2 * mirrored))
    scene = build_scene(like["coarse"].to_dataset(), grid)
    sharp, sigma = predict(name, scene)
    assert sharp.shape == sigma.shape == mirrored.shape
    assert np.isfinite(sharp).all()


@pytest.mark.parametrize("name", GUIDED)
def test_a_constant_temperature_stays_constant(name):
    scene = scene_of(np.full((160, 176), 300.0), guides_of())
    sharp, sigma = predict(name, scene)
    assert np.abs(sharp - 300.0).max() < 1e-3
    assert sigma.max() < 0.01


@pytest.mark.parametrize("name", GUIDED)
def test_a_truth_that_is_linear_in_the_guides_is_recovered(name):
    guides = guides_of()
    truth = 310 - 14 * guides["ndvi"] + 20 * guides["albedo"]
    scene = scene_of(truth, guides)
    missed = predict(name, scene)[0] - truth
    if name in EXACT_FOR_LINES:
        assert np.abs(missed).max() < 0.01
    else:
        assert rms(missed) < LEFT_OF_LINES.get(name, LEFT) * rms(interpolated(scene) - truth)


@pytest.mark.parametrize("name", GUIDED)
def test_a_guided_sharpener_beats_interpolation_where_guides_explain_the_truth_in_part(name):
    truth, scene = natural()
    assert rms(sharp_nature(name)[0] - truth) < 0.9 * rms(interpolated(scene) - truth)


@pytest.mark.fault(18)
@pytest.mark.parametrize("name", GUIDED)
def test_a_gap_of_the_temperature_changes_nothing_beyond_the_margin(name):
    truth, _ = natural()
    hole = np.zeros(SHAPE, bool)
    hole[18:20, 20:23] = True
    cloudy = scene_of(truth, guides_of(), gap=hole)
    whole, _ = sharp_nature(name)
    sharp, sigma = predict(name, cloudy, learnt=learnt_from_nature(name))
    assert np.array_equal(np.isnan(sharp), repeat(hole, FACTOR))
    assert np.array_equal(np.isnan(sigma), repeat(hole, FACTOR))
    far = _far_from(hole, GUIDED[name].margin)
    assert np.abs(sharp - whole)[far].max() < 1e-3


def _far_from(hole, margin):
    rows, columns = np.nonzero(hole)
    near = np.zeros(hole.shape, bool)
    top, left = max(rows.min() - margin, 0), max(columns.min() - margin, 0)
    near[top : rows.max() + margin + 1, left : columns.max() + margin + 1] = True
    return repeat(~near, FACTOR)


@pytest.mark.fault(22)
@pytest.mark.parametrize("name", GUIDED)
def test_a_gap_of_a_guide_gives_interpolation_there_and_changes_nothing_beyond_the_margin(name):
    truth, scene = natural()
    hole = np.zeros(SHAPE, bool)
    hole[14:26, 14:26] = True
    ndvi = np.where(repeat(hole, FACTOR), np.nan, guides_of()["ndvi"])
    cloudy = scene_of(truth, {**guides_of(), "ndvi": ndvi})
    whole, _ = sharp_nature(name)
    sharp, sigma = predict(name, cloudy, learnt=learnt_from_nature(name))
    assert np.isfinite(sharp).all()
    assert np.isfinite(sigma).all()
    assert np.abs(sharp - whole)[_far_from(hole, GUIDED[name].margin)].max() < 1e-3
    inner = slice(19 * FACTOR, 21 * FACTOR)
    assert rms((sharp - interpolated(scene))[inner, inner]) < 0.1


@pytest.mark.parametrize("name", GUIDED)
def test_the_order_of_guides_does_not_matter(name):
    truth, scene = natural()
    turned = scene_of(truth, dict(reversed(guides_of().items())))
    assert list(turned["guide"].data_vars) != list(scene["guide"].data_vars)
    for found, wanted in zip(predict(name, turned), sharp_nature(name), strict=True):
        assert np.abs(found - wanted).max() < 1e-3


@pytest.mark.parametrize("name", GUIDED)
def test_block_means_are_near_the_input_as_near_as_those_of_interpolation(name):
    _, scene = natural()
    lst = scene["coarse/lst"].to_numpy()
    missed = rms(block_mean(sharp_nature(name)[0], FACTOR) - lst)
    assert missed < rms(block_mean(interpolated(scene), FACTOR) - lst)


@pytest.mark.parametrize("name", EXACT)
def test_block_means_are_the_input_where_that_is_asked_for(name):
    _, scene = natural()
    sharp, _ = predict(name, scene, {"exact": True})
    assert np.abs(block_mean(sharp, FACTOR) - scene["coarse/lst"].to_numpy()).max() < 1e-3


@pytest.mark.parametrize("name", GUIDED)
def test_sigma_is_a_number_of_zero_or_more_and_of_the_size_of_the_error(name):
    truth, _ = natural()
    sharp, sigma = sharp_nature(name)
    assert np.isfinite(sigma).all()
    assert (sigma >= 0).all()
    assert 0.5 < rms(sigma) / rms(sharp - truth) < 3


@pytest.mark.parametrize("name", GUIDED)
def test_the_outer_two_coarse_pixels_gain_as_much_as_the_inner_ones(name):
    gains = np.array([_gain_at_the_border(name, *natural(seed)) for seed in range(3)]).mean(axis=0)
    outer, inner = gains
    assert outer < inner + 0.12


def _gain_at_the_border(name, truth, scene):
    """Give error over that of interpolation, in the outer two coarse pixels and inside."""
    ring = np.ones(truth.shape, bool)
    ring[2 * FACTOR : -2 * FACTOR, 2 * FACTOR : -2 * FACTOR] = False
    errors = predict(name, scene)[0] - truth, interpolated(scene) - truth
    return [rms(errors[0][where]) / rms(errors[1][where]) for where in (ring, ~ring)]


@pytest.mark.parametrize("name", MANY)
def test_classes_are_taken_as_classes_and_not_as_numbers(name):
    classes = np.digitize(field(41), [0.4, 0.5, 0.6])
    # Neither rising nor falling with the number of the class.
    truth = 300 + np.array([0.0, 6.0, -4.0, 3.0])[classes]
    attrs = {"cover": {"flag_values": np.arange(4, dtype=np.int8), "flag_meanings": "a b c d"}}
    scene = scene_of(truth, {"ndvi": field(42), "cover": classes}, attrs=attrs)
    assert rms(predict(name, scene)[0] - truth) < 0.6 * rms(interpolated(scene) - truth)


@pytest.mark.parametrize("name", MANY)
def test_guides_that_tell_nothing_do_little_harm(name):
    truth, _ = natural()
    more = {**guides_of(), **{f"noise{seed}": field(50 + seed) for seed in range(3)}}
    few, many = (
        rms(sharp - truth)
        for sharp in (sharp_nature(name)[0], predict(name, scene_of(truth, more))[0])
    )
    assert many < 1.3 * few


@pytest.mark.parametrize("name", WEIGHTED)
def test_homogeneous_pixels_count_for_more_where_that_is_asked_for(name):
    guides = guides_of()
    spread = np.sqrt(
        block_mean(guides["ndvi"] ** 2, FACTOR) - block_mean(guides["ndvi"], FACTOR) ** 2
    )
    mixed = spread > np.median(spread)
    truth = 310 - 14 * guides["ndvi"] + 20 * guides["albedo"]
    scene = scene_of(truth, guides)
    # Where pixels are mixed the temperature says the reverse.
    wrong = scene["coarse"].to_dataset().copy(deep=True)
    wrong["lst"].values[mixed] = 2 * 305 - wrong["lst"].values[mixed]
    spoilt = build_scene(wrong, scene["guide"].to_dataset())
    plain, weighted = (
        rms(
            predict(name, scene, learnt=GUIDED[name].tuned({"weighted": w}).prepare(spoilt))[0]
            - truth
        )
        for w in (False, True)
    )
    assert weighted < plain
