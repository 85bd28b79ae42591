"""Models are timed side by side, each in a process of its own."""

from __future__ import annotations

import json
import sys
from functools import partial

import numpy as np
import pytest
from click.testing import CliRunner

from lstsr_core import ModelError, write_scene
from lstsr_core.scene import factor_of
from lstsr_core.testing import make_scene
from lstsr_runtime.bench import speed
from lstsr_runtime.bench.command import bench
from lstsr_runtime.bench.limit import BYTES, memory_rate, share_of_limit
from lstsr_runtime.bench.mosaic import lay_mosaic
from lstsr_runtime.bench.speed import Timing, Way, describe, time_models
from lstsr_runtime.bench.speed_report import draw_speed, read_timings, write_speed
from lstsr_runtime.bench.strangers import time_command

SCENES = {name: partial(make_scene, shape=(8, 8), seed=seed) for seed, name in enumerate("ab")}
TIMINGS = tuple(
    Timing(model=model, size="scene", method=method, first=1.0, process=2.0, peak=2.0**28)
    for model, method in (("bicubic", 0.02), ("slow", 0.5))
)


def test_mosaic_repeats_and_mirrors_the_scenes():
    tile = lay_mosaic(SCENES, edge=20)
    first, second = (opened()["coarse"]["lst"].to_numpy() for opened in SCENES.values())
    lst = tile["coarse"]["lst"].to_numpy()
    assert lst.shape == (20, 20)
    assert np.array_equal(lst[:8, :8], first)
    assert np.array_equal(lst[:8, 8:16], second[:, ::-1])
    assert np.array_equal(lst[8:16, :8], second[::-1])
    assert factor_of(tile) == 4


def test_neighbours_in_a_mosaic_of_one_scene_meet_without_a_jump():
    ndvi = lay_mosaic({"a": SCENES["a"]}, edge=16)["guide"]["ndvi"].to_numpy()
    assert np.array_equal(ndvi[:, 31], ndvi[:, 32])
    assert np.array_equal(ndvi[31], ndvi[32])


@pytest.fixture
def path(tmp_path):
    return write_scene(make_scene(shape=(12, 12)), tmp_path / "scene.zarr")


def test_installed_models_are_timed_in_turn(path):
    pytest.importorskip("lstsr_statistical")
    first, second = time_models(["bicubic", "tsharp"], path, "tile")
    assert (first.model, second.model) == ("bicubic", "tsharp")
    for one in (first, second):
        assert 0 < one.method <= one.first < one.process
    if sys.platform != "win32":
        assert 2**25 < first.peak < 2**32


def test_every_model_is_timed_with_every_tile_and_tells_pixels_and_processor_time(path):
    pytest.importorskip("lstsr_statistical")
    ways = [Way(tile=6), Way(device="cpu")]
    small, usual = time_models(["bicubic"], path, "tile", ways)
    assert (small.tile, usual.tile) == (6, 0)
    assert (small.name, usual.name) == ("bicubic --tile 6", "bicubic on cpu")
    assert small.pixels == usual.pixels == 48 * 48
    assert small.cpu > 0


def test_a_command_of_others_is_timed_on_the_same_scene(path):
    code = "import pathlib, sys; sys.exit(not pathlib.Path(sys.argv[1]).is_dir())"
    one = time_command("theirs", f"{sys.executable} -c '{code}' {{scene}}", path, "tile")
    assert one.model == "theirs"
    assert one.process > 0
    assert one.pixels == 48 * 48
    with pytest.raises(ModelError, match="theirs"):
        time_command("theirs", f"{sys.executable} -c '{code}' elsewhere", path, "tile")


def test_the_share_of_the_limit_is_what_is_moved_over_what_can_be():
    assert share_of_limit(pixels=2e6, seconds=2.0, rate=BYTES * 1e7) == pytest.approx(0.1)
    assert memory_rate() > 1e6


def test_process_that_fails_is_told_by_its_last_words(path):
    with pytest.raises(ModelError, match="no-such-model") as caught:
        list(time_models(["no-such-model"], path, "tile"))
    assert caught.value.code == "MODEL_FAILED"


def test_timings_are_kept_with_the_machine_and_read_back(tmp_path):
    write_speed(tmp_path, TIMINGS)
    assert read_timings(tmp_path / "speed.csv")[0].model == "bicubic"
    assert read_timings(tmp_path / "speed.csv")[1].method == pytest.approx(0.5)
    told = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert told["timings"][1]["method_over_bicubic"] == pytest.approx(25)
    assert told["machine"]["cores"] >= 1
    assert "numpy" in told["versions"]
    assert (tmp_path / "speed.png").read_bytes().startswith(b"\x89PNG")


def test_peak_that_is_not_known_is_null():
    unknown = Timing(model="m", size="tile", method=1.0, first=1.0, process=1.0, peak=float("nan"))
    assert describe([unknown])["timings"][0]["peak"] is None


def test_quickest_model_stands_on_top():
    axes = draw_speed(TIMINGS).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["slow", "bicubic"]


def test_command_prints_ratios_and_writes_the_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(speed, "scene_of", lambda size, folder: make_scene(shape=(8, 8)))
    monkeypatch.setattr(speed, "time_models", lambda models, path, size, ways: iter(TIMINGS))
    out = tmp_path / "out"
    words = ["speed", "--data", str(tmp_path), "--models", "plain", "-o", str(out)]
    result = CliRunner().invoke(bench, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "25.0" in result.output
    assert sorted(path.name for path in out.iterdir()) == ["speed.csv", "speed.json", "speed.png"]
