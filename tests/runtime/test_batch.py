"""Many scenes in one command: one that is bad harms no other, and a table says so."""

from __future__ import annotations

import csv
import errno
import os

import numpy as np
import pytest
import rasterio

from lstsr_core import ResourceError, SourceError, write_scene
from lstsr_core.cli import run as front_door
from lstsr_core.testing import make_scene
from lstsr_runtime import batch
from lstsr_runtime.batch import SUMMARY, gravest, run_batch
from lstsr_runtime.batch_list import read_entries
from lstsr_runtime.folder import alone_with

WHEN = {"datetime": "2024-07-01T10:00:00"}
USER = 2


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """Folder of three scenes, of which the second is cut off."""
    folder = tmp_path_factory.mktemp("scenes")
    for number in range(3):
        path = write_scene(make_scene(shape=(12, 10), seed=number), folder / f"s{number}.nc")
        if number == 1:
            path.write_bytes(path.read_bytes()[:2000])
    return folder


def table(folder):
    with (folder / SUMMARY).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.fault(28)
def test_one_bad_scene_never_kills_the_batch(scenes, tmp_path):
    outcomes = run_batch(read_entries(str(scenes / "*.nc"), WHEN), tmp_path / "out")
    assert [one.outcome for one in outcomes] == ["done", "failed", "done"]
    assert [row["code"] for row in table(tmp_path / "out")] == ["", "FILE_UNREADABLE", ""]
    assert gravest(outcomes) == USER
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"s0", "s2", SUMMARY}
    for name in ("s0", "s2"):
        with rasterio.open(tmp_path / "out" / name / "lst.tif") as file:
            assert np.isfinite(file.read(1)).any()


def test_a_second_batch_keeps_what_is_there_and_does_what_is_missing(scenes, tmp_path):
    out = tmp_path / "out"
    run_batch(read_entries(str(scenes / "s0.nc"), WHEN), out)
    before = (out / "s0" / "item.json").stat().st_ino
    outcomes = run_batch(read_entries(str(scenes / "s[02].nc"), WHEN), out)
    assert [one.outcome for one in outcomes] == ["kept", "done"]
    assert (out / "s0" / "item.json").stat().st_ino == before


def test_a_defect_in_one_scene_is_named_as_such_and_is_the_gravest(scenes, tmp_path, monkeypatch):
    whole = batch.run

    def run(request, folder, **options):
        if folder.name == "s0":
            raise ZeroDivisionError("oh")
        return whole(request, folder, **options)

    monkeypatch.setattr(batch, "run", run)
    outcomes = run_batch(read_entries(str(scenes / "*.nc"), WHEN), tmp_path / "out")
    assert [one.code for one in outcomes] == ["UNEXPECTED", "FILE_UNREADABLE", ""]
    assert gravest(outcomes) == 1


@pytest.fixture
def rasters(tmp_path):
    """A temperature and its guide as files, as a table names them: relative to itself."""
    from lstsr_core.grid import geobox_of

    scene = make_scene(shape=(12, 10))
    for node, name in (("coarse", "lst"), ("guide", "ndvi")):
        values, box = scene[node][name].to_numpy(), geobox_of(scene[node].to_dataset())
        size = {"height": values.shape[0], "width": values.shape[1], "count": 1}
        place = {"crs": str(box.crs), "transform": box.affine, "dtype": values.dtype}
        with rasterio.open(tmp_path / f"{name}.tif", "w", driver="GTiff", **size, **place) as file:
            file.write(values, 1)
    return tmp_path


def write_list(folder, *lines):
    path = folder / "list.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def test_a_table_names_scenes_guides_and_times(rasters, tmp_path):
    words = write_list(
        rasters,
        "name,lst,ndvi,datetime",
        "noon,lst.tif,ndvi.tif,2024-07-01T12:00:00",
        "never,lst.tif,ndvi.tif,yesterday",
        "gone,lst.tif,none.tif,",
        "alone,lst.tif,,2024-07-01T12:00:00",
    )
    outcomes = run_batch(read_entries(words, {}), tmp_path / "out")
    assert [one.code for one in outcomes] == ["", "OPTION_INVALID", "FILE_MISSING", ""]
    recorded = [(tmp_path / "out" / name / "run.yaml").read_text() for name in ("noon", "alone")]
    assert "model_used: guided" in recorded[0]
    assert "model_used: plain" in recorded[1]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("name,ndvi", "a,b"), "FILE_UNREADABLE"),
        (("lst", "a.tif,b.tif"), "FILE_UNREADABLE"),
        (("lst", ""), "NO_SCENES"),
        (("lst", "a/x.tif", "b/x.tif"), "OPTION_INVALID"),
        (("lst,name", "a.tif,../b"), "OPTION_INVALID"),
        (("lst,name", "a.tif,.hidden"), "OPTION_INVALID"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_before_anything_is_done(tmp_path, lines, code):
    with pytest.raises(SourceError) as caught:
        read_entries(write_list(tmp_path, *lines), {})
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("words", "code"), [("none.csv", "FILE_MISSING"), ("none/*.nc", "NO_SCENES")]
)
def test_a_list_that_is_not_there_is_named(tmp_path, words, code):
    with pytest.raises(SourceError) as caught:
        read_entries(str(tmp_path / words), {})
    assert caught.value.code == code


@pytest.mark.fault(45)
def test_two_batches_into_one_folder_are_told_apart(scenes, tmp_path):
    entries = read_entries(str(scenes / "s0.nc"), WHEN)
    with alone_with(tmp_path / "out"), pytest.raises(ResourceError) as caught:
        run_batch(entries, tmp_path / "out")
    assert caught.value.code == "OUTPUT_LOCKED"
    assert not (tmp_path / "out").exists()


@pytest.mark.fault(43)
def test_a_disk_that_is_full_for_one_scene_is_said_of_that_scene(scenes, tmp_path, monkeypatch):
    from lstsr_runtime import streaming

    def full(layers, key, home):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(streaming, "keep_unit", full)
        failed = run_batch(read_entries(str(scenes / "s0.nc"), WHEN), tmp_path / "out")
    assert [one.code for one in failed] == ["DISK_FULL"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == [SUMMARY]


def test_the_command_prints_the_table_and_ends_with_the_gravest_status(scenes, tmp_path, capsys):
    words = ["sharpen", "--batch", str(scenes / "*.nc"), "--datetime", WHEN["datetime"]]
    assert front_door([*words, "-o", str(tmp_path / "out")]) == USER
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["done", "failed", "done"]
    assert lines[3] == str(tmp_path / "out" / SUMMARY)
    assert front_door([*words, "-o", str(tmp_path / "out"), "--model", "none-such"]) == USER


@pytest.mark.parametrize("more", [["x.tif"], ["--config", "run.yaml"], ["--plan"]])
def test_what_makes_no_sense_for_many_scenes_is_refused(scenes, tmp_path, more, capsys):
    words = ["sharpen", "--batch", str(scenes / "*.nc"), "-o", str(tmp_path / "out"), *more]
    assert front_door(words) == USER
    assert "--batch does not go with" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
