"""A run folder holds what the documentation says, and can be repeated."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import numpy as np
import pystac
import pytest
import rasterio
import yaml

from lstsr_core import LstsrError, ResourceError, SourceError, write_scene
from lstsr_core.testing import make_scene
from lstsr_runtime import run, sharpen, write_run
from lstsr_runtime.inputs import moment_of, parse_moment
from lstsr_runtime.layer import LAYERS
from lstsr_runtime.plan import plan
from lstsr_runtime.request import make_request, read_request

FILES = {
    "item.json", "log.jsonl", "lst.tif", "lst_uncertainty.tif", "quality.tif", "quicklook.png",
    "lst.qml", "lst_uncertainty.qml", "quality.qml", "run.yaml",
}  # fmt: skip


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory):
    scene = make_scene(shape=(40, 30), gaps=0.05)
    return write_scene(scene, tmp_path_factory.mktemp("scene") / "scene.nc")


@pytest.fixture(scope="module")
def finished(scene_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    return run(make_request(lst=scene_file, datetime="2023-08-11T10:30:00"), folder)


def test_the_folder_holds_these_files_and_no_others(finished):
    assert {path.name for path in finished.iterdir()} == FILES


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_a_cog_that_says_what_it_holds(finished, name):
    with rasterio.open(finished / f"{name}.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.crs.to_dict()["proj"] == "sinu"
        assert file.shape == (160, 120)
        assert file.units == (LAYERS[name].units,)
        assert file.descriptions == (LAYERS[name].description,)
        assert np.array_equal([file.nodata], [LAYERS[name].nodata], equal_nan=True)
        assert float(file.tags(1)["STATISTICS_MEAN"]) > 0


def test_a_layer_larger_than_a_block_has_overviews(tmp_path):
    scene = make_scene(shape=(160, 150))
    folder = write_run(sharpen(scene, "plain"), scene, tmp_path / "run")
    for name in LAYERS:
        with rasterio.open(folder / f"{name}.tif") as file:
            assert file.overviews(1) == [2]
            assert file.block_shapes == [(512, 512)]


def test_files_hold_what_sharpen_gives(finished, scene_file):
    scene = make_scene(shape=(40, 30), gaps=0.05)
    result = sharpen(scene).compute()
    for name in LAYERS:
        with rasterio.open(finished / f"{name}.tif") as file:
            assert np.array_equal(file.read(1), result[name], equal_nan=True)


def test_the_item_is_valid_stac_and_its_checksums_hold(finished):
    item = pystac.Item.from_file(str(finished / "item.json"))
    extensions, item.stac_extensions = item.stac_extensions, []
    item.validate()  # of the extensions no schema can be fetched here; their fields follow
    assert {url.split("/")[3] for url in extensions} == {
        "projection",
        "raster",
        "file",
        "processing",
    }
    assert item.datetime == dt.datetime(2023, 8, 11, 10, 30, tzinfo=dt.UTC)
    assert item.properties["lstsr:model"] == "guided"
    assert item.properties["proj:shape"] == [160, 120]
    for asset in item.assets.values():
        content = (finished / asset.href).read_bytes()
        assert asset.extra_fields["file:size"] == len(content)
        digest = hashlib.sha256(content).hexdigest()
        assert asset.extra_fields["file:checksum"] == f"1220{digest}"
    assert [link.target for link in item.links if link.rel == "derived_from"]


def test_a_resolution_in_metres_is_given_only_where_the_grid_is_in_metres(finished, tmp_path):
    degrees = make_scene(shape=(12, 10), crs="EPSG:4326", pixel=0.01)
    folder = write_run(sharpen(degrees, "plain"), degrees, tmp_path / "run")
    for place, given in ((finished, True), (folder, False)):
        item = json.loads((place / "item.json").read_text(encoding="utf-8"))
        assert ("raster:spatial_resolution" in item["assets"]["lst"]) is given
    assert item["properties"]["proj:code"] == "EPSG:4326"


def test_the_item_lies_where_the_result_lies(finished):
    item = json.loads((finished / "item.json").read_text(encoding="utf-8"))
    with rasterio.open(finished / "lst.tif") as file:
        west, south, east, north = rasterio.warp.transform_bounds(
            file.crs, "EPSG:4326", *file.bounds, densify_pts=50
        )
    assert item["bbox"] == pytest.approx([west, south, east, north], abs=1e-4)


def test_the_log_is_one_object_a_line(finished):
    lines = (finished / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["message"] for line in lines] == [
        "model guided",
        "run folder complete",
    ]


def test_run_yaml_says_which_model_best_was(finished):
    body = yaml.safe_load((finished / "run.yaml").read_text(encoding="utf-8"))
    assert body["request"]["model_used"] == "guided"


def test_a_repeated_run_gives_the_same_bytes(finished, tmp_path):
    again = run(read_request(finished / "run.yaml"), tmp_path / "again")
    for name in FILES - {"log.jsonl"}:
        assert (again / name).read_bytes() == (finished / name).read_bytes(), name


def test_a_run_folder_stands_for_its_run_yaml(finished):
    assert read_request(finished) == read_request(finished / "run.yaml")


def test_a_run_without_a_known_time_says_so(scene_file, tmp_path):
    run(make_request(lst=scene_file), tmp_path / "run")
    assert "give --datetime" in (tmp_path / "run" / "log.jsonl").read_text(encoding="utf-8")


def test_a_finished_run_is_left_as_it_is(finished):
    before = (finished / "lst.tif").stat().st_mtime_ns
    assert run(read_request(finished / "run.yaml"), finished) == finished
    assert (finished / "lst.tif").stat().st_mtime_ns == before


def test_another_run_into_a_finished_folder_is_refused(finished, scene_file):
    with pytest.raises(ResourceError) as caught:
        run(make_request(lst=scene_file, model="plain"), finished)
    assert caught.value.code == "OUTPUT_NOT_EMPTY"


def test_an_input_that_changed_is_noticed(tmp_path):
    path = write_scene(make_scene(shape=(12, 12)), tmp_path / "scene.nc")
    first = run(make_request(lst=path), tmp_path / "first")
    path.unlink()
    write_scene(make_scene(shape=(12, 12), seed=1), path)
    with pytest.raises(SourceError) as caught:
        run(read_request(first / "run.yaml"), tmp_path / "second")
    assert caught.value.code == "INPUT_CHANGED"
    assert not (tmp_path / "second").exists()


def test_a_plan_says_what_would_be_done_and_does_nothing(scene_file, tmp_path):
    lines = dict(plan(make_request(lst=scene_file), tmp_path / "run"))
    assert lines["model"] == "guided (as best)"
    assert lines["fine grid"].startswith("160 x 120 pixels")
    assert list(tmp_path.iterdir()) == []


def test_a_result_without_a_request_is_written_too(tmp_path):
    scene = make_scene(shape=(12, 10))
    folder = write_run(sharpen(scene, "plain"), scene, tmp_path / "run")
    assert {path.name for path in folder.iterdir()} == FILES - {"run.yaml"}


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2023:08:11 10:30:00", 10), ("2023-08-11T12:30:00+02:00", 10), ("2023-08-11T10:30:00Z", 10)],
)
def test_times_are_read_as_tiff_and_iso_write_them(text, hour):
    assert parse_moment(text) == dt.datetime(2023, 8, 11, hour, 30, tzinfo=dt.UTC)


def test_a_time_that_nobody_knows_is_said_to_be_that_of_the_file(scene_file):
    assert parse_moment("yesterday") is None
    _, source = moment_of(make_request(lst=scene_file), "")
    assert source == "modification time of the file"


@pytest.mark.parametrize(
    "fields",
    [
        {"factor": 1},
        {"factor": "many"},
        {"tile": 0},
        {"scale": -1},
        {"magic": 1},
        {"datetime": "noon"},
    ],
)
def test_a_field_that_cannot_be_used_is_named(fields):
    with pytest.raises(LstsrError) as caught:
        make_request(lst="a.tif", **fields)
    assert caught.value.code == "OPTION_INVALID"
    assert next(iter(fields)) in caught.value.found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[1]",
        "format: 1\nrequest: {lst: a}\nextra: 1",
        "format: 99\nrequest: {}",
        "format: 1",
        "{: bad",
        "\xff",
    ],
)
def test_a_file_that_is_no_run_yaml_is_refused(tmp_path, text):
    (tmp_path / "run.yaml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SourceError) as caught:
        read_request(tmp_path / "run.yaml")
    assert caught.value.code == "FILE_UNREADABLE"
