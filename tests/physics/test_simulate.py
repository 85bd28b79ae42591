"""A simulated scene gives back, at every scale, the answer it was made with."""

from __future__ import annotations

import doctest
from itertools import pairwise

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from lstsr_core import Footprint, SceneError, check_scene, factor_of
from lstsr_core.footprint import see_values
from lstsr_core.nested import block_mean, repeat
from lstsr_physics.simulate import (
    DAY_COUPLING,
    NIGHT,
    Coupling,
    Landscape,
    Sky,
    View,
    scene,
    simulate_scene,
)

LEVEL = Landscape(relief=0.0, water=0.0)
"""Land on which the coupling holds exactly."""
EDGES = (520.0, 1040.0, 2080.0, 4160.0, 8320.0, 16640.0)
"""Octaves that the answers are measured in, others than those the simulator works with. [m]"""
FOREST, FIELDS, TOWN, WATER = 10, 40, 50, 80


def truth_and_ndvi(tree):
    fields = (tree["reference/lst"], tree["guide/ndvi"])
    return tuple(field.to_numpy().astype(np.float64) for field in fields)


def octaves(lst, ndvi, pixel=LEVEL.fine_pixel):
    """Give gain [K], coherence [1] and power of temperature [K2] in each octave of `EDGES`."""
    waves = [np.fft.fft2(field - field.mean()) for field in (lst, ndvi)]
    rows, columns = (np.fft.fftfreq(size, pixel) for size in lst.shape)
    number = np.hypot(rows[:, None], columns[None, :])
    answers = []
    for short, long in pairwise(EDGES):
        t, n = (wave[(number > 1 / long) & (number <= 1 / short)] for wave in waves)
        shared, own, guide = (t * n.conj()).sum().real, (abs(t) ** 2).sum(), (abs(n) ** 2).sum()
        answers.append((shared / guide, shared**2 / own / guide, own))
    return np.array(answers).T


def blocks(lst, ndvi, count=5):
    """Give slope [K] and correlation [1] of the detail between blocks of s and 2 s, s = 1, 2, .."""
    answers = []
    for _ in range(count):
        means = [block_mean(field, 2) for field in (lst, ndvi)]
        pairs = zip((lst, ndvi), means, strict=True)
        t, n = (fine - repeat(mean, 2) for fine, mean in pairs)
        both = np.isfinite(t + n)
        t, n = t[both], n[both]
        answers.append(((t * n).mean() / (n * n).mean(), np.corrcoef(t, n)[0, 1]))
        lst, ndvi = means
    return np.array(answers).T


@pytest.mark.parametrize("gains", [(-6, -14, -20, -22, -24), (-20,) * 5, (4, 1, -2, -8, -16)])
def test_chosen_gain_of_each_octave_is_recovered_from_the_truth(gains):
    chosen = Coupling(gain=step_curve(gains), coherence=lambda wavelength: 0 * wavelength + 0.5)
    tree = simulate_scene(1, settings=LEVEL, coupling=chosen)
    np.testing.assert_allclose(octaves(*truth_and_ndvi(tree))[0], gains, atol=0.6)


def step_curve(values):
    """Make a curve that has one value in each octave of `EDGES`."""
    return lambda wavelength: np.array(values)[np.digitize(wavelength, EDGES[1:-1])]


@pytest.mark.parametrize("seed", range(3))
def test_chosen_coherence_of_each_octave_is_recovered_from_the_truth(seed):
    shares = (0.2, 0.4, 0.6, 0.8, 1.0)
    chosen = Coupling(gain=lambda wavelength: 0 * wavelength - 15, coherence=step_curve(shares))
    tree = simulate_scene(seed, settings=LEVEL, coupling=chosen)
    np.testing.assert_allclose(octaves(*truth_and_ndvi(tree))[1], shares, atol=0.05)


def test_curve_of_wavelengths_runs_straight_over_their_logarithm():
    curve = ((1000.0, 4000.0), (-10.0, -20.0))
    chosen = Coupling(gain=curve, coherence=((1000.0,), (0.6,)))
    gain = octaves(*truth_and_ndvi(simulate_scene(0, settings=LEVEL, coupling=chosen)))[0]
    np.testing.assert_allclose(gain[[0, 3, 4]], [-10, -20, -20], atol=0.7)
    assert gain[1] == pytest.approx(-12.5, abs=1.5)


@pytest.mark.parametrize("slope", [-1.6, -2.6])
def test_spectral_slopes_of_ndvi_and_temperature_are_known(slope):
    land = Landscape(relief=0.0, water=0.0, ndvi_slope=slope, patch=1e9)
    chosen = Coupling(gain=((1000.0,), (-15.0,)), coherence=((1000.0,), (0.7,)))
    lst, ndvi = truth_and_ndvi(simulate_scene(2, settings=land, coupling=chosen))
    for field in (lst, ndvi):
        power = octaves(field, field)[2]
        density = np.diff(np.log2(power)) - 2  # an octave of wavelength holds modes in proportion
        np.testing.assert_allclose(density[:-1], -slope - 4, atol=0.25)


def test_default_scene_shows_the_octaves_of_the_real_scenes():
    answers = []
    for seed in range(3):
        tree = simulate_scene(seed)
        land = tree["guide/land_cover"].to_numpy() != WATER
        lst, ndvi = (np.where(land, field, np.nan) for field in truth_and_ndvi(tree))
        answers.append(blocks(lst, ndvi))
    slope, correlation = np.mean(answers, axis=0)
    np.testing.assert_allclose(slope, (-10.1, -15.3, -19.5, -21.9, -23.7), atol=1.5)
    np.testing.assert_allclose(correlation, (-0.56, -0.68, -0.76, -0.81, -0.83), atol=0.05)


def test_night_has_a_weak_positive_coupling_and_is_colder():
    night = simulate_scene(0, settings=LEVEL, sky=NIGHT)
    gain, coherence, _ = octaves(*truth_and_ndvi(night))
    assert ((gain > 0.5) & (gain < 4)).all()
    assert (coherence < 0.25).all()
    day = simulate_scene(0, settings=LEVEL)
    assert (day["reference/lst"].mean() - night["reference/lst"].mean()) > 10


def class_means(tree):
    lst, cover = tree["reference/lst"].to_numpy(), tree["guide/land_cover"].to_numpy()
    return {code: float(lst[cover == code].mean()) for code in (WATER, FOREST, FIELDS, TOWN)}


@pytest.mark.parametrize("seed", range(3))
def test_by_day_water_is_colder_than_woods_then_fields_then_towns(seed):
    means = list(class_means(simulate_scene(seed)).values())
    assert means == sorted(means)
    assert means[-1] - means[0] > 8


def test_by_night_water_is_the_warmest():
    means = class_means(simulate_scene(0, sky=NIGHT))
    assert max(means, key=means.get) == WATER


def test_land_cover_has_its_shares_and_water_lies_level_in_the_lowest_places():
    tree = simulate_scene(4, settings=Landscape(water=0.1, town=0.05, forest=0.4))
    cover, height = tree["guide/land_cover"].to_numpy(), tree["guide/elevation"].to_numpy()
    for code, share in ((WATER, 0.1), (TOWN, 0.05), (FOREST, 0.4), (FIELDS, 0.45)):
        assert (cover == code).mean() == pytest.approx(share, abs=1e-4)
    assert np.ptp(height[cover == WATER]) == 0
    assert height[cover == WATER].max() <= height[cover != WATER].min()


def test_slopes_towards_the_sun_are_warmer_in_hills():
    land = Landscape(relief=300.0, water=0.0)
    faced = []
    for azimuth in (90.0, 270.0):
        tree = simulate_scene(0, settings=land, sky=Sky(sun_elevation=30.0, sun_azimuth=azimuth))
        faced.append(truth_and_ndvi(tree)[0])
    eastward = np.gradient(tree["guide/elevation"].to_numpy(), axis=1)[1:-1, 1:-1]
    warmer = (faced[0] - faced[1])[1:-1, 1:-1]
    assert (warmer * eastward > 0.1).mean() < 0.01
    assert np.corrcoef(warmer.ravel(), -eastward.ravel())[0, 1] > 0.7


@pytest.mark.parametrize("footprint", [Footprint(), Footprint(mtf=0.3), Footprint(shape="box")])
def test_without_noise_the_coarse_temperature_is_the_power_seen_through_the_footprint(footprint):
    tree = simulate_scene(3, view=View(footprint=footprint, noise=0.0))
    lst, emissivity = (
        tree["reference"][name].to_numpy().astype(np.float64) for name in ("lst", "emissivity")
    )
    emitted = see_values(emissivity * lst**4, footprint, 4)
    seen = (emitted / see_values(emissivity, footprint, 4)) ** 0.25
    np.testing.assert_allclose(tree["coarse/lst"], seen, atol=1e-3)


def test_box_sees_the_mean_power_of_each_block():
    tree = simulate_scene(3, view=View(footprint=Footprint(shape="box"), noise=0.0))
    lst, _ = truth_and_ndvi(tree)
    np.testing.assert_allclose(tree["coarse/lst"], block_mean(lst**4, 4) ** 0.25, atol=0.1)


def test_noise_has_its_strength_and_is_told():
    clean, noisy = (simulate_scene(5, view=View(noise=noise)) for noise in (0.0, 0.8))
    noise = (noisy["coarse/lst"] - clean["coarse/lst"]).to_numpy()
    assert noise.std() == pytest.approx(0.8, rel=0.04)
    assert abs(noise.mean()) < 0.05
    assert np.corrcoef(noise[:, 1:].ravel(), noise[:, :-1].ravel())[0, 1] == pytest.approx(
        0, abs=0.05
    )
    np.testing.assert_allclose(noisy["coarse/lst_uncertainty"], 0.8)
    xr.testing.assert_identical(noisy["reference"].to_dataset(), clean["reference"].to_dataset())


def test_clouds_are_gaps_in_patches_and_cover_their_share():
    tree = simulate_scene(5, view=View(clouds=0.3))
    gaps = np.isnan(tree["coarse/lst"].to_numpy())
    assert gaps.mean() == pytest.approx(0.3, abs=1e-3)
    np.testing.assert_array_equal(np.isnan(tree["coarse/lst_uncertainty"]), gaps)
    border = (gaps[:, 1:] != gaps[:, :-1]).mean()
    assert border < 0.5 * (2 * 0.3 * 0.7), "scattered pixels would have twice the borders"


def test_red_and_near_infrared_give_ndvi():
    guide = simulate_scene(6)["guide"].to_dataset()
    ndvi = (guide["nir"] - guide["red"]) / (guide["nir"] + guide["red"])
    np.testing.assert_allclose(ndvi, guide["ndvi"], atol=1e-5)


def test_same_seed_gives_the_same_scene_and_another_seed_another():
    land = Landscape(shape=(12, 12))
    one, same, other = (simulate_scene(seed, settings=land) for seed in (9, 9, 10))
    xr.testing.assert_identical(one, same)
    for node in ("coarse/lst", "guide/ndvi", "guide/elevation", "reference/lst"):
        assert not np.allclose(one[node], other[node])


@settings(deadline=None, max_examples=25)
@given(
    shape=st.tuples(st.integers(4, 13), st.integers(4, 13)),
    factor=st.integers(1, 6),
    shares=st.tuples(*(st.floats(0, 1 / 3),) * 3),
    clouds=st.floats(0, 0.9),
    day=st.booleans(),
)
def test_any_grid_and_land_cover_gives_a_scene_that_core_accepts(
    shape, factor, shares, clouds, day
):
    water, town, forest = shares
    land = Landscape(shape=shape, factor=factor, water=water, town=town, forest=forest)
    sky = Sky() if day else NIGHT
    tree = simulate_scene(0, settings=land, sky=sky, view=View(clouds=clouds))
    check_scene(tree)
    assert factor_of(tree) == factor
    assert tree["coarse/lst"].shape == shape
    assert tree["reference/lst"].shape == land.fine_shape
    assert np.isfinite(tree["reference/lst"]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Landscape(water=0.6, forest=0.6),
        lambda: Landscape(town=-0.1),
        lambda: Landscape(pixel=0.0),
        lambda: Landscape(factor=0),
        lambda: Landscape(shape=(3, 9)),
        lambda: View(clouds=1.0),
        lambda: View(noise=-1.0),
        lambda: Sky(sensible_share=1.2),
        lambda: Coupling(gain=((1.0, 2.0), (1.0,)), coherence=((1.0,), (0.5,))),
        lambda: Coupling(gain=((2.0, 1.0), (1.0, 1.0)), coherence=((1.0,), (0.5,))),
        lambda: simulate_scene(
            0, coupling=Coupling(gain=DAY_COUPLING.gain, coherence=((1.0,), (0.0,)))
        ),
        lambda: simulate_scene(
            0, coupling=Coupling(gain=DAY_COUPLING.gain, coherence=((1.0,), (1.5,)))
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(SceneError) as caught:
        wrong()
    assert caught.value.code == "OPTION_INVALID"


def test_example_in_the_docstring_does_what_it_says():
    failed, tried = doctest.testmod(scene)
    assert tried >= 2
    assert failed == 0
