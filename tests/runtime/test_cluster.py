"""Workers of a cluster give to the bit what threads give; one that dies costs its tiles only."""

from __future__ import annotations

import builtins
import importlib
import sys

import numpy as np
import pytest

from lstsr_core import Model, PluginError, ResourceError
from lstsr_core.testing import make_scene
from lstsr_physics.plugin import lstsr_models
from lstsr_runtime import computing, sharpen, write_run
from lstsr_runtime.computing import place_of
from lstsr_runtime.execution import Execution

distributed = pytest.importorskip("distributed")
LAYERS = ("lst.tif", "lst_uncertainty.tif", "quality.tif")
MORTAL = """
import os, signal
from dataclasses import dataclass
import numpy as np
from lstsr_core.nested import repeat

@dataclass(frozen=True)
class Mortal:
    factor: int
    victims: str

    def __call__(self, lst, guides, valid):
        for victim in range(int(open(self.victims).read())):
            try:
                os.close(os.open(f"{self.victims}-{victim}", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
        fine = repeat(lst, self.factor)
        return fine, np.where(np.isfinite(fine), np.float32(1), np.float32(np.nan))
"""


@pytest.fixture(scope="module")
def mortal(tmp_path_factory):
    """A predictor that workers can import, and that kills as many of them as a file says."""
    folder = tmp_path_factory.mktemp("module")
    (folder / "mortal_predictor.py").write_text(MORTAL, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("PYTHONPATH", str(folder), prepend=":")
        yield importlib.import_module("mortal_predictor").Mortal
        sys.modules.pop("mortal_predictor", None)


@pytest.fixture(scope="module")
def cluster(mortal):
    """Two workers in processes of their own."""
    with place_of(Execution(workers=2)):
        yield


@pytest.fixture
def scene():
    return make_scene(shape=(33, 28), gaps=0.05, seed=4)


@pytest.fixture
def contents(tmp_path, scene):
    """Write a run folder and give the bytes of its layers."""

    def write(name: str, model: Model) -> list[bytes]:
        folder = write_run(sharpen(scene, model, tile=8), scene, tmp_path / name)
        return [(folder / layer).read_bytes() for layer in LAYERS]

    return write


@pytest.mark.fault(42)
def test_two_workers_give_what_threads_give_to_the_byte(contents, request):
    (law,) = lstsr_models()
    by_threads = contents("threads", law)
    request.getfixturevalue("cluster")
    assert computing._client() is not None
    assert contents("workers", law) == by_threads


@pytest.mark.fault(48)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_the_tiles_of_a_worker_that_dies_are_redone(cluster, contents, mortal, tmp_path):
    def model(victims: int) -> Model:
        path = tmp_path / f"victims{victims}"
        path.write_text(str(victims), encoding="utf-8")
        predictor = mortal(4, str(path))
        return Model(name="mortal", prepare=lambda scene: predictor, margin=1)

    undisturbed = contents("undisturbed", model(0))
    assert contents("disturbed", model(1)) == undisturbed
    assert (tmp_path / "victims1-0").exists()


@pytest.mark.fault(48)
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_tile_that_kills_every_worker_ends_the_run_and_what_is_finished_is_kept(
    cluster, contents, mortal, tmp_path
):
    path = tmp_path / "victims"
    path.write_text("1000", encoding="utf-8")
    predictor = mortal(4, str(path))
    with pytest.raises(ResourceError) as caught:
        contents("run", Model(name="mortal", prepare=lambda scene: predictor, margin=1))
    assert caught.value.code == "CLUSTER_LOST"
    assert not (tmp_path / "run").exists()


def test_an_error_of_a_tile_comes_back_from_a_worker_as_it_is(cluster, contents, tmp_path):
    from lstsr_core import ModelError

    model = Model(name="bad", prepare=lambda scene: np.broadcast_arrays, margin=1)
    with pytest.raises(ModelError) as caught:
        contents("run", model)
    assert caught.value.code == "MODEL_FAILED"
    assert "bad on the tile of rows " in caught.value.found
    assert list(tmp_path.iterdir()) == []


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(computing, "PATIENCE", 0.2)
    monkeypatch.setattr(computing, "_client", lambda: None)
    with (
        pytest.raises(ResourceError) as caught,
        place_of(Execution(cluster="tcp://127.0.0.1:1")),
    ):
        pytest.fail("there is no cluster")
    assert caught.value.code == "CLUSTER_LOST"
    assert "tcp://127.0.0.1:1" in caught.value.found


def test_without_the_package_its_extra_is_named(monkeypatch):
    whole = builtins.__import__

    def without(name, *rest):
        if name == "distributed":
            raise ImportError(name)
        return whole(name, *rest)

    monkeypatch.setattr(computing, "_client", lambda: None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PluginError) as caught, place_of(Execution(workers=2)):
        pytest.fail("there is no cluster")
    assert caught.value.code == "ENGINE_MISSING"
    assert "lstsr-runtime[cluster]" in caught.value.remedy
