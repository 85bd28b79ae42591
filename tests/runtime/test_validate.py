"""What a station measured is read, becomes a temperature, and meets the runs of its day."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from lstsr_core import LstsrError, write_scene
from lstsr_core.testing import make_scene
from lstsr_runtime import run
from lstsr_runtime.request import make_request
from lstsr_runtime.validation.command import validate
from lstsr_runtime.validation.ground import STEFAN_BOLTZMANN, Ground, ground_temperature
from lstsr_runtime.validation.matching import Rules, match
from lstsr_runtime.validation.reading import read_stations
from lstsr_runtime.validation.scores import score, score_groups
from lstsr_runtime.validation.station import make_station
from lstsr_runtime.validation.sun import sun_elevation
from lstsr_runtime.validation.tower import Site

PLACE = (33.9512, -112.4512)
"""A place inside of the scenes that are made below. [degree]"""
NOON = np.datetime64("2023-08-11T18:00:00")
"""About 10:30 local solar time there."""
EMISSIVITY, SKY = 0.95, 350.0
"""Of the ground that is made up [1], and what the sky sends down [W m-2]."""
WARMING = 3.0
"""How fast the ground that is made up warms. [K/h]"""


def radiation(lst, emissivity=EMISSIVITY):
    return emissivity * STEFAN_BOLTZMANN * lst**4 + (1 - emissivity) * SKY


def station_at(lst, place=PLACE, step=10, name="made"):
    """Give a station whose ground has `lst` at noon and warms from hour to hour."""
    minutes = np.arange(-180, 181, step)
    time = NOON + minutes.astype("timedelta64[m]")
    up = radiation(lst + WARMING * minutes / 60)
    return make_station(name, place, time, up, np.full(len(time), SKY))


def rules(**words):
    return Rules(ground=Ground(emissivity=EMISSIVITY), **words)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two run folders of one scene, 20 minutes apart; the second was seen aslant."""
    folder = tmp_path_factory.mktemp("validate")
    made = []
    for number, (minutes, zenith) in enumerate(((0, 10.0), (20, 55.0))):
        scene = make_scene(shape=(12, 12), crs="EPSG:4326", pixel=0.01)
        coarse = scene["coarse"].to_dataset()
        seen = np.full(coarse["lst"].shape, NOON + np.timedelta64(minutes, "m"), "datetime64[ns]")
        coarse["view_time"] = coarse["lst"].dims, seen
        coarse["view_zenith"] = coarse["lst"].copy(data=np.full(seen.shape, zenith, np.float32))
        coarse["view_zenith"].attrs["units"] = "degree"
        scene["coarse"].dataset = coarse
        path = write_scene(scene, folder / f"scene-{number}.nc")
        made.append(run(make_request(lst=path, model="plain"), folder / f"run-{number}"))
    return made


@pytest.fixture(scope="module")
def sharpened(runs):
    """What the first run says of the place. [K]"""
    [found, _] = match(runs, [station_at(300.0)], rules())
    return found.view.lst


@pytest.mark.parametrize("emissivity", [0.9, 0.97, 1.0])
def test_what_a_body_emits_and_reflects_gives_back_its_temperature(emissivity):
    lst = np.array([250.0, 300.0, 330.0])
    up = radiation(lst, emissivity)
    time = NOON + np.arange(3).astype("timedelta64[m]")
    station = make_station("made", PLACE, time, up, np.full(3, SKY))
    found, sigma = ground_temperature(station, Ground(emissivity=emissivity))
    assert found == pytest.approx(lst)
    assert (sigma > 0.5).all()


def test_uncertainty_is_what_a_change_of_emissivity_and_radiation_makes():
    station = station_at(300.0)
    quiet = Ground(emissivity=EMISSIVITY, emissivity_uncertainty=0.01, radiometer=0.0)
    other = Ground(emissivity=EMISSIVITY + 0.001, radiometer=0.0)
    lst, sigma = ground_temperature(station, quiet)
    moved = np.abs(ground_temperature(station, other)[0] - lst) * 10
    assert sigma == pytest.approx(moved, rel=0.02)


def test_radiation_that_no_ground_emits_is_a_gap():
    dark = make_station("dark", PLACE, np.array([NOON]), np.array([-5.0]), np.array([SKY]))
    assert np.isnan(ground_temperature(dark, Ground())[0]).all()


def test_the_sun_stands_highest_at_noon_of_the_equator_in_march_and_is_down_at_midnight():
    assert sun_elevation(np.datetime64("2021-03-21T12:00", "s"), 0.0, 0.0) == pytest.approx(
        90, abs=1
    )
    assert sun_elevation(np.datetime64("2021-03-21T00:00", "s"), 0.0, 0.0) < -80
    assert sun_elevation(np.datetime64("2021-03-21T00:00", "s"), 0.0, 180.0) > 80


def test_ground_is_taken_at_the_time_of_each_view(runs, sharpened):
    first, second = match(runs, [station_at(sharpened)], rules())
    assert first.difference == pytest.approx(0.0, abs=0.01)
    assert second.difference == pytest.approx(-WARMING / 3, abs=0.02)
    assert (first.view.zenith, second.view.zenith) == (10.0, 55.0)
    assert first.view.model == "plain"
    assert first.sun > 0


def test_what_the_sensor_measured_before_stands_beside(runs):
    scene = make_scene(shape=(12, 12), crs="EPSG:4326", pixel=0.01)
    coarse = scene["coarse"]["lst"].sel(y=PLACE[0], x=PLACE[1], method="nearest")
    [found, _] = match(runs, [station_at(300.0)], rules())
    assert found.view.coarse == pytest.approx(float(coarse))


def test_slanted_views_are_left_out_on_demand(runs):
    [found] = match(runs, [station_at(300.0)], rules(zenith=40.0))
    assert found.view.run == "run-0"


@pytest.mark.parametrize(
    ("station", "limits", "reason"),
    [
        (station_at(300.0, place=(48.0, 11.5)), {}, "2 with station outside the grid"),
        (station_at(300.0, step=60), {"minutes": 15.0}, "no measurement within 15 min"),
        (station_at(300.0), {"zenith": 5.0}, "2 with view too slanted"),
    ],
)
def test_no_match_says_why(runs, station, limits, reason):
    with pytest.raises(LstsrError) as caught:
        match(runs[1:] if "minutes" in limits else runs, [station], rules(**limits))
    assert caught.value.code == "NO_MATCHUPS"
    assert caught.value.exit_status == 3
    assert reason in caught.value.found


def test_a_run_dated_by_its_file_is_not_matched(tmp_path):
    scene = make_scene(shape=(12, 12), crs="EPSG:4326", pixel=0.01)
    path = write_scene(scene, tmp_path / "scene.nc")
    folder = run(make_request(lst=path, model="plain"), tmp_path / "run")
    with pytest.raises(LstsrError, match="time of the view not known"):
        match([folder], [station_at(300.0)], rules())


def test_a_time_given_with_the_run_serves_where_the_scene_has_none(tmp_path):
    scene = make_scene(shape=(12, 12), crs="EPSG:4326", pixel=0.01)
    path = write_scene(scene, tmp_path / "scene.nc")
    asked = make_request(lst=path, model="plain", datetime=f"{NOON}Z")
    [found] = match([run(asked, tmp_path / "run")], [station_at(300.0)], rules())
    assert found.view.time == NOON
    assert np.isnan(found.view.zenith)


def test_a_restless_ground_is_less_certain(runs):
    calm = station_at(300.0, step=1)
    noise = np.random.default_rng(0).normal(0, 20, calm.up.shape)
    restless = make_station("restless", PLACE, calm.time, calm.up + noise, calm.down)
    [one, _], [other, _] = (match(runs, [each], rules()) for each in (calm, restless))
    assert other.ground_sigma > one.ground_sigma + 1


def test_scores_of_a_constant_offset_are_that_offset(runs, sharpened):
    [found, _] = match(runs, [station_at(sharpened - 2.0)], rules())
    scores = score([found, found])
    assert scores.n == 2
    assert scores.bias == pytest.approx(2.0, abs=0.01)
    assert scores.rmse == pytest.approx(2.0, abs=0.01)
    assert scores.ubrmse == pytest.approx(0.0, abs=1e-6)
    assert scores.within_90 in {0.0, 1.0}


def test_groups_are_all_day_station_and_model(runs):
    groups = score_groups(match(runs, [station_at(300.0)], rules()))
    assert groups.keys() == {"all", "day", "station made", "model plain"}
    assert groups["all"]["n"] == 2


def write_table(path, station):
    lines = ["time,up,down"]
    lines += [
        f"{time}Z,{up:.4f},{down}"
        for time, up, down in zip(station.time, station.up, station.down, strict=True)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_command_writes_a_table_statistics_and_a_picture(runs, sharpened, tmp_path):
    table = write_table(tmp_path / "made.csv", station_at(sharpened))
    words = [*map(str, runs), "--station", str(table), "--at", *map(str, PLACE)]
    words += ["--emissivity", str(EMISSIVITY), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(validate, words)
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "matchups.csv", "statistics.json", "validation.png",
    }  # fmt: skip
    with (tmp_path / "out" / "matchups.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["difference [K]"]) == pytest.approx(0.0, abs=0.01)
    found = json.loads((tmp_path / "out" / "statistics.json").read_text(encoding="utf-8"))
    assert found["groups"]["all"]["n"] == 2
    assert found["emissivity"] == EMISSIVITY
    assert "ubrmse" in done.output


SURFRAD = """ Nowhere
   33.95  112.45 1000 m version 1
 2023   8 11  8 18  0 18.000  40.00   800.0 0   150.0 0   700.0 0   100.0 0   350.0 0    20.0 0    20.0 0   450.0 0 30.0 0
 2023   8 11  8 18  1 18.017  40.00   800.0 0   150.0 0   700.0 0   100.0 0   350.0 0    20.0 0    20.0 0   450.0 1 30.0 0
 2023   8 11  8 18  2 18.033  40.00   800.0 0   150.0 0   700.0 0   100.0 0 -9999.9 0    20.0 0    20.0 0   450.0 0 30.0 0
"""  # noqa: E501  as the files have it


def test_surfrad_counts_longitudes_westward_and_keeps_what_is_good(tmp_path):
    # Columns of the file: year, day of the year, month, day, hour, minute.
    text = SURFRAD.replace("2023   8 11  8 18", "2023 223  8 11 18")
    (tmp_path / "now23223.dat").write_text(text, encoding="utf-8")
    [station] = read_stations([tmp_path / "now23223.dat"])
    assert (station.name, station.latitude, station.longitude) == ("Nowhere", 33.95, -112.45)
    assert station.time[0] == NOON
    assert np.isnan(station.up).tolist() == [False, True, False]
    assert np.isnan(station.down).tolist() == [False, False, True]


def test_fluxnet_rows_stand_in_the_middle_of_their_half_hour_in_utc(tmp_path):
    path = tmp_path / "AMF_US-Xyz.csv"
    head = "# Site: US-Xyz\nTIMESTAMP_START,TIMESTAMP_END,LW_IN,LW_OUT\n"
    path.write_text(
        head + "202308111100,202308111130,350,450\n202308111130,202308111200,-9999,451\n"
    )
    [station] = read_stations([path], Site(place=PLACE, utc_offset=-7.0))
    assert station.time.tolist() == (NOON + np.array([15, 45]).astype("timedelta64[m]")).tolist()
    assert np.isnan(station.down).tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "text", "site", "code"),
    [
        ("a.csv", "time,up\n", Site(place=PLACE), "STATION_INCOMPLETE"),
        ("a.csv", "time,up,down\n2023-01-01,1,2\n", Site(), "STATION_INCOMPLETE"),
        ("a.csv", "time,up,down\nnoon,1,2\n", Site(place=PLACE), "FILE_UNREADABLE"),
        ("a.csv", "TIMESTAMP_START,TIMESTAMP_END,LW_IN,LW_OUT\n202301010000,202301010030,1,2\n",
         Site(place=PLACE), "STATION_INCOMPLETE"),
        ("a.dat", "what is this", Site(), "FILE_UNREADABLE"),
        ("a.nc", "no netCDF", Site(), "FILE_UNREADABLE"),
    ],
)  # fmt: skip
def test_files_that_are_no_stations_are_refused(tmp_path, name, text, site, code):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(LstsrError) as caught:
        read_stations([tmp_path / name], site)
    assert caught.value.code == code


def test_a_missing_file_and_a_folder_without_a_run_are_named(tmp_path):
    with pytest.raises(LstsrError) as caught:
        read_stations([tmp_path / "none.dat"])
    assert caught.value.code == "FILE_MISSING"
    with pytest.raises(LstsrError) as caught:
        match([tmp_path], [station_at(300.0)], rules())
    assert caught.value.code == "FILE_MISSING"


def insitu(shared_data, pattern):
    found = sorted((shared_data / "insitu").glob(pattern))
    if not found:
        pytest.skip(f"no {pattern} in the real data")
    return found


def test_real_surfrad_nights_are_cold_and_days_are_warmer(shared_data):
    [station] = read_stations(insitu(shared_data, "surfrad-*.dat"))
    assert station.name == "Alamosa"
    assert (station.latitude, station.longitude) == (37.70, -105.92)
    lst, sigma = ground_temperature(station, Ground())
    sun = np.array([sun_elevation(time, 37.70, -105.92) for time in station.time[::10]])
    warm, cold = np.nanmean(lst[::10][sun > 20]), np.nanmean(lst[::10][sun < 0])
    # A clear first of January at 2300 m: air between -6 and -25 degrees Celsius.
    assert 240 < cold < 262
    assert 5 < warm - cold < 30
    assert 0.8 < np.nanmedian(sigma) < 2.5


def test_real_qcrad_days_of_one_station_are_joined(shared_data):
    paths = insitu(shared_data, "Bondville_*.nc")
    [station] = read_stations(paths)
    assert station.longitude == pytest.approx(-88.37, abs=0.01)
    assert (np.diff(station.time) > np.timedelta64(0)).all()
    assert (station.time[-1] - station.time[0]) > np.timedelta64(2 * 24 - 1, "h")
    lst, _ = ground_temperature(station, Ground())
    assert 250 < np.nanmedian(lst) < 280


def test_a_real_tower_tells_its_time_only_with_its_zone(shared_data):
    [path] = insitu(shared_data, "AdelaideRiver_2009_L3.nc")
    with pytest.raises(LstsrError) as caught:
        read_stations([path])
    assert caught.value.code == "STATION_INCOMPLETE"
    [station] = read_stations([path], Site(utc_offset=9.5))
    assert station.time[0] == np.datetime64("2008-12-31T14:30:00")
    lst, _ = ground_temperature(station, Ground(emissivity=0.98))
    solar = ((station.time - np.datetime64("2009-01-01", "s")) / np.timedelta64(1, "h")
             + station.longitude / 15) % 24  # fmt: skip
    by_hour = [np.nanmean(lst[(solar >= hour) & (solar < hour + 1)]) for hour in range(24)]
    assert int(np.argmax(by_hour)) in {12, 13, 14}
    assert 290 < np.mean(by_hour) < 310


def test_a_table_without_long_wave_radiation_is_refused(shared_data):
    [path] = insitu(shared_data, "ecostress_calval_combined_*.csv")
    with pytest.raises(LstsrError) as caught:
        read_stations([path], Site(place=PLACE))
    assert caught.value.code == "STATION_INCOMPLETE"
