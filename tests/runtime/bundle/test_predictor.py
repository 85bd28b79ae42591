"""Networks as models: known answers, domain, gaps, tiles."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from lstsr_core import ModelError, Quality, build_scene
from lstsr_core.scene import guide_names
from lstsr_core.testing import check_model, make_scene
from lstsr_physics.law.bands import split_fine
from lstsr_physics.law.layers import prepare_layers
from lstsr_physics.law.sharpener import prepare as prepare_law
from lstsr_runtime import sharpen
from lstsr_runtime.bundle.blending import trust_in_scene
from lstsr_runtime.bundle.contract import Contract

SCENE = make_scene(shape=(40, 44), gaps=0.02)
LST = SCENE["coarse"]["lst"].to_numpy()
NDVI = SCENE["guide"]["ndvi"].to_numpy()[None]
VALID = np.isfinite(LST)
MEASURED = VALID.repeat(4, 0).repeat(4, 1)


@pytest.fixture(scope="module")
def law():
    return prepare_law(SCENE)(LST, NDVI, VALID)


def with_guides(scene, **guides):
    fine = scene["guide"].to_dataset()
    added = {name: fine["ndvi"].copy(data=values) for name, values in guides.items()}
    return build_scene(scene["coarse"].to_dataset(), fine.assign(added))


def has(result, flag):
    return (result["quality"].to_numpy() & flag) > 0


def test_the_residual_is_added_to_the_law_and_sigma_is_calibrated(bundles, law):
    lst, sigma = bundles.model().prepare(SCENE)(LST, NDVI, VALID)
    added = prepare_layers(SCENE)(LST, NDVI, VALID)["law"]
    wanted = law[0] + 0.5 * added / 2.0
    assert np.allclose(lst[MEASURED], wanted[MEASURED], atol=1e-3)
    assert np.allclose(sigma[MEASURED], 0.5 * 1.5, atol=1e-5)
    assert np.isnan(lst[~MEASURED]).all()
    assert np.isnan(sigma[~MEASURED]).all()


def test_the_residual_may_be_added_to_cubic_interpolation(bundles, nets):
    model = bundles.model(nets.linear(valid=3.0), base="lst_cubic")
    lst, _ = model.prepare(SCENE)(LST, NDVI, VALID)
    layers = prepare_layers(SCENE)
    wanted = layers(LST, NDVI, VALID)["lst_cubic"] + layers.level + 3.0
    assert np.allclose(lst[MEASURED], wanted[MEASURED], atol=1e-3)


def test_a_layer_is_scaled_as_the_contract_says(bundles, nets, law):
    lst, _ = bundles.model(nets.linear(ndvi=1.0)).prepare(SCENE)(LST, NDVI, VALID)
    scaled = (prepare_layers(SCENE)(LST, NDVI, VALID)["ndvi"] - 0.5) / 0.2
    assert np.allclose((lst - law[0])[MEASURED], scaled[MEASURED], atol=1e-3)


def test_a_network_keeps_the_contract_of_models(bundles, nets):
    check_model(bundles.model(nets.linear(edge=3, law=1.0, ndvi=0.5)))


def test_a_network_that_halves_its_grid_gives_the_same_in_every_tile(bundles, nets):
    model = bundles.model(nets.halving(law=2.0, ndvi=1.0), margin=14)
    whole = sharpen(SCENE, model, tile=64)["lst"].to_numpy()
    for tile in (7, 12, 17):
        part = sharpen(SCENE, model, tile=tile)["lst"].to_numpy()
        assert np.nanmax(np.abs(part - whole)) < 1e-3
        assert np.array_equal(np.isnan(part), np.isnan(whole))
    check_model(model, make_scene(shape=(45, 47)))


def test_a_network_whose_reach_is_known_gives_the_same_as_on_whole_tiles(bundles, nets):
    net = nets.halving(law=2.0, ndvi=1.0)
    known = sharpen(SCENE, bundles.model(net, margin=14), tile=64)["lst"].to_numpy()
    for tile in (7, 12, 17, 64):
        part = sharpen(SCENE, bundles.model(net, margin=14, reach=9), tile=tile)["lst"].to_numpy()
        assert np.nanmax(np.abs(part - known)) < 1e-3
        assert np.array_equal(np.isnan(part), np.isnan(known))


@pytest.mark.parametrize("shape", [(5, 9), (3, 16), (24, 1)])
def test_a_scene_of_any_shape_is_filled(bundles, nets, shape):
    scene = make_scene(shape=shape)
    result = sharpen(scene, bundles.model(nets.halving(law=1.0))).compute()
    assert np.isfinite(result["lst"]).all()


def test_outside_of_the_domain_the_law_is_given_and_flagged(bundles, nets, law):
    model = bundles.model(nets.linear(valid=100.0), domain={"ndvi": [3.0, 4.0]})
    result = sharpen(SCENE, model).compute()
    assert np.allclose(result["lst"].to_numpy()[MEASURED], law[0][MEASURED], atol=1e-3)
    assert np.allclose(result["lst_uncertainty"].to_numpy()[MEASURED], law[1][MEASURED], atol=1e-4)
    assert np.array_equal(has(result, Quality.OUTSIDE_DOMAIN), MEASURED)


def test_trust_falls_smoothly_where_the_domain_is_left(bundles, nets, law):
    middle = float(np.median(NDVI))
    model = bundles.model(nets.linear(valid=1.0), domain={"ndvi": [middle, 2.0]})
    lst, _, outside = model.prepare(SCENE).judged(LST, NDVI, VALID)
    ndvi = prepare_layers(SCENE)(LST, NDVI, VALID)["ndvi"]
    residual = (lst - law[0])[MEASURED]
    beyond = (middle - ndvi)[MEASURED] / 0.1
    assert np.allclose(residual[beyond <= 0], 1, atol=1e-3)
    assert np.allclose(residual[beyond >= 1], 0, atol=1e-3)
    between = (beyond > 0.1) & (beyond < 0.9)
    left = 1 - beyond[between]
    assert np.allclose(residual[between], left**2 * (3 - 2 * left), atol=2e-3)
    assert outside[MEASURED][between].all()
    assert not outside[MEASURED][beyond <= 0].any()


def test_between_network_and_law_the_uncertainty_holds_their_difference(bundles, nets):
    middle = float(np.median(NDVI))
    model = bundles.model(nets.linear(valid=9.0), domain={"ndvi": [middle, 2.0]})
    _, sigma, outside = model.prepare(SCENE).judged(LST, NDVI, VALID)
    assert np.nanmax(sigma[outside]) > 9.0 / 2
    assert np.allclose(sigma[MEASURED & ~outside], 0.75, atol=0.2)


def test_a_scene_unlike_those_it_learnt_from_is_left_to_the_law_and_named(
    bundles, nets, law, caplog
):
    model = bundles.model(nets.linear(valid=100.0), facts={"temperature": [200.0, 210.0]})
    result = sharpen(SCENE, model).compute()
    assert np.allclose(result["lst"].to_numpy()[MEASURED], law[0][MEASURED], atol=1e-3)
    assert np.array_equal(has(result, Quality.OUTSIDE_DOMAIN), MEASURED)
    assert "temperature from 200 to 210" in caplog.text


def test_trust_in_a_scene_falls_smoothly_and_what_cannot_be_told_has_none(bundles):
    contract = Contract.model_validate(bundles.words(facts={"slope": [-30.0, -10.0]}))
    trusts = [trust_in_scene(contract, {"slope": slope}) for slope in (-20, -10, -5, -2.5, 0)]
    assert trusts == pytest.approx([1, 1, 1, 0.5, 0])
    assert trust_in_scene(contract, {"temperature": 300.0}) == 0


def test_a_network_that_knows_one_sensor_is_not_trusted_with_another(bundles):
    contract = Contract.model_validate(bundles.words(facts={"modis": [1.0, 1.0]}))
    assert trust_in_scene(contract, {"modis": 1.0}) == 1
    assert trust_in_scene(contract, {"modis": 0.0}) == 0


def test_inside_of_the_domain_nothing_is_flagged(bundles):
    assert not bundles.model().prepare(SCENE).judged(LST, NDVI, VALID)[2].any()


@pytest.mark.fault(35)
def test_a_residual_that_is_no_number_is_replaced_by_the_law_and_flagged(bundles, nets, law):
    tiles = nets.npz(
        layers=np.ones((1, 4, 8, 8), np.float32),
        fields=np.zeros((1, 2, 8, 8), np.float32),
    )
    lst, sigma, outside = (
        bundles.model(nets.logarithm(), tiles=tiles).prepare(SCENE).judged(LST, NDVI, VALID)
    )
    below = prepare_layers(SCENE)(LST, NDVI, VALID)["ndvi"] < 0.5
    assert (below & MEASURED).any()
    assert np.array_equal(outside & MEASURED, below & MEASURED)
    assert np.allclose(lst[below & MEASURED], law[0][below & MEASURED], atol=1e-3)
    assert np.isfinite(lst[MEASURED]).all()
    assert np.isfinite(sigma[MEASURED]).all()


def test_where_a_guide_is_missing_the_law_is_given(bundles, nets):
    holed = NDVI[0].copy()
    holed[40:60, 40:60] = np.nan
    scene = with_guides(SCENE, ndvi=holed)
    model = bundles.model(nets.linear(valid=5.0))
    lst, _, outside = model.prepare(scene).judged(LST, holed[None], VALID)
    law = prepare_law(scene)(LST, holed[None], VALID)[0]
    hole = np.isnan(holed) & MEASURED
    assert outside[hole].all()
    assert np.allclose(lst[hole], law[hole], atol=1e-3)


@pytest.mark.parametrize(
    "guides",
    [
        [{"name": "ndvi"}],
        [{"name": "ndvi", "required": False}],
        [{"name": "ndvi", "required": False}, {"name": "albedo", "required": False}],
    ],
)
def test_a_scene_without_any_guide_of_the_network_is_refused(bundles, guides):
    fine = SCENE["guide"].to_dataset().rename(ndvi="elevation")
    scene = build_scene(SCENE["coarse"].to_dataset(), fine)
    with pytest.raises(ModelError) as caught:
        sharpen(scene, bundles.model(guides=guides))
    assert caught.value.code == "GUIDE_MISSING"
    assert "ndvi" in caught.value.expected


def test_a_guide_that_the_network_does_not_know_changes_nothing(bundles):
    model = bundles.model()
    more = with_guides(SCENE, elevation=1000 * NDVI[0] ** 2)
    assert guide_names(model, more) == ("ndvi",)
    assert sharpen(more, model).equals(sharpen(SCENE, model))


def test_an_optional_guide_is_used_where_it_is_there(bundles):
    guides = [{"name": "ndvi"}, {"name": "albedo", "required": False}]
    model = bundles.model(guides=guides)
    albedo = np.random.default_rng(3).random(NDVI[0].shape)
    scene = with_guides(SCENE, zenith=albedo, albedo=albedo.astype(np.float32))
    assert guide_names(model, scene) == ("ndvi", "albedo", "zenith")
    known = with_guides(SCENE, albedo=albedo.astype(np.float32))
    result = sharpen(scene, model)["lst"].to_numpy()
    assert np.array_equal(result, sharpen(known, model)["lst"].to_numpy(), equal_nan=True)
    plain = sharpen(SCENE, model)["lst"].to_numpy()
    assert np.nanmax(np.abs(result - plain)) > 1e-3


def test_another_factor_is_refused(bundles):
    with pytest.raises(ModelError) as caught:
        sharpen(make_scene(factor=3), bundles.model())
    assert caught.value.code == "FACTOR_UNSUPPORTED"


def test_a_layer_that_nobody_makes_is_refused(bundles):
    layers = [{"name": n, "mean": 0, "scale": 1} for n in ("lst_cubic", "law", "magic", "valid")]
    with pytest.raises(ModelError) as caught:
        bundles.model(layers=layers, domain={}).prepare(SCENE)
    assert caught.value.code == "BUNDLE_REFUSED"
    assert "magic" in caught.value.found


def test_texture_raises_the_octaves_that_were_measured(bundles, nets):
    model = bundles.model(nets.linear(), texture={"0.075": 1.0, "0.15": 1.0, "0.3": 2.0})
    plain = model.prepare(SCENE)(LST, NDVI, VALID)[0]
    full = model.tuned({"texture": "1"}).prepare(SCENE)(LST, NDVI, VALID)[0]
    assert np.allclose((full - plain)[MEASURED], split_fine(plain, 4)[2][MEASURED], atol=1e-3)


def test_texture_that_was_never_measured_is_refused(bundles):
    with pytest.raises(ModelError) as caught:
        bundles.model().tuned({"texture": 0.5}).prepare(SCENE)
    assert caught.value.code == "OPTION_INVALID"


@pytest.mark.parametrize("settings", [{"texture": 2}, {"device": "tpu"}, {"device": "cuda:x"}])
def test_an_option_out_of_its_range_is_refused(bundles, settings):
    with pytest.raises(ModelError) as caught:
        bundles.model().tuned(settings)
    assert caught.value.code == "OPTION_INVALID"


def test_the_scale_of_a_scene_is_a_layer_too(bundles, nets, law):
    names = ("lst_cubic", "law", "ndvi", "scale")
    layers = [{"name": n, "mean": 0, "scale": 1} for n in names]
    model = bundles.model(nets.linear(valid=1.0), layers=layers, domain={"scale": [-3, 3]})
    lst, _ = model.prepare(SCENE)(LST, NDVI, VALID)
    assert np.allclose((lst - law[0])[MEASURED], np.log2(0.926625433), atol=1e-3)


def test_a_predictor_travels_between_processes(bundles):
    predictor = bundles.model().prepare(SCENE)
    code = (
        "import pickle, sys\n"
        "predictor, tile = pickle.load(sys.stdin.buffer)\n"
        "result = predictor(*tile)\n"
        "assert not {'torch', 'onnx', 'lightning'} & set(sys.modules)\n"
        "sys.stdout.buffer.write(pickle.dumps(result))\n"
    )
    sent = pickle.dumps((predictor, (LST, NDVI, VALID)))
    done = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, check=True)
    here = predictor(LST, NDVI, VALID)
    for one, other in zip(pickle.loads(done.stdout), here, strict=True):
        assert np.array_equal(one, other, equal_nan=True)
