from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import Footprint
from lstsr_core.footprint import see_values
from lstsr_physics.emission import Emission
from lstsr_physics.footprints import footprint_at
from lstsr_physics.forward import Observation, Thermometer, observe_through, weights_of

FACTOR = 4
EMISSIONS = [Emission(), Emission(wavelength=11.0)]
SEEDS = st.integers(0, 2**32 - 1)


def fine_field(generator, shape=(24, 32), gaps=0.3):
    lst = 300 + 8 * generator.standard_normal(shape)
    return np.where(generator.random(shape) < gaps, np.nan, lst)


def modis(lst, emissivity=None):
    rows, columns = footprint_at("modis", 40.0).taps(231.66, FACTOR)
    weights = weights_of(lst, emissivity)
    return Observation(rows=rows, columns=columns, factor=FACTOR, weights=weights)


@given(seed=SEEDS, gaps=st.floats(0, 0.95), mtf=st.floats(0.02, 0.6))
def test_adjoint_is_exact_on_fields_with_gaps(seed, gaps, mtf):
    generator = np.random.default_rng(seed)
    lst = fine_field(generator, gaps=gaps)
    emissivity = generator.uniform(0.9, 1.0, lst.shape)
    for seen in (observe_through(Footprint(mtf=mtf), FACTOR, lst), modis(lst, emissivity)):
        x, y = generator.standard_normal(lst.shape), generator.standard_normal((6, 8))
        forward = np.nansum(seen.of(x) * y)
        assert forward == pytest.approx((x * seen.adjoint(y)).sum(), abs=1e-9)


@given(seed=SEEDS)
def test_observation_agrees_with_the_footprint_of_core(seed):
    lst = fine_field(np.random.default_rng(seed))
    seen = observe_through(Footprint(mtf=0.1), FACTOR, lst).of(lst)
    np.testing.assert_allclose(seen, see_values(lst, Footprint(mtf=0.1), FACTOR), rtol=1e-12)


@pytest.mark.parametrize("emission", EMISSIONS)
@given(seed=SEEDS)
def test_adjoint_of_the_change_is_exact_in_radiance_with_emissivity(emission, seed):
    generator = np.random.default_rng(seed)
    lst = fine_field(generator)
    sensor = Thermometer(
        observation=modis(lst, generator.uniform(0.9, 1.0, lst.shape)), emission=emission
    )
    x, y = generator.standard_normal(lst.shape), generator.standard_normal((6, 8))
    forward = np.nansum(sensor.change(lst, x) * y)
    assert forward == pytest.approx((x * sensor.adjoint(lst, y)).sum(), abs=1e-9)


@pytest.mark.parametrize("emission", EMISSIONS)
def test_change_is_the_derivative_of_what_is_seen(emission):
    generator = np.random.default_rng(5)
    lst, step = fine_field(generator), 1e-3
    x = generator.standard_normal(lst.shape)
    sensor = Thermometer(observation=modis(lst), emission=emission)
    numeric = (sensor.of(lst + step * x) - sensor.of(lst - step * x)) / (2 * step)
    np.testing.assert_allclose(sensor.change(lst, x), numeric, atol=1e-6)


@pytest.mark.parametrize("emission", EMISSIONS)
@given(kelvin=st.floats(180, 400))
def test_uniform_field_is_seen_as_it_is_whatever_the_gaps_and_the_emissivity(emission, kelvin):
    generator = np.random.default_rng(3)
    lst = np.where(generator.random((24, 32)) < 0.3, np.nan, kelvin)
    emissivity = generator.uniform(0.8, 1.0, lst.shape)
    seen = Thermometer(observation=modis(lst, emissivity), emission=emission).of(lst)
    assert np.nanmax(np.abs(seen - kelvin)) < 1e-9


def test_hot_half_and_cold_half_emit_as_planck_has_it():
    # Wien by hand: exp(-1308 K / T) of both has the mean of 311.42 K; Planck adds 0.07 K.
    lst = np.where(np.arange(4)[:, None] < 2, 290.0, 330.0) * np.ones((4, 4))
    box = observe_through(Footprint(shape="box"), FACTOR, lst)
    planck = Thermometer(observation=box, emission=Emission(wavelength=11.0)).of(lst)[0, 0]
    power = Thermometer(observation=box).of(lst)[0, 0]
    assert planck == pytest.approx(311.49, abs=0.02)
    assert power == pytest.approx(((290.0**4 + 330.0**4) / 2) ** 0.25)


def test_bright_emitter_counts_more():
    lst = np.where(np.arange(4)[:, None] < 2, 290.0, 330.0) * np.ones((4, 4))
    grey = np.where(np.arange(4)[:, None] < 2, 0.5, 1.0) * np.ones((4, 4))
    box = observe_through(Footprint(shape="box"), FACTOR, lst, grey)
    expected = ((0.5 * 290.0**4 + 330.0**4) / 1.5) ** 0.25
    assert Thermometer(observation=box).of(lst)[0, 0] == pytest.approx(expected)


def test_pixel_that_sees_too_little_has_no_value():
    lst = np.full((8, 8), 300.0)
    lst[:4, :4] = np.nan
    seen = observe_through(Footprint(shape="box"), FACTOR, lst).of(lst)
    assert np.isnan(seen[0, 0])
    assert np.isfinite(seen).sum() == 3
