"""Every bad input is a coded error with its exit status, and nothing is written."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from affine import Affine

USER, NO_DATA, RESOURCES = 2, 3, 5


@pytest.fixture
def refused(lstsr, tmp_path):
    """Prove that a command ends in an error, and that no trace of an output is left."""

    def prove(code: str, status: int, *words: object, **options: object) -> str:
        before = sorted(tmp_path.rglob("*"))
        done = lstsr(*words, "-o", tmp_path / "out", **options)
        assert f"error {code}\n" in done.stderr
        assert done.returncode == status
        for part in ("found:", "expected:", "remedy:"):
            assert part in done.stderr
        assert sorted(tmp_path.rglob("*")) == before
        return done.stderr

    return prove


@pytest.mark.fault(16)
def test_celsius_is_suspected_and_the_remedy_works(refused, lstsr, inputs, read, tmp_path):
    celsius = inputs.lst.values - np.float32(273.15)
    inputs.write().lst.with_values(celsius).write(inputs.lst_path)
    assert "--units celsius" in refused("SCALE_SUSPECT", USER, *inputs.words)
    done = lstsr(*inputs.words, "--units", "celsius", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert abs(np.nanmean(read(tmp_path / "out", "lst")) - inputs.truth.mean()) < 0.1


@pytest.mark.fault(16)
def test_counts_are_suspected_and_the_remedy_works(refused, lstsr, inputs, read, tmp_path):
    counts = (inputs.lst.values / 0.02).round().astype(np.uint16)
    inputs.write().lst.with_values(counts).write(inputs.lst_path)
    assert "--scale 0.02" in refused("SCALE_SUSPECT", USER, *inputs.words)
    done = lstsr(*inputs.words, "--scale", 0.02, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert abs(np.nanmean(read(tmp_path / "out", "lst")) - inputs.truth.mean()) < 0.1


def test_guide_counts_are_suspected_and_the_remedy_works(refused, lstsr, inputs, tmp_path):
    counts = (inputs.ndvi.values * 1e4).round().astype(np.int16)
    inputs.write().ndvi.with_values(counts).write(inputs.ndvi_path)
    assert "--guide-scale ndvi=" in refused("SCALE_SUSPECT", USER, *inputs.words)
    done = lstsr(*inputs.words, "--guide-scale", "ndvi=0.0001", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr


@pytest.mark.fault(29)
@pytest.mark.parametrize("which", ["lst", "ndvi"])
def test_raster_without_crs_is_refused(refused, inputs, which):
    from dataclasses import replace

    inputs.write()
    replace(getattr(inputs, which), with_crs=False).write(getattr(inputs, f"{which}_path"))
    assert f"{which}.tif" in refused("NO_CRS", USER, *inputs.words)


def test_guide_elsewhere_is_refused(refused, inputs):
    from dataclasses import replace

    inputs.write()
    box = inputs.ndvi.box
    away = replace(inputs.ndvi, box=box.translate_pix(10_000, 0))
    away.write(inputs.ndvi_path)
    refused("NO_OVERLAP", USER, *inputs.words)


def test_guide_coarser_than_the_temperature_is_refused(refused, inputs):
    inputs.write()
    refused(
        "GUIDE_TOO_COARSE",
        USER,
        *("sharpen", inputs.ndvi_path, "--guide", f"ndvi={inputs.lst_path}"),
    )


@pytest.mark.fault(19)
def test_temperature_without_a_measured_pixel_is_refused(refused, inputs):
    inputs.write().lst.with_values(np.full_like(inputs.lst.values, np.nan)).write(inputs.lst_path)
    refused("NO_VALID_PIXELS", NO_DATA, *inputs.words)


@pytest.mark.fault(19)
def test_temperature_of_fill_values_only_is_refused(refused, inputs):
    fill = np.zeros(inputs.lst.values.shape, np.uint16)
    inputs.write().lst.with_values(fill).write(inputs.lst_path)
    refused("NO_VALID_PIXELS", NO_DATA, *inputs.words, "--scale", 0.02)


@pytest.mark.parametrize("which", ["lst", "ndvi"])
def test_missing_file_is_named(refused, inputs, which):
    inputs.write()
    getattr(inputs, f"{which}_path").unlink()
    assert f"{which}.tif" in refused("FILE_MISSING", USER, *inputs.words)


@pytest.mark.fault(28)
@pytest.mark.parametrize("which", ["lst", "ndvi"])
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.95])
def test_truncated_file_is_named(refused, inputs, which, share):
    path = getattr(inputs.write(), f"{which}_path")
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    assert f"{which}.tif" in refused("FILE_UNREADABLE", USER, *inputs.words)


def test_text_in_place_of_a_raster_is_refused(refused, inputs):
    inputs.write().ndvi_path.write_text("<!doctype html><title>Sign in</title>")
    refused("FILE_UNREADABLE", USER, *inputs.words)


def test_unknown_model_is_refused_with_near_names(refused, inputs):
    inputs.write()
    assert "tsharp" in refused("UNKNOWN_NAME", USER, *inputs.words, "--model", "tsharpp")


def test_unknown_correction_is_refused(refused, inputs):
    inputs.write()
    refused("UNKNOWN_NAME", USER, *inputs.words, "--correction", "nonsense")


def test_guide_that_the_model_needs_is_named(refused, inputs):
    inputs.write()
    said = refused("GUIDE_MISSING", USER, "sharpen", inputs.lst_path, "--model", "tsharp")
    assert "--guide ndvi=" in said


@pytest.mark.fault(29)
def test_rotated_grid_is_refused(refused, inputs):
    from dataclasses import replace

    from odc.geo.geobox import GeoBox

    inputs.write()
    box = inputs.lst.box
    turned = GeoBox(box.shape, box.affine * Affine.rotation(10), box.crs)
    replace(inputs.lst, box=turned).write(inputs.lst_path)
    refused("GRID_UNSUPPORTED", USER, *inputs.words)


@pytest.mark.parametrize(
    "words",
    [
        ("--factor", 1),
        ("--factor", "four"),
        ("--tile", 0),
        ("--scale", -1),
        ("--units", "rankine"),
        ("--guide", "ndvi"),
        ("--guide-scale", "ndvi=x"),
        ("--datetime", "yesterday"),
        ("--nodata", "none"),
        ("--nonsense",),
    ],
)
def test_option_that_cannot_be_used_ends_with_the_status_of_the_users_input(
    lstsr, inputs, tmp_path, words
):
    inputs.write()
    done = lstsr(*inputs.words, *words, "-o", tmp_path / "out")
    assert done.returncode == USER
    assert "UNEXPECTED" not in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"in"}


def test_folder_that_holds_something_is_left_as_it_is(lstsr, inputs, tmp_path):
    inputs.write()
    kept = tmp_path / "out" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of work")
    done = lstsr(*inputs.words, "-o", kept.parent)
    assert "error OUTPUT_NOT_EMPTY" in done.stderr
    assert done.returncode == USER
    assert kept.read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


def test_folder_below_a_file_cannot_be_written(lstsr, inputs, tmp_path):
    inputs.write()
    done = lstsr(*inputs.words, "-o", inputs.lst_path / "out")
    assert "error OUTPUT_NOT_WRITABLE" in done.stderr
    assert done.returncode == RESOURCES
    assert {path.name for path in tmp_path.rglob("*")} == {"in", "lst.tif", "ndvi.tif"}


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_folder_in_a_read_only_place_cannot_be_written(lstsr, inputs, tmp_path):
    place = tmp_path / "closed"
    place.mkdir(mode=0o500)
    done = lstsr(*inputs.write().words, "-o", place / "out")
    assert "error OUTPUT_NOT_WRITABLE" in done.stderr
    assert done.returncode == RESOURCES


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("most", [0, 4096, 40_000])
def test_full_disk_leaves_nothing(refused, inputs, most):
    def limit() -> None:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    inputs.write()
    refused("DISK_FULL", RESOURCES, *inputs.words, preexec_fn=limit)
    assert Path(inputs.lst_path).is_file()
