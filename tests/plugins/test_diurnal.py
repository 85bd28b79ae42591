"""A scene is brought to one local solar time by a diurnal cycle whose answers are known."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import ModelError, SceneError, registry
from lstsr_core.testing import check_correction, make_scene
from lstsr_diurnal.cycle import Cycle, day_length
from lstsr_diurnal.normalisation import normalise
from lstsr_diurnal.options import DiurnalOptions
from lstsr_diurnal.plugin import lstsr_corrections

EQUINOX = "2019-03-22"
"""Day 81, on which the model's sun stands above the equator: every day is 12 h long."""
KNOWN = {"hour": 13.0, "amplitude": 20.0, "maximum": 13.0}
RISE = 20 * (1 - np.cos(np.pi / 4))
"""From 10:00 to 13:00 with the amplitude and the maximum of `KNOWN`. [K]"""


def seen_at(hours, **knobs):
    """Make a scene whose columns were seen at local solar hours, as UTC of EQUINOX."""
    scene = make_scene(shape=(6, 8), crs="EPSG:4326", pixel=0.01, **knobs)
    coarse = scene["coarse"].to_dataset()
    utc = np.broadcast_to(hours, (6, 8)) - coarse["x"].to_numpy() / 15
    times = np.datetime64(EQUINOX, "s") + np.round(utc * 3600).astype("timedelta64[s]")
    scene["coarse"].dataset = coarse.assign(view_time=(("y", "x"), times))
    return scene


def change_of(scene, **options):
    corrected = normalise(scene, DiurnalOptions(**options))
    return (corrected["coarse/lst"] - scene["coarse/lst"]).to_numpy()


def test_ten_in_the_morning_becomes_the_maximum_by_the_cosine_of_three_hours():
    np.testing.assert_allclose(change_of(seen_at(10.0), **KNOWN), RISE, atol=1e-3)


def test_land_that_follows_the_cycle_is_level_once_it_is_brought_to_one_time():
    hours = np.linspace(9.6, 11.3, 8)
    scene = seen_at(hours)
    warming = 290 + 20 * np.cos(np.pi * (hours - 13) / 12) + np.zeros((6, 1))
    scene["coarse/lst"].values[:] = warming
    corrected = normalise(scene, DiurnalOptions(amplitude=20.0, maximum=13.0))["coarse/lst"]
    level = 290 + 20 * np.cos(np.pi * (np.median(hours) - 13) / 12)
    np.testing.assert_allclose(corrected, level, atol=0.01)
    assert corrected.attrs["local_solar_hour"] == pytest.approx(np.median(hours), abs=0.01)


def test_the_night_decays_as_steeply_as_the_day_ends():
    # The land cools freely from 17:00 on, a third of a half wave after the maximum.
    decay = 12 / np.pi / np.tan(np.pi / 3)
    fall = 20 * np.cos(np.pi / 3) * (np.exp(-6 / decay) - np.exp(-5 / decay))
    change = change_of(seen_at(22.0), **{**KNOWN, "hour": 23.0})
    np.testing.assert_allclose(change, fall, atol=5e-3)  # UTC is a day ahead


def test_views_on_both_sides_of_midnight_meet_at_their_median():
    corrected = normalise(seen_at([23.2, 23.4, 23.6, 23.8, 0.0, 0.2, 0.4, 0.6]), DiurnalOptions())
    assert corrected["coarse/lst"].attrs["local_solar_hour"] == pytest.approx(23.9, abs=0.01)


def test_uncertainties_of_amplitude_and_maximum_widen_that_of_the_temperature():
    scene = seen_at(10.0)
    stated = xr.full_like(scene["coarse/lst"], 1.0).assign_attrs(units="K")
    scene["coarse"].dataset = scene["coarse"].to_dataset().assign(lst_uncertainty=stated)
    spreads = {"amplitude_uncertainty": 5.0, "maximum_uncertainty": 0.5}
    corrected = normalise(scene, DiurnalOptions(**KNOWN, **spreads))["coarse/lst_uncertainty"]
    slope = 20 * np.pi / 12 * np.sin(np.pi / 4)
    wanted = np.sqrt(1 + (RISE / 20 * 5) ** 2 + (slope * 0.5) ** 2)
    np.testing.assert_allclose(corrected, wanted, rtol=1e-3)
    assert corrected.attrs["units"] == "K"


def test_no_uncertainty_is_made_up_where_none_is_stated():
    corrected = normalise(seen_at(10.0), DiurnalOptions(**KNOWN))
    assert "lst_uncertainty" not in corrected["coarse"]


def test_a_mapped_amplitude_goes_before_the_one_that_is_set():
    scene = seen_at(10.0)
    mapped = xr.full_like(scene["coarse/lst"], 40.0)
    mapped[:, 0] = np.nan
    scene["coarse"].dataset = scene["coarse"].to_dataset().assign(diurnal_amplitude=mapped)
    change = change_of(scene, **KNOWN)
    np.testing.assert_allclose(change[:, 1:], 2 * RISE, atol=1e-3)
    np.testing.assert_allclose(change[:, 0], RISE, atol=1e-3)


def test_once_more_changes_nothing_and_another_target_starts_from_the_last():
    scene = seen_at(np.linspace(9.6, 11.3, 8))
    once = normalise(scene, DiurnalOptions(**KNOWN))
    twice = normalise(once, DiurnalOptions(**KNOWN))
    np.testing.assert_array_equal(twice["coarse/lst"], once["coarse/lst"])
    there = {**KNOWN, "hour": 11.0}
    moved = normalise(once, DiurnalOptions(**there))["coarse/lst"]
    direct = normalise(scene, DiurnalOptions(**there))["coarse/lst"]
    np.testing.assert_allclose(moved, direct, atol=1e-3)


def test_solar_hours_as_modis_states_them_need_no_longitude():
    scene = seen_at(10.0)
    hours = xr.full_like(scene["coarse/lst"], 10.0).assign_attrs(
        units="h", long_name="local solar time of the view"
    )
    coarse = scene["coarse"].to_dataset().assign(view_time=hours)
    scene["coarse"].dataset = coarse.assign_attrs(datetime=f"{EQUINOX}T17:30:00Z")
    np.testing.assert_allclose(change_of(scene, **KNOWN), RISE, atol=1e-3)


@pytest.mark.parametrize(("clock", "utc"), [("solar", False), ("utc", True)])
def test_plain_hours_are_what_the_clock_says(clock, utc):
    scene = seen_at(10.0)
    coarse = scene["coarse"].to_dataset()
    hours = 0 * coarse["lst"] + 10.0 - (coarse["x"] / 15 if utc else 0)
    coarse = coarse.assign(view_time=hours.assign_attrs(units="h"))
    scene["coarse"].dataset = coarse.assign_attrs(datetime=EQUINOX)
    np.testing.assert_allclose(change_of(scene, **KNOWN, clock=clock), RISE, atol=1e-3)
    with pytest.raises(SceneError, match="TIME_UNKNOWN"):
        change_of(scene, **KNOWN)


def without_times():
    scene = seen_at(10.0)
    scene["coarse"].dataset = scene["coarse"].to_dataset().drop_vars("view_time")
    return scene


def never_seen():
    scene = seen_at(10.0)
    scene["coarse/view_time"].values[:] = np.datetime64("NaT")
    return scene


def hours_of_no_day():
    scene = seen_at(10.0)
    hours = xr.full_like(scene["coarse/lst"], 10.0).assign_attrs(long_name="local solar time")
    scene["coarse"].dataset = scene["coarse"].to_dataset().assign(view_time=hours)
    return scene


@pytest.mark.parametrize("scene", [without_times, never_seen, hours_of_no_day])
def test_a_scene_whose_times_are_not_known_is_refused(scene):
    with pytest.raises(SceneError, match="TIME_UNKNOWN"):
        normalise(scene(), DiurnalOptions())


@pytest.mark.parametrize(("seen", "target"), [(22.0, 13.0), (10.0, 2.0)])
def test_a_night_does_not_become_a_day_nor_the_reverse(seen, target):
    with pytest.raises(SceneError, match="TIME_UNMODELLED"):
        normalise(seen_at(seen), DiurnalOptions(hour=target))


def test_a_day_without_a_sunrise_is_refused():
    scene = seen_at(10.0)
    scene["coarse"].dataset = (
        scene["coarse"].to_dataset().assign_coords(y=scene["coarse/y"].to_numpy() + 50.0)
    )
    times = scene["coarse/view_time"]
    times.values[:] = times.to_numpy() + np.timedelta64(92, "D")
    with pytest.raises(SceneError, match="TIME_UNMODELLED"):
        normalise(scene, DiurnalOptions())


def test_a_measured_pixel_without_a_time_becomes_a_gap_and_no_other():
    scene = seen_at(10.0)
    scene["coarse/view_time"].values[2, 3] = np.datetime64("NaT")
    gap = np.isnan(change_of(scene, **KNOWN))
    assert gap[2, 3]
    assert gap.sum() == 1


def test_the_correction_keeps_the_contract():
    [correction] = lstsr_corrections()
    check_correction(correction, seen_at(10.3, gaps=0.1))


def test_it_is_chosen_by_its_name_with_its_options():
    chosen = registry.choose_correction("diurnal:hour=13,amplitude=20,maximum=13")
    scene = seen_at(10.0)
    change = (chosen.apply(scene)["coarse/lst"] - scene["coarse/lst"]).to_numpy()
    np.testing.assert_allclose(change, RISE, atol=1e-3)


@pytest.mark.parametrize(
    "words",
    ["hour=24", "hour=-1", "maximum=11", "amplitude=-1", "clock=sun", "hour", "amplitude=inf"],
)
def test_what_no_day_has_is_refused_before_a_scene_is_read(words):
    with pytest.raises(ModelError, match="OPTION_INVALID"):
        registry.choose_correction(f"diurnal:{words}")


@pytest.mark.parametrize(
    ("latitude", "day", "hours"),
    [(0.0, 172, 12.0), (45.0, 81, 12.0), (45.0, 172, 15.43), (-45.0, 172, 8.57), (60.0, 355, 5.51)],
)
def test_days_are_as_long_as_the_sun_makes_them(latitude, day, hours):
    assert day_length(np.array(latitude), day) == pytest.approx(hours, abs=0.01)


def test_the_poles_have_no_day():
    assert np.isnan(day_length(np.array([80.0, -80.0]), 172)).all()


CYCLES = st.builds(
    lambda length, maximum: Cycle(length=np.array(length), maximum=maximum),
    st.floats(9.0, 16.0),
    st.floats(12.5, 14.0),
)


@given(CYCLES, st.floats(0.0, 23.99))
def test_the_slope_is_the_derivative_and_no_hour_exceeds_the_maximum(cycle, hour):
    assert -1e-9 <= cycle.at(hour) <= 1.0
    step = 1e-4
    if cycle.is_day(hour - step) == cycle.is_day(hour + step):
        rise = (cycle.at(hour + step) - cycle.at(hour - step)) / (2 * step)
        assert cycle.slope(hour) == pytest.approx(float(rise), abs=1e-4)


@given(CYCLES)
def test_the_cycle_has_no_jump_and_no_kink_where_the_night_begins(cycle):
    before, after = cycle.cooling - 1e-9, cycle.cooling + 1e-9
    assert cycle.at(before) == pytest.approx(float(cycle.at(after)), abs=1e-6)
    assert cycle.slope(before) == pytest.approx(float(cycle.slope(after)), abs=1e-6)


def test_listing_the_correction_imports_nothing_heavy():
    code = (
        "import sys; from lstsr_diurnal.plugin import lstsr_corrections;"
        "assert [*lstsr_corrections()];"
        "print(*{'rasterio', 'xarray', 'numpy', 'odc', 'pyproj'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
