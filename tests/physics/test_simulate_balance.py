"""The energy balance gives wet, shaded and high land less warmth, and can be undone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_physics.simulate import DAY, NIGHT, Sky
from lstsr_physics.simulate.balance import (
    LAPSE,
    STEFAN_BOLTZMANN,
    excess,
    level_light,
    level_temperature,
    on_relief,
    sensible_share,
)
from lstsr_physics.simulate.relief import DIFFUSE, sunlight

PIXEL = 250.0
SKIES = pytest.mark.parametrize("sky", [DAY, NIGHT], ids=["day", "night"])


def tilted(rise, aspect):
    """A plane that falls towards an azimuth [degree] by `rise` a metre; its middle counts."""
    rows, columns = np.mgrid[:9, :9] * PIXEL
    towards = math.radians(aspect)
    return -rise * (columns * math.sin(towards) - rows * math.cos(towards))


@given(share=st.floats(0.0, 1.0), day=st.booleans())
def test_share_is_found_back_from_the_temperature(share, day):
    sky = DAY if day else NIGHT
    warm = excess(np.array([share]), level_light(sky), sky)
    assert sensible_share(warm, sky)[0] == pytest.approx(share, abs=1e-6)


def test_balance_closes():
    warm = float(excess(0.4, 800.0, DAY))
    surface = 4 * 0.98 * STEFAN_BOLTZMANN * DAY.air**3 * warm
    received = 0.8 * 800.0 - 0.98 * 0.2 * STEFAN_BOLTZMANN * DAY.air**4 - surface
    assert 1210.0 / DAY.resistance * warm == pytest.approx(0.4 * received)


def test_dry_land_is_warmer_by_day_and_colder_by_night():
    shares = np.array([0.2, 0.6])
    assert np.diff(excess(shares, level_light(DAY), DAY)) > 5
    assert np.diff(excess(shares, 0.0, NIGHT)) < -0.5


def test_night_cools_the_land_below_the_air_and_day_warms_it_above():
    assert level_temperature(NIGHT) < NIGHT.air < DAY.air < level_temperature(DAY)


@SKIES
def test_plain_keeps_its_temperature(sky):
    level = np.random.default_rng(0).normal(level_temperature(sky), 2, (8, 8))
    np.testing.assert_allclose(on_relief(level, np.zeros((8, 8)), PIXEL, sky), level, rtol=1e-6)


@SKIES
def test_level_land_gets_colder_with_height_by_the_lapse_rate(sky):
    level = np.full((8, 8), level_temperature(sky))
    high = on_relief(level, np.full((8, 8), 1000.0), PIXEL, sky)
    np.testing.assert_allclose(level - high, 1000 * LAPSE, rtol=1e-4)


def test_slope_that_faces_the_sun_gets_all_of_its_direct_light():
    sky = Sky(sun_elevation=40.0, sun_azimuth=145.0)
    rise = math.tan(math.radians(50.0))
    got = sunlight(tilted(rise, 145.0), PIXEL, sky)[4, 4]
    level = level_light(sky)
    sine = math.sin(math.radians(40.0))
    assert got / level == pytest.approx(((1 - DIFFUSE) + DIFFUSE * sine) / sine, rel=1e-4)


def test_slope_turned_away_from_a_low_sun_gets_only_the_light_of_the_sky():
    sky = Sky(sun_elevation=20.0, sun_azimuth=90.0)
    got = sunlight(tilted(math.tan(math.radians(50.0)), 270.0), PIXEL, sky)[4, 4]
    assert got == pytest.approx(DIFFUSE * level_light(sky), rel=1e-4)


def test_dry_slope_gains_more_by_the_sun_than_a_wet_one():
    height = tilted(0.3, DAY.sun_azimuth)
    gains = [
        on_relief(np.full((9, 9), lst), height, PIXEL, DAY)[4, 4] + LAPSE * height[4, 4] - lst
        for lst in (300.0, 312.0)
    ]
    assert 0 < gains[0] < gains[1]


def test_by_night_there_is_no_sunlight():
    assert not sunlight(tilted(0.3, 145.0), PIXEL, NIGHT).any()
