"""Two rasters become a run folder, and everything in it can be read back."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pystac
import pytest
import rasterio
import yaml
from matplotlib.image import imread

from lstsr_core import Quality

PARTS = {
    "item.json",
    "log.jsonl",
    *("lst.qml", "lst_uncertainty.qml", "quality.qml"),
    "lst.tif",
    "lst_uncertainty.tif",
    "quality.tif",
    "quicklook.png",
    "run.yaml",
}
LAYERS = ("lst", "lst_uncertainty", "quality")


@pytest.fixture(scope="module")
def journey(lstsr, make_inputs, tmp_path_factory):
    """One run with a cloud in the temperature and another in the guide."""
    folder = tmp_path_factory.mktemp("journey")
    inputs = make_inputs(folder / "in", shape=(20, 30), seed=3)
    inputs.lst.values[4:7, 5:9] = np.nan
    inputs.ndvi.values[40:48, 60:72] = np.nan
    inputs.write()
    out = folder / "out"
    done = lstsr(*inputs.words, "--datetime", "2024-07-01T10:30:00Z", "-o", out)
    assert done.returncode == 0, done.stderr
    return inputs, out, done


def test_every_part_is_there_and_nothing_else(journey):
    _, out, _ = journey
    assert {path.name for path in out.iterdir()} == PARTS
    assert {path.name for path in out.parent.iterdir()} == {"in", "out"}


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_is_a_cloud_optimised_geotiff_on_the_nested_grid(journey, layer):
    inputs, out, _ = journey
    with rasterio.open(out / f"{layer}.tif") as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.shape == (80, 120)
        assert file.transform.almost_equals(inputs.ndvi.box.affine, 1e-6)
        assert file.crs == rasterio.crs.CRS.from_string(str(inputs.ndvi.box.crs))
        assert file.units[0] == ("1" if layer == "quality" else "K")
        assert "STATISTICS_MEAN" in file.tags(1)


def test_nodata_and_flags_tell_the_gaps(journey, read):
    _, out, _ = journey
    cloud = np.zeros((80, 120), bool)
    cloud[16:28, 20:36] = True
    no_guide = np.zeros((80, 120), bool)
    no_guide[40:48, 60:72] = True
    quality = read(out, "quality")
    np.testing.assert_array_equal(np.isnan(read(out, "lst")), cloud)
    np.testing.assert_array_equal(np.isnan(read(out, "lst_uncertainty")), cloud)
    np.testing.assert_array_equal((quality & Quality.MISSING) > 0, cloud)
    np.testing.assert_array_equal((quality & Quality.MEASURED) > 0, ~cloud)
    np.testing.assert_array_equal((quality & Quality.NO_GUIDE) > 0, no_guide)


def test_detail_is_nearer_to_the_truth_than_the_coarse_pixels(journey, read):
    inputs, out, _ = journey
    sharp = read(out, "lst")
    seen = np.isfinite(sharp)
    blocks = inputs.lst.values.repeat(4, 0).repeat(4, 1)

    def error(field: np.ndarray) -> float:
        return float(np.sqrt(np.mean((field - inputs.truth)[seen] ** 2)))

    assert error(sharp) < 0.7 * error(blocks)


def test_uncertainty_is_of_the_size_of_the_error(journey, read):
    inputs, out, _ = journey
    sharp, sigma = read(out, "lst"), read(out, "lst_uncertainty")
    ratio = np.abs(sharp - inputs.truth) / sigma
    within = np.mean(ratio[np.isfinite(ratio)] < 2)
    assert 0.8 < within <= 1.0


def test_item_is_valid_stac_and_its_assets_exist(journey):
    _, out, _ = journey
    item = pystac.Item.from_file(str(out / "item.json"))
    assert item.datetime.isoformat() == "2024-07-01T10:30:00+00:00"
    assert item.bbox[0] < item.bbox[2]
    assert item.bbox[1] < item.bbox[3]
    for asset in item.assets.values():
        assert Path(asset.get_absolute_href()).is_file()
    extensions = " ".join(item.stac_extensions)
    for name in ("projection", "raster", "file", "processing"):
        assert name in extensions
    without_extensions = {**item.to_dict(include_self_link=False), "stac_extensions": []}
    pystac.Item.from_dict(without_extensions).validate()


def test_item_bounds_lie_where_the_input_lies(journey):
    inputs, out, _ = journey
    west, south, east, north = pystac.Item.from_file(str(out / "item.json")).bbox
    expected = inputs.lst.box.geographic_extent.boundingbox
    found = np.array([west, south, east, north])
    np.testing.assert_allclose(found, expected.bbox, atol=0.01)


def test_quicklook_is_a_picture_with_colours(journey):
    _, out, _ = journey
    raw = (out / "quicklook.png").read_bytes()
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", raw[16:24])
    assert width >= 600
    assert height >= 300
    colours = np.unique(imread(out / "quicklook.png").reshape(-1, 4), axis=0)
    assert len(colours) > 100


def test_log_is_json_line_by_line(journey):
    _, out, _ = journey
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert lines
    assert all({"level", "message"} <= set(line) for line in lines)


def test_run_says_which_model_best_was(journey):
    _, out, _ = journey
    request = yaml.safe_load((out / "run.yaml").read_text())["request"]
    assert request["model_used"] == "residual-unet"


def test_config_repeats_the_run_byte_for_byte(journey, lstsr):
    _, out, _ = journey
    again = out.with_name("again")
    done = lstsr("sharpen", "--config", out / "run.yaml", "-o", again)
    assert done.returncode == 0, done.stderr
    for layer in LAYERS:
        name = f"{layer}.tif"
        assert (again / name).read_bytes() == (out / name).read_bytes()
    assert (again / "run.yaml").read_bytes() == (out / "run.yaml").read_bytes()
    assert (again / "quicklook.png").read_bytes() == (out / "quicklook.png").read_bytes()


def test_config_with_a_changed_input_is_refused(lstsr, inputs, tmp_path):
    inputs.write()
    assert lstsr(*inputs.words, "-o", tmp_path / "out").returncode == 0
    inputs.ndvi.with_values(inputs.ndvi.values + np.float32(0.01)).write(inputs.ndvi_path)
    done = lstsr("sharpen", "--config", tmp_path / "out" / "run.yaml", "-o", tmp_path / "again")
    assert "INPUT_CHANGED" in done.stderr
    assert done.returncode == 2
    assert not (tmp_path / "again").exists()


def test_plan_says_what_would_be_done_and_does_nothing(lstsr, inputs, tmp_path):
    inputs.write()
    done = lstsr(*inputs.words, "--plan", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "residual-unet" in done.stdout
    assert "80" in done.stdout
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["with space", "ümläut", "x" * 200, "y/".join(["x" * 150] * 2)])
@pytest.mark.fault(47)
def test_odd_paths_work(lstsr, make_inputs, tmp_path, name):
    inputs = make_inputs(tmp_path / name, shape=(8, 8)).write()
    done = lstsr(*inputs.words, "-o", tmp_path / name / "out")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / name / "out").iterdir()} == PARTS


IN_ITS_LOCALE = """
import locale, sys
locale.setlocale(locale.LC_ALL, "")
assert locale.localeconv()["decimal_point"] == ","
from lstsr_core.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def decimal_commas(tmp_path):
    """Environment of a process that writes numbers with commas."""
    words = ["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / "de_DE.UTF-8")]
    if (
        not shutil.which("localedef")
        or subprocess.run(words, capture_output=True, check=False).returncode
    ):
        pytest.skip("no locale with decimal commas can be made here")
    return {**os.environ, "LOCPATH": str(tmp_path), "LC_ALL": "de_DE.UTF-8"}


@pytest.mark.fault(47)
def test_a_locale_with_decimal_commas_changes_nothing(lstsr, inputs, tmp_path, decimal_commas):
    words = [*map(str, inputs.write().words), "--datetime", "2024-07-01T10:30:00", "-o"]
    assert lstsr(*words, tmp_path / "points").returncode == 0
    command = [sys.executable, "-c", IN_ITS_LOCALE, *words, str(tmp_path / "commas")]
    done = subprocess.run(command, env=decimal_commas, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for path in (tmp_path / "points").iterdir():
        if path.name != "log.jsonl":
            assert (tmp_path / "commas" / path.name).read_bytes() == path.read_bytes()
