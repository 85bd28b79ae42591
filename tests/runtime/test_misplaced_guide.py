"""A run says in its log when its guide lies beside the temperature."""

from __future__ import annotations

import json

import numpy as np
import pytest

from lstsr_core import write_scene
from lstsr_core.testing import make_scene
from lstsr_runtime import run
from lstsr_runtime.request import make_request


@pytest.mark.fault(23)
@pytest.mark.parametrize(("pixels", "accused"), [(4, True), (0, False)])
def test_a_run_with_a_guide_one_coarse_pixel_off_says_so(tmp_path, pixels, accused):
    scene = make_scene(shape=(40, 44), seed=1)
    scene["guide/ndvi"].values[:] = np.roll(scene["guide/ndvi"].to_numpy(), pixels, axis=1)
    path = write_scene(scene, tmp_path / "scene.nc")
    folder = run(make_request(lst=path, model="guided"), tmp_path / "run")
    lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    told = [line for line in lines if "seems to lie" in json.dumps(line)]
    assert bool(told) == accused
