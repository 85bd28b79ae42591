"""DMS: what the parts of the data mining sharpener do on fields whose answer is known."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lstsr_core import ModelError
from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_core.scene import build_scene, guide_names
from lstsr_core.testing import make_scene
from lstsr_statistical.plugin import lstsr_models
from lstsr_statistical.residual import add_back
from lstsr_statistical.sharpener import add_back_radiance

DMS = next(model for model in lstsr_models() if model.name == "dms")
SHAPE = (48, 52)


def field(seed):
    return make_scene(shape=SHAPE, seed=seed)["guide/ndvi"].to_numpy().astype(float)


def scene_of(lst, quality=None, **guides):
    like = make_scene(shape=SHAPE)
    coarse = like["coarse"].to_dataset().assign(lst=(("y", "x"), lst.astype(np.float32)))
    if quality is not None:
        coarse = coarse.assign(quality=(("y", "x"), quality.astype(np.uint8)))
    layers = {name: (("y", "x"), values.astype(np.float32)) for name, values in guides.items()}
    return build_scene(coarse, like["guide"].to_dataset().drop_vars("ndvi").assign(layers))


def predict(scene, **options):
    lst = scene["coarse/lst"].to_numpy()
    guides = np.stack([scene["guide"][name].to_numpy() for name in guide_names(DMS, scene)])
    return DMS.tuned(options).prepare(scene)(lst, guides, np.isfinite(lst))


def rms(values):
    return float(np.sqrt(np.mean(values**2)))


def radiant_mean(fine):
    return block_mean(fine**4, 4) ** 0.25


@pytest.fixture(scope="module")
def land():
    """Give NDVI, a truth that it explains in part, and the scene."""
    ndvi = field(1)
    truth = 305 - 15 * ndvi + 3 * field(2)
    return ndvi, truth, scene_of(block_mean(truth, 4), ndvi=ndvi)


@pytest.mark.parametrize("window", [0, 8])
def test_a_linear_truth_is_recovered_to_what_radiance_and_range_allow(window):
    ndvi = field(5)
    truth = 305 - 15 * ndvi
    scene = scene_of(radiant_mean(truth), ndvi=ndvi)
    inside = (ndvi > 0.25) & (ndvi < 0.75)
    error = predict(scene, window=window)[0] - truth
    assert rms(error[inside]) < 0.06 * rms(upsample_cubic(block_mean(truth, 4), 4) - truth)


def test_flat_leaves_hold_means_and_so_lose_a_slope_within_them():
    ndvi = field(5)
    truth = 305 - 15 * ndvi
    scene = scene_of(radiant_mean(truth), ndvi=ndvi)
    plane, flat = (rms(predict(scene, leaf_linear=linear)[0] - truth) for linear in (True, False))
    assert plane < 0.3 * flat


def test_what_is_predicted_stays_near_the_range_of_temperatures_it_was_learnt_from():
    ndvi = field(6)
    lst = block_mean(305 - 15 * ndvi, 4)
    for reach in (0.0, 0.25):
        predictor = DMS.tuned({"window": 0, "linear_extrapolation": reach}).prepare(
            scene_of(lst, ndvi=ndvi)
        )
        far, _ = predictor.mixture(np.array([[[-50.0, 50.0]]]), (0, 0), 1)
        beyond = reach * np.ptp(lst)
        assert far.max() <= lst.max() + beyond + 1e-3
        assert far.min() >= lst.min() - beyond - 1e-3
        assert np.ptp(far) > 0.5 * np.ptp(lst)


def test_the_residual_is_added_back_as_radiance():
    truth = 300 + 60 * (field(7) - 0.5)
    lst = radiant_mean(truth)
    assert np.abs(add_back_radiance(truth, lst, 4) - truth).max() < 1e-9
    assert np.abs(add_back(truth, lst, 4) - truth).max() > 0.05


def test_heterogeneous_pixels_are_left_out(land):
    ndvi, truth, _ = land
    mean = block_mean(ndvi, 4)
    mixed = np.sqrt(block_mean(ndvi**2, 4) - mean**2)
    wrong = mixed > np.quantile(mixed, 0.75)
    lst = block_mean(truth, 4)
    spoilt = scene_of(np.where(wrong, 2 * lst.mean() - lst, lst), ndvi=ndvi)
    guides, clean = ndvi[None].astype(np.float32), lst.astype(np.float32)
    errors = []
    for share in (1.0, 0.7):
        predictor = DMS.tuned({"homogeneity": share, "window": 0}).prepare(spoilt)
        errors.append(rms(predictor(clean, guides, np.isfinite(clean))[0] - truth))
    assert errors[1] < 0.95 * errors[0]


def test_pixels_of_other_quality_are_not_learnt_from(land):
    ndvi, truth, _ = land
    lst = block_mean(truth, 4)
    bad = np.random.default_rng(0).random(SHAPE) < 0.4
    spoilt = scene_of(np.where(bad, 2 * lst.mean() - lst, lst), quality=3 * bad, ndvi=ndvi)
    clean = lst.astype(np.float32)
    errors = []
    for good in ("", "0,1"):
        predictor = DMS.tuned({"good_quality": good}).prepare(spoilt)
        errors.append(rms(predictor(clean, ndvi[None].astype(np.float32), clean > 0)[0] - truth))
    assert errors[1] < 0.9 * errors[0]


@pytest.mark.parametrize("good", ["0", "clear"])
def test_quality_that_cannot_be_read_is_an_error_with_a_remedy(land, good):
    with pytest.raises(ModelError, match="good_quality") as caught:
        DMS.tuned({"good_quality": good}).prepare(land[2])
    assert caught.value.code == "OPTION_INVALID"


def test_a_seed_gives_the_same_result_in_every_thread_and_another_seed_another(land):
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: predict(land[2]), range(2))
    other = predict(land[2], seed=1)
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1], second[1])
    assert 0 < np.abs(other[0] - first[0]).max() < 2


def test_ninety_percent_intervals_hold_as_often_as_they_say():
    held = []
    for seed in range(4):
        ndvi = field(10 + seed)
        truth = 305 - 15 * ndvi + 4 * field(20 + seed)
        fine, sigma = predict(scene_of(block_mean(truth, 4), ndvi=ndvi))
        held.append(np.mean(np.abs(fine - truth) <= 1.645 * sigma))
    assert 0.8 < np.mean(held) < 0.97


def test_sigma_is_larger_where_the_guide_explains_less():
    ndvi = field(8)
    unexplained = 12 * (field(9) - 0.5)
    unexplained[:, : unexplained.shape[1] // 2] = 0
    truth = 305 - 15 * ndvi + unexplained
    _, sigma = predict(scene_of(block_mean(truth, 4), ndvi=ndvi))
    half = sigma.shape[1] // 2
    assert 2 * sigma[:, : half - 20].mean() < sigma[:, half + 20 :].mean()


def test_the_published_comparison_knows_ndvi_alone(land):
    ndvi, truth, scene = land
    more = scene_of(block_mean(truth, 4), albedo=field(30), ndvi=ndvi, zenith=field(31))
    alone, among = (predict(s, reference_quirks=True)[0] for s in (scene, more))
    assert np.array_equal(alone, among)
    assert np.abs(predict(more)[0] - predict(scene)[0]).max() > 0.01


def test_a_scene_without_a_single_usable_guide_pixel_is_interpolated(land):
    _, truth, _ = land
    scene = scene_of(block_mean(truth, 4), ndvi=np.full(truth.shape, np.nan))
    fine, sigma = predict(scene)
    assert np.abs(fine - upsample_cubic(scene["coarse/lst"].to_numpy(), 4)).max() < 1e-3
    assert (sigma > 0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"trees": 0},
        {"window": 3},
        {"window_overlap": 1.0},
        {"homogeneity": 0.0},
        {"fewest_samples": 0},
        {"linear_extrapolation": -0.1},
    ],
)
def test_options_out_of_range_are_refused(wrong):
    with pytest.raises(ModelError, match=str(next(iter(wrong.values())))) as caught:
        DMS.tuned(wrong)
    assert caught.value.code == "OPTION_INVALID"


def test_windows_bring_real_scenes_nearer_to_aster_than_interpolation_and_the_whole_alone(
    shared_data,
):
    open_database = pytest.importorskip("lstsr_data.modis_aster").open_database
    protocol = pytest.importorskip("lstsr_runtime.bench.protocol")
    database, errors = open_database(shared_data), []
    for number in ("000", "001", "119"):
        scene = database[number]().load()
        truth, lst = protocol.lay_truth(scene).lst, scene["coarse/lst"].to_numpy()
        fields = (predict(scene)[0], predict(scene, window=0)[0], upsample_cubic(lst, 4))
        pairs = [protocol.pair_up(fine, truth, 4) for fine in fields]
        errors.append([np.nanstd(pair.prediction - pair.truth) for pair in pairs])
    windows, whole, interpolated = np.mean(errors, axis=0)
    assert windows < interpolated
    assert windows < whole


def test_a_gap_of_a_guide_is_as_large_in_the_detail_as_it_is(land):
    ndvi, _, scene = land
    gap = np.zeros(SHAPE, bool)
    gap[20:24, 20:24] = True
    holed = ndvi.copy()
    holed[repeat(gap, 4)] = np.nan
    lst = scene["coarse/lst"].to_numpy()
    predictor = DMS.prepare(scene)
    whole, _ = predictor(lst, ndvi[None].astype(np.float32), lst > 0)
    fine, _ = predictor(lst, holed[None].astype(np.float32), lst > 0)
    changed = np.abs(fine - whole) > 1e-4
    near = np.zeros(SHAPE, bool)
    near[16:28, 16:28] = True
    assert changed[repeat(gap, 4)].mean() > 0.9
    assert not changed[repeat(~near, 4)].any()
