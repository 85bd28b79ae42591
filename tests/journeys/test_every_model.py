"""Whatever model and corrections are chosen: every measured pixel gives output, no other does."""

from __future__ import annotations

import numpy as np
import pytest

from lstsr_core import Quality, build_scene, registry
from lstsr_core.nested import block_mean, repeat
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen

MODELS = {offer.value.name: offer.value for offer in registry.models().items}
GUIDED = [name for name, model in MODELS.items() if model.guides or model.extra_guides]
CORRECTIONS = ("registration", "conservation", "scaling-law")
SHAPE = (16, 18)


def scene_of(shape=SHAPE, *, lst=None, ndvi=None):
    """Give a simulated scene with the guides that the models need, its arrays changed in place."""
    like = make_scene(shape=shape, seed=3)
    coarse, guide = like["coarse"].to_dataset(), like["guide"].to_dataset()
    for change, values in ((lst, coarse["lst"]), (ndvi, guide["ndvi"])):
        if change is not None:
            change(values.to_numpy())
    albedo = 0.1 + 0.2 * (1 - guide["ndvi"].to_numpy())
    return build_scene(coarse, guide.assign(albedo=(("y", "x"), albedo)))


def arrays(scene, name, *corrections):
    result = sharpen(scene, name, corrections=corrections).compute()
    return result["lst"].to_numpy(), result["lst_uncertainty"].to_numpy(), result["quality"]


def missing(values):
    values[7, 9] = np.nan


@pytest.mark.fault(18)
@pytest.mark.parametrize("name", MODELS)
def test_a_missing_pixel_is_missing_and_no_other_is(name):
    lst, sigma, quality = arrays(scene_of(lst=missing), name, *CORRECTIONS)
    hole = np.zeros(SHAPE, bool)
    hole[7, 9] = True
    np.testing.assert_array_equal(np.isnan(lst), repeat(hole, 4))
    np.testing.assert_array_equal(np.isnan(sigma), repeat(hole, 4))
    np.testing.assert_array_equal((quality & Quality.MISSING) > 0, repeat(hole, 4))


def lake(values):
    """Put water that is 12 K colder into the middle, up to a coast within pixels."""
    factor = values.shape[0] // SHAPE[0]
    part = values[6 * factor : 10 * factor, 6 * factor : 11 * factor]
    part[:] = 290.0 if factor == 1 else -0.15


def sea(values):
    """Leave the guide without a value over water, as products do that mask it."""
    values[26:40, 26:44] = np.nan


@pytest.mark.fault(21)
@pytest.mark.parametrize("guide", [lake, sea], ids=["seen", "masked"])
@pytest.mark.parametrize("name", MODELS)
def test_lakes_and_coasts_are_kept_as_cold_as_they_are(name, guide):
    lst, _, quality = arrays(scene_of(lst=lake, ndvi=guide), name)
    assert np.isfinite(lst).all()
    assert ((quality & Quality.MEASURED) > 0).all()
    water = block_mean(lst, 4)[7:9, 7:10]
    assert np.abs(water - 290.0).max() < 1.5


def cloud(values):
    values[20:44, 20:44] = np.nan


@pytest.mark.fault(22)
@pytest.mark.parametrize("name", GUIDED)
def test_under_a_cloud_of_the_guide_no_detail_is_invented_and_it_is_flagged(name):
    lst, sigma, quality = arrays(scene_of(ndvi=cloud), name)
    hidden = np.zeros(lst.shape)
    cloud(hidden)
    np.testing.assert_array_equal((quality & Quality.NO_GUIDE) > 0, np.isnan(hidden))
    assert np.isfinite(lst).all()
    assert np.isfinite(sigma).all()
    inner = slice(28, 36)
    plain = arrays(scene_of(), "bicubic")[0]
    rough = [np.abs(np.diff(values[inner, inner], 2)).max() for values in (lst, plain)]
    assert rough[0] < 2 * rough[1]


@pytest.mark.fault(25)
@pytest.mark.parametrize(
    ("shape", "corrections"), [((1, 1), ()), ((1, 9), ()), ((3, 2), CORRECTIONS)]
)
@pytest.mark.parametrize("name", MODELS)
def test_scenes_smaller_than_any_margin_give_every_pixel(name, shape, corrections):
    lst, sigma, _ = arrays(scene_of(shape), name, *corrections)
    assert lst.shape == (4 * shape[0], 4 * shape[1])
    assert np.isfinite(lst).all()
    assert np.isfinite(sigma).all()


@pytest.mark.fault(25)
@pytest.mark.parametrize("name", ["best", "tsharp"])
@pytest.mark.parametrize("tile", [5, 7, 64])
def test_tiles_that_do_not_divide_a_scene_change_nothing(name, tile):
    scene = scene_of((13, 17))
    whole = sharpen(scene, name)["lst"].to_numpy()
    np.testing.assert_array_equal(sharpen(scene, name, tile=tile)["lst"].to_numpy(), whole)


def constant(values):
    values[:] = 300.0 if values.shape == SHAPE else 0.5


@pytest.mark.fault(26)
@pytest.mark.parametrize("name", MODELS)
def test_a_constant_temperature_and_guide_stay_constant(name):
    lst, sigma, _ = arrays(scene_of(lst=constant, ndvi=constant), name, *CORRECTIONS)
    np.testing.assert_allclose(lst, 300.0, atol=1e-3)
    assert np.isfinite(sigma).all()


@pytest.mark.fault(26)
@pytest.mark.parametrize("name", MODELS)
def test_a_guide_that_does_not_vary_gives_finite_values_near_the_input(name):
    scene = scene_of(ndvi=constant)
    lst, sigma, _ = arrays(scene, name)
    assert np.isfinite(lst).all()
    assert np.isfinite(sigma).all()
    off = block_mean(lst, 4) - scene["coarse"]["lst"].to_numpy()
    assert np.abs(off).max() < 1.5
