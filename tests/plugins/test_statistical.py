"""Classical sharpeners: what they must get exactly right."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import registry
from lstsr_core.nested import block_mean, repeat
from lstsr_core.scene import build_scene
from lstsr_core.testing import check_model, make_scene
from lstsr_statistical.linear import fit_surface
from lstsr_statistical.predictors import Layout
from lstsr_statistical.regression import cover
from lstsr_statistical.samples import Samples
from lstsr_statistical.spread import unseen_spread

ALL = ("nearest", "bilinear", "bicubic", "tsharp", "distrad")
GUIDED = ("tsharp", "distrad")


def predict(name, scene):
    model = registry.models().get(name)
    lst = scene["coarse"]["lst"].to_numpy()
    guides = np.stack([scene["guide"][guide].to_numpy() for guide in model.guides or ("ndvi",)])
    return model.prepare(scene)(lst, guides, np.isfinite(lst))


def with_truth(scene, truth, *, gap=None, guide_gap=None):
    """Give the scene that a fine truth would show."""
    coarse, guide = scene["coarse"].to_dataset(), scene["guide"].to_dataset()
    lst = block_mean(truth, 4).astype(np.float32)
    ndvi = guide["ndvi"].to_numpy().copy()
    if gap is not None:
        lst[gap] = np.nan
    if guide_gap is not None:
        ndvi[guide_gap] = np.nan
    return build_scene(coarse.assign(lst=(("y", "x"), lst)), guide.assign(ndvi=(("y", "x"), ndvi)))


@pytest.mark.parametrize("name", ALL)
def test_every_model_keeps_the_contract_of_core(name):
    check_model(registry.models().get(name))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("factor", [2, 3, 5, 10])
def test_every_model_takes_any_factor(name, factor):
    check_model(registry.models().get(name), make_scene(shape=(24, 26), factor=factor))


@pytest.mark.parametrize("name", ALL)
def test_a_constant_temperature_stays_constant(name):
    scene = make_scene()
    fine, sigma = predict(name, with_truth(scene, np.full((128, 128), 300.0)))
    assert np.allclose(fine, 300.0, atol=1e-4)
    assert np.allclose(sigma, 0.0, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("tsharp", lambda n: 310.0 - 12.0 * cover(n)),
        ("distrad", lambda n: 310.0 - 9.0 * n),
    ],
)
def test_a_temperature_that_the_guide_explains_is_recovered(name, law):
    scene = make_scene()
    truth = law(scene["guide"]["ndvi"].to_numpy().astype(np.float64))
    fine, _ = predict(name, with_truth(scene, truth))
    # The cover of a mean NDVI is not the mean cover: TsHARP is exact to that difference only.
    assert np.abs(fine - truth)[16:-16, 16:-16].max() < (0.35 if name == "tsharp" else 1e-3)


def samples_of(x, y):
    return Samples(
        predictors=x[None, None],
        lst=y[None],
        weight=np.ones((1, x.size)),
        layout=Layout(names=("ndvi",), classes=((),)),
        factor=4,
    )


def test_a_polynomial_goes_on_straight_outside_of_its_range_and_then_is_held():
    x = np.linspace(0.2, 0.8, 50)
    surface = fit_surface(samples_of(x, 300.0 - 10.0 * x**2), degree=2)

    def at(value):
        return float(surface(np.array([[value]]))[0])

    assert at(0.5) == pytest.approx(297.5, abs=1e-4)
    assert at(0.9) == pytest.approx(300 - 10 * 0.64 - 16 * 0.1, abs=1e-3)
    assert at(5.0) == pytest.approx(300 - 10 * 0.64 - 16 * 0.25 * 0.6, abs=1e-3)


@pytest.mark.parametrize("name", ALL)
def test_a_cloud_touches_its_own_neighbourhood_only(name):
    scene = make_scene(shape=(24, 24))
    truth = scene["reference"]["lst"].to_numpy()
    whole, _ = predict(name, with_truth(scene, truth))
    cloudy = with_truth(scene, truth, gap=(slice(10, 12), slice(10, 12)))
    model = registry.models().get(name)
    # The same regression on both, so that only the neighbourhood can differ.
    predictor = model.prepare(with_truth(scene, truth))
    lst = cloudy["coarse"]["lst"].to_numpy()
    fine, _ = predictor(lst, scene["guide"]["ndvi"].to_numpy()[None], np.isfinite(lst))
    hole = np.zeros((24, 24), bool)
    hole[10:12, 10:12] = True
    near = np.zeros((24, 24), bool)
    near[8:14, 8:14] = True
    assert np.isnan(fine[repeat(hole, 4)]).all()
    assert np.array_equal(fine[repeat(~near, 4)], whole[repeat(~near, 4)])


@pytest.mark.parametrize("name", GUIDED)
def test_where_the_guide_is_missing_the_detail_is_that_of_bicubic_and_sigma_is_larger(name):
    scene = make_scene()
    truth = scene["reference"]["lst"].to_numpy()
    cloudy = with_truth(scene, truth, guide_gap=(slice(0, 40), slice(0, 40)))
    fine, sigma = predict(name, cloudy)
    plain, _ = predict("bicubic", cloudy)
    assert np.abs(fine - plain)[:40, :40].max() < 1e-4
    assert sigma[0, 0] > sigma[-1, -1] > 0


@pytest.mark.parametrize("name", GUIDED)
def test_a_guide_without_variance_gives_bicubic(name):
    scene = make_scene()
    flat = (
        scene["guide"].to_dataset().assign(ndvi=(("y", "x"), np.full((128, 128), 0.4, np.float32)))
    )
    scene = build_scene(scene["coarse"].to_dataset(), flat)
    fine, _ = predict(name, scene)
    assert np.abs(fine - predict("bicubic", scene)[0]).max() < 1e-4


def test_the_spread_of_white_noise_goes_on_unchanged_into_every_finer_octave():
    noise = np.random.default_rng(5).standard_normal((256, 256))
    # Noise falls towards coarser octaves; no natural field does, so the ratio is held at 1 and
    # two finer octaves add twice the variance of the one that is shown.
    assert unseen_spread(noise, 4) == pytest.approx(np.sqrt(3) * unseen_spread(noise, 1))


def test_the_spread_grows_with_the_factor_and_vanishes_for_a_constant():
    field = make_scene(shape=(64, 64))["coarse"]["lst"].to_numpy()
    assert 0 < unseen_spread(field, 2) < unseen_spread(field, 4) < unseen_spread(field, 8)
    assert unseen_spread(np.full((32, 32), 300.0), 4) == 0.0


def test_sigma_holds_the_truth_as_often_as_it_says_on_a_simulated_scene():
    scene = make_scene(shape=(64, 64), seed=3)
    truth = scene["reference"]["lst"].to_numpy()
    for name in ("bicubic", "tsharp"):
        fine, sigma = predict(name, scene)
        inside = np.abs(fine - truth) <= 1.645 * sigma
        assert 0.8 < inside.mean() <= 1.0


@pytest.mark.parametrize("number", ["000", "119"])
def test_a_real_scene_is_sharpened_towards_aster(shared_data, number):
    open_scene = pytest.importorskip("lstsr_data").open_scene
    folder = shared_data / "modis-aster" / number
    scene = open_scene(folder / "lst_1km.tif", {"ndvi": folder / "ndvi_250m.tif"})
    fine, sigma = predict("tsharp", scene)
    assert np.isfinite(fine).all()
    assert 0.3 < float(np.nanmean(sigma)) < 4.0
    assert np.abs(block_mean(fine, 4) - scene["coarse"]["lst"].to_numpy()).mean() < 0.5
