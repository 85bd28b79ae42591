"""A conserved result gives back what the sensor measured, and changes nothing else."""

from __future__ import annotations

import logging

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import Correction, Footprint
from lstsr_core.footprint import footprint_of, see_values
from lstsr_core.nested import repeat, upsample_cubic
from lstsr_core.scene import factor_of
from lstsr_core.testing import check_correction, make_scene
from lstsr_physics.corrections import conservation
from lstsr_physics.corrections.conservation import conserve
from lstsr_physics.corrections.least_change import AIM
from lstsr_physics.corrections.pull import pull_of
from lstsr_physics.corrections.uncertainty import COVERAGE, RETRIEVAL, band_of, noise_of
from lstsr_physics.emission import Emission
from lstsr_physics.forward import Thermometer, observe_through

LEAST_BAND = 0.3
"""Stated uncertainty of the property test. [K]"""


def observed_scene(footprint=None, uncertainty=None, **knobs):
    """Make a scene whose temperature is what the footprint sees of the truth."""
    footprint = footprint or Footprint()
    scene = make_scene(**knobs)
    hidden = np.isnan(scene["coarse/lst"].to_numpy())
    seen = see_values(scene["reference/lst"].to_numpy(), footprint, factor_of(scene))
    seen[hidden] = np.nan
    coarse = scene["coarse"].to_dataset()
    coarse["lst"] = coarse["lst"].copy(data=seen.astype(np.float32))
    if uncertainty is not None:
        coarse["lst_uncertainty"] = xr.full_like(coarse["lst"], uncertainty)
    coarse.attrs = {"footprint": footprint.shape, "footprint_mtf": footprint.mtf}
    scene["coarse"].dataset = coarse
    return scene


def result_on(scene, values):
    """Wrap fine values as a result with gaps where the scene has them."""
    gap = repeat(np.isnan(scene["coarse/lst"].to_numpy()), factor_of(scene))
    lst = scene["reference/lst"].copy(data=np.where(gap, np.nan, values).astype(np.float32))
    sigma = xr.where(np.isnan(lst), np.nan, xr.ones_like(lst))
    quality = xr.where(np.isnan(lst), 2, 1).astype(np.uint8)
    return xr.Dataset({"lst": lst, "lst_uncertainty": sigma, "quality": quality})


def truth_of(scene):
    return scene["reference/lst"].to_numpy()


def excess(result, scene):
    """Give how far each coarse pixel lies beyond its band, relative to it."""
    seen = see_values(result["lst"].to_numpy(), footprint_of(scene), factor_of(scene))
    left = np.abs(seen - scene["coarse/lst"].to_numpy())
    return np.nanmax(left / band_of(scene["coarse"].to_dataset()).compute())


def test_conservation_keeps_the_contract_of_corrections():
    check_correction(Correction(name="conservation", stage="result", apply=conserve))


@pytest.mark.parametrize("footprint", [Footprint(), Footprint(mtf=0.3), Footprint(shape="box")])
def test_conserved_field_seen_through_the_footprint_is_the_input(footprint):
    scene = observed_scene(footprint, uncertainty=0.05, gaps=0.1, seed=2)
    smooth = upsample_cubic(scene["coarse/lst"].to_numpy(), 4)
    result = result_on(scene, np.nan_to_num(smooth, nan=300.0))
    assert excess(result, scene) > 1
    assert excess(conserve(result, scene), scene) <= 1


def test_input_without_uncertainty_is_met_within_the_assumed_one():
    scene = observed_scene(gaps=0.05)
    result = result_on(scene, truth_of(scene) + 5 * np.cos(np.arange(128) / 9))
    assert excess(result, scene) > 1
    assert excess(conserve(result, scene), scene) <= 1


@pytest.mark.parametrize("gaps", [0.0, 0.3])
@pytest.mark.parametrize("bias", [-2.0, 3.0])
def test_constant_bias_is_removed_evenly_at_borders_and_gaps_too(bias, gaps):
    scene = observed_scene(uncertainty=0.01, seed=1, gaps=gaps)
    scene["coarse/lst"].values[5:9, 20:30] = np.nan
    result = result_on(scene, truth_of(scene))
    observation = observe_through(Footprint(), 4, result["lst"].to_numpy())
    seen = observation.of(result["lst"].to_numpy())
    scene["coarse/lst"].values[:] = seen  # what is left of the truth, seen
    biased = result.assign(lst=result["lst"] + np.float32(bias))
    change = (conserve(biased, scene)["lst"] - biased["lst"]).to_numpy()
    reached = observation.adjoint(np.isfinite(seen).astype(float)) > 1e-3
    assert change[reached] == pytest.approx(-bias, abs=0.02)


def test_result_within_the_uncertainty_is_untouched_bit_for_bit():
    scene = observed_scene(uncertainty=1.0, gaps=0.05)
    result = result_on(scene, truth_of(scene) + 0.2)
    assert excess(result, scene) < 1
    xr.testing.assert_identical(conserve(result, scene).compute(), result)


def test_change_stays_near_the_pixel_that_asks_for_it():
    scene = observed_scene(uncertainty=0.5)
    scene["coarse/lst"].values[8, 8] += 2.0
    result = result_on(scene, truth_of(scene))
    changed = conserve(result, scene)["lst"].to_numpy() != result["lst"].to_numpy()
    assert changed[32:36, 32:36].all()
    assert not changed[64:].any()
    assert not changed[:, 64:].any()


def test_one_pixel_that_exceeds_its_band_is_answered_by_a_smooth_bump_without_ringing():
    scene = observed_scene(uncertainty=0.5)
    scene["coarse/lst"].values[16, 16] += 0.6
    result = result_on(scene, truth_of(scene))
    change = (conserve(result, scene)["lst"] - result["lst"]).to_numpy()
    assert change.min() == 0
    bump = observe_through(Footprint(), 4, change).adjoint(np.eye(32)[16][:, None] * np.eye(32)[16])
    asked = (0.6 - AIM * 0.5) * bump / (bump * bump).sum() * bump.max()
    assert change == pytest.approx(asked / bump.max(), abs=0.01)


def test_pixels_that_are_surer_change_less():
    scene = observed_scene(uncertainty=0.1)
    result = result_on(scene, truth_of(scene) + 1.0)
    sure = np.ones((128, 128), np.float32)
    sure[::2] = 0.5
    result["lst_uncertainty"].values[:] = sure
    change = np.abs((conserve(result, scene)["lst"] - result["lst"]).to_numpy())
    assert change[::2].mean() / change[1::2].mean() == pytest.approx(0.25, abs=0.02)


def test_gaps_stay_gaps_and_nothing_but_the_temperature_changes():
    scene = observed_scene(uncertainty=0.1, gaps=0.2)
    result = result_on(scene, truth_of(scene) + 2.0)
    conserved = conserve(result, scene)
    same = np.isnan(conserved["lst"].to_numpy()) == np.isnan(result["lst"].to_numpy())
    assert same.all()
    xr.testing.assert_identical(conserved.drop_vars("lst").compute(), result.drop_vars("lst"))
    assert conserved["lst"].attrs == result["lst"].attrs


def test_values_are_the_same_whatever_the_chunks_and_lazy(monkeypatch):
    monkeypatch.setattr(conservation, "WINDOW", 40)
    scene = observed_scene(uncertainty=0.3, shape=(70, 50), gaps=0.05)
    result = result_on(scene, truth_of(scene) + np.cos(np.arange(200) / 7))
    whole = conserve(result, scene)["lst"]
    cut = conserve(result.chunk({"y": 33, "x": 71}), scene.chunk({"y": 9}))["lst"]
    assert cut.chunks is not None
    np.testing.assert_array_equal(cut.to_numpy(), whole.to_numpy())


def test_windows_meet_without_a_seam(monkeypatch):
    scene = observed_scene(uncertainty=0.3, shape=(80, 24))
    result = result_on(scene, truth_of(scene) + np.cos(np.arange(320) / 7)[:, None])
    whole = conserve(result, scene)["lst"].to_numpy()
    monkeypatch.setattr(conservation, "WINDOW", 40)
    cut = conserve(result, scene)
    np.testing.assert_allclose(cut["lst"].to_numpy(), whole, atol=0.02)
    assert excess(cut, scene) <= 1


@pytest.mark.parametrize(
    ("emission", "spread_limit"), [(Emission(), 2.0), (Emission(wavelength=11.0), 2.25)]
)
def test_radiance_is_averaged_as_temperature_is_where_a_footprint_varies_little(
    emission, spread_limit
):
    lst = truth_of(observed_scene()).astype(np.float64)
    observation = observe_through(Footprint(), 4, lst)
    radiant = Thermometer(observation=observation, emission=emission).of(lst)
    spread = np.sqrt(observation.of(lst**2) - observation.of(lst) ** 2)
    apart = np.abs(radiant - observation.of(lst))
    assert apart[spread < spread_limit - 0.1].max() < 0.02
    assert apart[spread > spread_limit + 0.1].min() > 0.02


@pytest.mark.parametrize("noise", [0.3, 1.0])
def test_noise_of_a_scene_is_estimated_within_a_tenth(noise):
    random = np.random.default_rng(0)
    slope = np.add.outer(np.arange(80.0), 2 * np.arange(80.0))
    field = 300 + slope + noise * random.standard_normal((80, 80))
    field[10:14, 20:40] = np.nan
    shown = noise_of(field)
    assert shown.min() == pytest.approx(noise, rel=0.1)
    assert (shown >= shown[0, 0]).all()


def test_smooth_scene_is_assumed_uncertain_by_twice_that_of_the_retrieval():
    coarse = make_scene(slope=0.0)["coarse"].to_dataset()
    coarse["lst"] = xr.full_like(coarse["lst"], 300.0)
    assert band_of(coarse).compute() == pytest.approx(COVERAGE * RETRIEVAL)
    stated = xr.full_like(coarse["lst"], 0.2)
    stated[0, 0] = np.nan
    band = band_of(coarse.assign(lst_uncertainty=stated)).compute()
    assert band[0, 0] == pytest.approx(COVERAGE * RETRIEVAL)
    assert band.ravel()[1:] == pytest.approx(0.2)


def test_scene_without_any_neighbouring_pixels_shows_no_noise():
    assert not noise_of(np.full((2, 9), 300.0)).any()


def test_pixel_that_stands_out_of_its_neighbours_is_assumed_uncertain_and_not_followed():
    scene = observed_scene()
    scene["coarse/lst"].values[10, 10] -= 20.0
    result = result_on(scene, truth_of(scene))
    assert noise_of(scene["coarse/lst"].to_numpy())[10, 10] > 10
    assert np.abs(conserve(result, scene)["lst"] - result["lst"]).max() < 1.0


def test_pixel_that_contradicts_those_around_it_is_named_in_the_log(caplog):
    scene = observed_scene(uncertainty=0.2)
    scene["coarse/lst"].values[10, 10] -= 12.0
    with caplog.at_level(logging.WARNING):
        conserve(result_on(scene, truth_of(scene)), scene).compute()
    assert "contradicts those around it" in caplog.text


def test_search_that_ends_too_early_says_how_many_pixels_are_left(caplog):
    scene = observed_scene(uncertainty=0.0)
    scene["coarse/lst"].values[:] += np.random.default_rng(0).standard_normal((32, 32))
    with caplog.at_level(logging.WARNING):
        conserve(result_on(scene, truth_of(scene)), scene).compute()
    assert "still lie outside" in caplog.text


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(st.integers(2, 14), st.integers(2, 14)),
    factor=st.integers(1, 5),
    gaps=st.sampled_from([0.0, 0.2, 0.6]),
    box=st.booleans(),
    seed=st.integers(0, 99),
)
def test_any_field_is_conserved_whatever_its_shape_factor_and_gaps(shape, factor, gaps, box, seed):
    footprint = Footprint(shape="box") if box else Footprint(mtf=0.3)
    random = np.random.default_rng(seed)
    hidden = random.random(shape) < gaps
    hidden[0, 0] = False
    scene = make_scene(shape=shape, factor=factor, seed=seed)
    scene["coarse/lst"].values[hidden] = np.nan
    scene["coarse"].attrs.update(footprint=footprint.shape, footprint_mtf=footprint.mtf)
    uncertainty = xr.full_like(scene["coarse/lst"], LEAST_BAND)
    scene["coarse"].dataset = scene["coarse"].to_dataset().assign(lst_uncertainty=uncertainty)
    result = result_on(scene, truth_of(scene) + random.normal(0, 2))
    conserved = conserve(result, scene)
    assert excess(conserved, scene) <= 1
    gap = repeat(hidden, factor)
    assert (np.isfinite(conserved["lst"].to_numpy()) == ~gap).all()


@settings(max_examples=25, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    factor=st.integers(1, 5),
    mtf=st.sampled_from([0.1, 0.3, 0.6]),
    seed=st.integers(0, 99),
)
def test_pull_is_the_footprint_after_the_mass_after_its_adjoint(shape, factor, mtf, seed):
    random = np.random.default_rng(seed)
    mass = random.random((shape[0] * factor, shape[1] * factor))
    measured = np.where(random.random(mass.shape) < 0.2, np.nan, 1.0)
    observation = observe_through(Footprint(mtf=mtf), factor, measured)
    compared = np.isfinite(observation.total)
    force = np.where(compared, random.standard_normal(shape), 0.0)
    expected = np.nan_to_num(observation.of(mass * observation.adjoint(force)))
    pulled = pull_of(observation, mass, compared)(force.astype(np.float32))
    np.testing.assert_allclose(pulled, expected, atol=1e-5)
