"""A network gives the same in the processes of a cluster as in threads."""

from __future__ import annotations

import pytest

from lstsr_core.testing import make_scene
from lstsr_runtime import sharpen, write_run
from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import read_bundle
from lstsr_runtime.execution import Execution

pytest.importorskip("distributed")


@pytest.mark.fault(42)
def test_two_workers_run_a_network_as_threads_do(bundles, tmp_path):
    folder = bundles.write()
    scene = make_scene(shape=(40, 33), gaps=0.05)
    result = sharpen(scene, make_model(folder, read_bundle(folder).contract), tile=16)
    written = [
        write_run(result, scene, tmp_path / str(workers), execution=Execution(workers=workers))
        for workers in (0, 2)
    ]
    for name in ("lst.tif", "lst_uncertainty.tif", "quality.tif"):
        assert (written[0] / name).read_bytes() == (written[1] / name).read_bytes()
