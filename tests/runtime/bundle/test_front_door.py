"""A user sharpens by a bundle, without torch."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
import rasterio
import yaml

from lstsr_core import Quality, write_scene
from lstsr_core.testing import make_scene

COMMAND = """
import sys
from lstsr_core.cli import run
status = run(sys.argv[1:])
heavy = {"torch", "pytorch_lightning", "onnx", "lstsr_models.nets"} & set(sys.modules)
sys.exit(f"{heavy} imported" if heavy else status)
"""


@pytest.fixture
def lstsr(bundles, tmp_path):
    def work(*words):
        places = {"LSTSR_BUNDLES": str(bundles.home), "LSTSR_BLOCK": "weights"}
        environment = {**os.environ, **places, "XDG_DATA_HOME": str(tmp_path / "own")}
        command = [sys.executable, "-c", COMMAND, *map(str, words)]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    write_scene(make_scene(shape=(30, 31), gaps=0.05), tmp_path / "scene.nc")
    return work


def test_a_bundle_sharpens_a_scene_as_best_and_without_torch(bundles, nets, lstsr, tmp_path):
    bundles.write(nets.halving(law=1.0), domain={"ndvi": [0.0, 0.6]}, rank=99)
    done = lstsr("sharpen", "scene.nc", "-o", "out", "--tile", "11")
    assert done.returncode == 0, done.stderr
    request = yaml.safe_load((tmp_path / "out" / "run.yaml").read_text())["request"]
    assert request["model_used"] == "tiny"
    with rasterio.open(tmp_path / "out" / "quality.tif") as file:
        quality = file.read(1)
    outside = (quality & Quality.OUTSIDE_DOMAIN) > 0
    assert 0 < outside.mean() < 1
    with rasterio.open(tmp_path / "out" / "lst.tif") as file:
        measured = (quality & Quality.MEASURED) > 0
        assert np.array_equal(np.isfinite(file.read(1)), measured)


def test_best_is_another_model_where_the_factor_is_another(bundles, lstsr, tmp_path):
    bundles.write(factor=5, rank=99)
    done = lstsr("sharpen", "scene.nc", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load((tmp_path / "out" / "run.yaml").read_text())["request"]["model_used"] in (
        "scaling-law",
        "tsharp",
    )


def test_a_network_that_was_tampered_with_stops_the_run(bundles, lstsr, tmp_path):
    (bundles.write(rank=99) / "model.onnx").write_bytes(b"x")
    done = lstsr("sharpen", "scene.nc", "-o", "out")
    assert done.returncode == 4
    assert "DIGEST_MISMATCH" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.fault(39)
@pytest.mark.parametrize("words", [("--set", "device=cuda:77"), ("--device", "cuda:77")])
def test_a_gpu_that_is_not_there_stops_the_run(bundles, lstsr, tmp_path, words):
    bundles.write(rank=99)
    done = lstsr("sharpen", "scene.nc", "-o", "out", *words)
    assert done.returncode == 5
    assert "DEVICE_MISSING" in done.stderr
    assert not (tmp_path / "out").exists()


def test_help_imports_neither_engine_nor_contracts(lstsr):
    code = (
        "import sys; from lstsr_core.cli import run; run(['models', '--help']); "
        "print(sorted({'onnxruntime', 'pydantic', 'xarray', 'rasterio'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
