"""`check_model` accepts what keeps the contract and refuses each way of breaking it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from lstsr_core import Model
from lstsr_core.nested import block_mean, repeat, upsample_cubic
from lstsr_core.testing import check_model, make_scene

CALLS = []


@dataclass(frozen=True)
class Guided:
    """A Predictor that keeps the contract, with one thing changed."""

    change: object = None

    def __call__(self, lst, guides, valid):
        factor = guides.shape[1] // lst.shape[0]
        detail = np.nan_to_num(guides[0] - repeat(block_mean(guides[0], factor), factor))
        fine = upsample_cubic(lst, factor) - np.float32(10) * detail
        sigma = np.full_like(fine, 0.5)
        return self.change(lst, guides, fine, sigma) if self.change else (fine, sigma)


def nearest_neighbour(lst, guides, valid):
    fine = repeat(lst, guides.shape[1] // lst.shape[0])
    return fine, np.ones_like(fine)


def model(predictor, margin=4, **options):
    return Model(
        name="mine", prepare=lambda scene: predictor, margin=margin, guides=("ndvi",), **options
    )


def hole_at_guide(lst, guides, fine, sigma):
    return np.where(np.isnan(guides[0]), np.nan, fine).astype(np.float32), sigma


def write_lst(lst, guides, fine, sigma):
    lst[0, 0] += 1
    return fine, sigma


def write_guides(lst, guides, fine, sigma):
    guides[0, 0, 0] = 0.25
    return fine, sigma


def depend_on_calls(lst, guides, fine, sigma):
    CALLS.append(1)
    return fine + np.float32(0.01 * len(CALLS)), sigma


def centre_on_tile(lst, guides, fine, sigma):
    return (fine + np.nanmean(lst) * np.float32(0.01)).astype(np.float32), sigma


def lose_small_tiles(lst, guides, fine, sigma):
    fine = fine.copy()
    if lst.shape[0] < 14:
        fine[fine.shape[0] // 2 + 6 :] = np.nan
    return fine, sigma


BROKEN_MODELS = {
    "is too small": (lambda lst, g, fine, sigma: (fine[:-1], sigma), "temperature of shape"),
    "has sigma of one pixel": (lambda lst, g, fine, sigma: (fine, sigma[:1, :1]), "sigma of shape"),
    "is float64": (
        lambda lst, g, fine, sigma: (fine.astype(float), sigma),
        "temperature of float64",
    ),
    "has sigma in float64": (
        lambda lst, g, fine, sigma: (fine, sigma.astype(float)),
        "sigma of flo",
    ),
    "gives nothing where a guide is missing": (
        hole_at_guide,
        "measured pixels without temperature",
    ),
    "has no sigma": (lambda lst, g, fine, sigma: (fine, sigma * np.nan), "pixels without sigma"),
    "has a negative sigma": (lambda lst, g, fine, sigma: (fine, -sigma), "a negative sigma"),
    "is in celsius": (
        lambda lst, g, fine, sigma: (fine - np.float32(273.15), sigma),
        "from the mean",
    ),
    "changes the temperature": (write_lst, "the Predictor changed its input"),
    "changes the guides": (write_guides, "the Predictor changed its input"),
    "changes from call to call": (depend_on_calls, "another result after pickling"),
    "depends on the cut": (centre_on_tile, "away from the whole with a margin of 4"),
    "loses pixels of small tiles": (lose_small_tiles, "away from the whole with a margin of 4"),
}


def test_a_model_that_keeps_the_contract_is_accepted():
    check_model(model(Guided()))


@pytest.mark.parametrize("factor", [2, 3, 7])
def test_a_model_of_one_factor_is_tried_at_that_factor(factor):
    seen = []

    def prepare(scene):
        seen.append(scene["guide"].sizes["y"] / scene["coarse"].sizes["y"])
        return Guided()

    check_model(Model(name="mine", prepare=prepare, margin=4, guides=("ndvi",), factors=(factor,)))
    assert seen == [factor]


def test_a_model_is_tried_on_the_scene_given_and_the_scene_is_left_alone():
    scene = make_scene(shape=(20, 24), factor=2, crs="EPSG:4326", pixel=0.01, gaps=0.1)
    before = scene.copy(deep=True)
    check_model(model(Guided()), scene)
    check_model(model(Guided()), scene.chunk({"y": 8, "x": 8}))
    assert scene.identical(before)


def test_a_model_without_a_guide_is_tried_too():
    check_model(Model(name="mine", prepare=lambda scene: nearest_neighbour, margin=0))


def test_a_predictor_that_cannot_be_pickled_is_an_error():
    with pytest.raises((AttributeError, pickle.PicklingError)):
        check_model(model(lambda *tile: Guided()(*tile)))  # noqa: PLW0108  it is not picklable


@pytest.mark.parametrize("case", BROKEN_MODELS)
def test_a_model_is_refused_whose_result(case, broken):
    change, found = BROKEN_MODELS[case]
    assert found in broken(check_model, model(Guided(change)))


def test_a_margin_that_is_too_small_is_found(broken):
    assert "with a margin of 1" in broken(check_model, model(Guided(), margin=1))
