from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import PluginError, SceneError
from lstsr_physics.footprints import SENSORS, footprint_at
from lstsr_physics.profile import Profile
from lstsr_physics.scan_geometry import growth, scan_angle

MODIS_EDGE = 65.5
"""View zenith at the end of a scan of MODIS, 55 degrees from nadir. [degree]"""


def width(taps):
    places = taps.first + np.arange(taps.weights.size)
    mean = (taps.weights * places).sum()
    return np.sqrt((taps.weights * (places - mean) ** 2).sum()), mean


def transfer(taps, wavenumber):
    places = np.arange(taps.weights.size)
    return abs((taps.weights * np.exp(-2j * np.pi * wavenumber * places)).sum())


def test_pixels_at_the_end_of_a_scan_of_modis_are_two_by_five_kilometres():
    assert scan_angle(MODIS_EDGE, 705.0) == pytest.approx(55.0, abs=0.1)
    assert growth(MODIS_EDGE, 705.0) == pytest.approx((4.83, 2.01), abs=0.05)


@pytest.mark.parametrize("name", SENSORS)
def test_a_pixel_at_nadir_is_as_the_table_has_it_and_grows_from_there(name):
    sensor, nadir, oblique = SENSORS[name], footprint_at(name), footprint_at(name, 30.0)
    assert growth(0.0, sensor.altitude) == (1.0, 1.0)
    assert growth(1e-3, sensor.altitude) == pytest.approx((1.0, 1.0), abs=1e-6)
    k = 0.5 / sensor.scan
    grid = np.sinc(sensor.grid * k) if sensor.triangular else 1.0
    assert nadir.columns.mtf(k) == pytest.approx(sensor.mtf[0] * grid)
    assert oblique.columns.mtf(k) < nadir.columns.mtf(k)
    assert oblique.rows.mtf(k) < nadir.rows.mtf(k)


def test_modis_sees_a_triangle_across_the_track_and_a_box_along_it():
    seen = footprint_at("modis")
    assert seen.columns.boxes == (1000.0, 1000.0, 926.625)
    assert seen.rows.boxes == (1000.0, 926.625)


def test_viirs_averages_fewer_samples_towards_the_end_of_its_scan():
    widths = [footprint_at("viirs", zenith).columns.sigma for zenith in (0.0, 36.0, 37.5, 69.0)]
    assert widths[2] < widths[1]
    assert widths[3] / widths[0] < 2.4


@given(
    boxes=st.lists(st.floats(0.3, 6.0), max_size=3),
    sigma=st.floats(0.5, 3.0),
    centre=st.floats(-2.0, 2.0),
)
def test_taps_have_the_width_the_place_and_the_transfer_of_their_profile(boxes, sigma, centre):
    profile = Profile(boxes=tuple(boxes), sigma=sigma)
    taps = profile.taps(1.0, centre)
    spread = np.sqrt(sigma**2 + sum(box**2 for box in boxes) / 12 + 1 / 12)
    assert taps.weights.sum() == pytest.approx(1.0)
    assert width(taps) == (pytest.approx(spread, rel=0.02), pytest.approx(centre, abs=0.01))
    for wavenumber in (0.05, 0.1):
        pixel = np.sinc(wavenumber)  # a tap gathers what falls on its whole pixel
        expected = profile.mtf(wavenumber) * pixel
        assert transfer(taps, wavenumber) == pytest.approx(expected, abs=0.02)


def test_the_round_gaussian_of_modis_leaves_a_tenth_or_more_at_a_kilometre():
    assert 0.2 < footprint_at("modis").gaussian(926.625).mtf < 0.35
    assert footprint_at("modis", 60.0).gaussian(926.625).mtf < 0.1


def test_an_unknown_sensor_and_an_angle_in_counts_are_refused():
    with pytest.raises(PluginError, match="UNKNOWN_NAME"):
        footprint_at("avhrr")
    with pytest.raises(SceneError, match="SCALE_SUSPECT"):
        footprint_at("modis", 105.0)
