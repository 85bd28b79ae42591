"""A run computes on the device that was asked for, or says why it does not."""

from __future__ import annotations

import pytest

from lstsr_core import ResourceError, write_scene
from lstsr_core.testing import make_scene
from lstsr_runtime import run
from lstsr_runtime.bundle.options import BundleOptions
from lstsr_runtime.device import with_device
from lstsr_runtime.request import make_request


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return write_scene(make_scene(shape=(8, 8)), tmp_path_factory.mktemp("scene") / "scene.nc")


@pytest.mark.fault(39)
def test_a_gpu_for_a_model_that_can_use_none_is_an_error(scene, tmp_path):
    with pytest.raises(ResourceError) as caught:
        run(make_request(lst=scene, device="cuda:0"), tmp_path / "run")
    assert caught.value.code == "DEVICE_MISSING"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_the_processor_is_always_there(scene, tmp_path, device):
    assert run(make_request(lst=scene, device=device), tmp_path / "run").is_dir()


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "mps"])
def test_a_device_of_no_known_form_is_refused_before_anything_is_read(device):
    with pytest.raises(Exception, match="device") as caught:
        make_request(lst="nowhere.nc", device=device)
    assert caught.value.code == "OPTION_INVALID"


def test_a_network_is_told_its_device_and_keeps_its_own_where_none_is_asked_for():
    from lstsr_core import Model

    network = Model(name="net", prepare=print, margin=0, options=BundleOptions)
    assert with_device(network, {}, "cuda:1") == {"device": "cuda:1"}
    assert with_device(network, {"device": "cpu", "texture": 1}, "auto") == {
        "device": "cpu",
        "texture": 1,
    }
