"""A series keeps every scene, tells what is usual, and leaves gaps as gaps."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import rasterio
import xarray as xr
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lstsr_core import LstsrError
from lstsr_core.grid import geobox_of, same_grid
from lstsr_core.scene import COARSE, LST
from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen, write_run
from lstsr_runtime.series.climate import part_of_year, unusual, usual
from lstsr_runtime.series.command import series
from lstsr_runtime.series.sights import find_sights

DAYS = ("2021-07-01", "2022-07-05", "2023-07-09", "2022-01-05")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    home = tmp_path_factory.mktemp("days")
    for number, day in enumerate(DAYS):
        scene = make_scene(shape=(8, 8))
        lst = scene[COARSE][LST].to_numpy() + np.float32(number)
        if number == 1:
            lst[:2] = np.nan
        scene[COARSE][LST] = scene[COARSE][LST].copy(data=lst)
        scene[COARSE].attrs["datetime"] = f"{day}T10:30:00Z"
        write_run(sharpen(scene, "plain"), scene, home / day)
    return home


@pytest.fixture(scope="module")
def made(runs, tmp_path_factory):
    target = tmp_path_factory.mktemp("series") / "all.zarr"
    done = CliRunner().invoke(series, [str(runs), "-o", str(target), "--least", "2"])
    assert done.exit_code == 0, done.output
    return xr.open_zarr(target, consolidated=False, decode_coords="all", mask_and_scale=False)


def test_a_series_holds_the_pixels_of_every_scene_in_the_order_of_time(runs, made):
    assert [str(time)[:10] for time in made["time"].values] == sorted(DAYS)
    for time, sight in zip(made["time"].values, find_sights([runs]), strict=True):
        with rasterio.open(sight.folder / "lst.tif") as file:
            np.testing.assert_array_equal(made["lst"].sel(time=time), file.read(1))


def test_a_series_lies_where_its_scenes_lie(runs, made):
    assert same_grid(geobox_of(made[["lst"]]), find_sights([runs])[0].box)


def test_the_anomaly_is_what_the_mean_of_the_month_leaves(made):
    july = made["lst"].values[[0, 2, 3]]
    np.testing.assert_allclose(made["mean"].values[6], np.nanmean(july, axis=0), rtol=1e-6)
    np.testing.assert_allclose(
        made["anomaly"].values[[0, 2, 3]], july - made["mean"].values[6], atol=1e-4
    )
    np.testing.assert_allclose(made["spread"].values[6], np.nanstd(july, axis=0, ddof=1), atol=1e-4)


def test_gaps_are_flagged_and_a_single_day_is_not_called_usual(made):
    assert np.isnan(made["anomaly"].values[2, :8]).all()
    assert (made["count"].values[6, :8] == 2).all()
    assert (made["count"].values[6, 8:] == 3).all()
    assert np.isnan(made["anomaly"].values[1]).all()  # the only day in January
    np.testing.assert_allclose(made["measured"].values, [1, 1, 0.75, 1])
    assert (made["quality"].values[2, :8] & 2).all()


def test_two_scenes_of_one_time_are_refused(runs):
    with pytest.raises(LstsrError) as caught:
        find_sights([runs / DAYS[0], runs / DAYS[0]])
    assert caught.value.code == "TIME_CLASH"


def test_a_folder_without_runs_is_refused(tmp_path):
    with pytest.raises(LstsrError) as caught:
        find_sights([tmp_path])
    assert caught.value.code == "FILE_MISSING"


@given(month=st.integers(1, 12))
def test_seasons_begin_in_december(month):
    season = part_of_year(dt.datetime(2020, month, 1, tzinfo=dt.UTC), "season")
    assert season == [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0][month - 1]


@given(offset=st.floats(-50, 50), days=st.integers(3, 6))
def test_anomalies_add_up_to_nothing_whatever_the_level(offset, days):
    lst = (np.random.default_rng(days).random((days, 2, 3)) * 9 + 290 + offset).astype(np.float32)
    climate = usual(lst, [0] * days, 1)
    np.testing.assert_allclose(unusual(lst, [0] * days, climate).mean(axis=0), 0, atol=1e-4)
