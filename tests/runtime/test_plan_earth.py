"""The plan of a day adds up, and says what it assumes."""

from __future__ import annotations

import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import LstsrError
from lstsr_runtime.earth.command import plan_earth
from lstsr_runtime.earth.grid import grid_of, sinusoidal_tiles
from lstsr_runtime.earth.plan import Fleet, plan_day
from lstsr_runtime.earth.rate import rate_of

DAY = ["--sensor", "modis", "--date", "2023-08-11"]


def fleet(**change):
    return Fleet(**{"workers": 100, "rate": 0.5, "price": 0.04, "network": 200.0, **change})


def test_modland_counts_460_tiles_that_hold_any_of_the_earth():
    tiles = sinusoidal_tiles()
    assert len(tiles) == 460
    assert {(18, 4), (0, 8), (35, 9), (14, 0), (21, 17)} <= set(tiles)
    assert (0, 0) not in tiles
    assert {(35 - h, 17 - v) for h, v in tiles} == set(tiles)


def test_a_day_of_modis_on_one_core_takes_its_pixels_over_the_rate():
    plan = plan_day(grid_of("modis"), fleet(workers=1))
    assert plan.pixels == 460 * 4800**2
    assert plan.layers == 3 * 460
    assert math.isclose(plan.hours, plan.pixels / 0.5e6 / 3600)
    assert math.isclose(plan.cost, 0.04 * plan.hours)


@given(workers=st.integers(1, 2000), tiles=st.integers(1, 460))
def test_more_workers_never_take_longer_and_no_work_is_lost(workers, tiles):
    grid = grid_of("modis")
    plan = plan_day(grid, fleet(workers=workers), tiles=tiles)
    assert plan.hours >= plan_day(grid, fleet(workers=workers + 1), tiles=tiles).hours
    assert plan.computing * workers * 3600 * 0.5e6 >= plan.pixels * (1 - 1e-9)


def test_a_slow_network_makes_the_day_long():
    plan = plan_day(grid_of("modis"), fleet(workers=460, network=1.0))
    assert plan.hours == plan.downloading > plan.computing


def test_the_command_prints_what_it_assumes_and_downloads_nothing():
    done = CliRunner().invoke(plan_earth, [*DAY, "--workers", "46", "--rate", "1"])
    assert done.exit_code == 0, done.output
    assert "460 of 4800 x 4800 pixels" in done.output
    assert "0.06 h on 46 cores" in done.output  # 10 tiles of 23.04 Mpx
    assert done.output.count("assumed") == 5


def test_a_measured_rate_is_by_processor_time(tmp_path):
    told = {"timings": [{"model": "tsharp", "pixels": 23_040_000, "cpu": 11.52, "method": 99.0}]}
    path = tmp_path / "speed.json"
    path.write_text(json.dumps(told))
    assert rate_of(path, "tsharp") == pytest.approx(2.0)
    words = [*DAY, "--speed", str(path), "--model", "tsharp"]
    assert "2 Mpx/s a core" in CliRunner().invoke(plan_earth, words).output
    with pytest.raises(LstsrError) as caught:
        rate_of(path, "dms")
    assert caught.value.code == "FILE_UNREADABLE"


def test_a_sensor_without_tiles_is_refused():
    with pytest.raises(LstsrError) as caught:
        grid_of("landsat")
    assert caught.value.code == "OPTION_INVALID"
