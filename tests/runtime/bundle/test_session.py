"""Networks run on the device asked for, with the processors that are left to them."""

from __future__ import annotations

import os
import sys
import threading

import numpy as np
import onnxruntime
import pytest

from lstsr_core import LstsrError
from lstsr_runtime.bundle import session as room
from lstsr_runtime.bundle.providers import CPU, CUDA, TENSORRT, candidates, providers
from lstsr_runtime.bundle.reading import read_bundle
from lstsr_runtime.bundle.selftest import network_of, verify, verify_once
from lstsr_runtime.bundle.session import open_session
from lstsr_runtime.cpus import usable_cpus

NO_GPU = "CUDAExecutionProvider" not in onnxruntime.get_available_providers()


def refusal(work, *arguments):
    with pytest.raises(LstsrError) as caught:
        work(*arguments)
    return caught.value


def tile(shape=(20, 24)):
    return np.random.default_rng(0).random((4, *shape), np.float32)


def test_a_network_gives_what_onnx_runtime_gives(bundles, nets):
    model = nets.halving(law=0.3, ndvi=0.2)
    network = network_of(read_bundle(bundles.write(model)), "cpu")
    layers = tile((24, 32))
    assert np.array_equal(network.run(layers), nets.answer(model, layers[None])[0])


def test_a_process_opens_a_network_once_however_many_threads_ask(bundles):
    network = network_of(read_bundle(bundles.write()), "cpu")
    found = []
    threads = [threading.Thread(target=lambda: found.append(open_session(network))) for _ in "1234"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(opened) for opened in found}) == 1
    assert len(found) == 4


def test_a_network_that_changed_after_it_was_prepared_is_refused(bundles, nets):
    folder = bundles.write()
    network = network_of(read_bundle(folder), "cpu")
    (folder / "model.onnx").write_bytes(nets.linear(ndvi=1.0))
    assert refusal(network.run, tile()).code == "DIGEST_MISMATCH"


@pytest.mark.skipif(not NO_GPU, reason="a GPU is at hand")
@pytest.mark.parametrize("device", ["cuda:0", "cuda"])
@pytest.mark.fault(39)
def test_a_gpu_asked_for_and_missing_is_an_error(bundles, device):
    error = refusal(verify, bundles.write(), device)
    assert error.code == "DEVICE_MISSING"
    assert error.exit_status == 5


@pytest.mark.skipif(not NO_GPU, reason="a GPU is at hand")
def test_auto_takes_the_processor_where_there_is_no_gpu(bundles):
    assert verify(bundles.write())[1].device == "cpu"


@pytest.mark.skipif(not NO_GPU, reason="a GPU is at hand")
@pytest.mark.filterwarnings("ignore:Specified provider")
@pytest.mark.fault(39)
def test_the_processor_is_never_taken_in_the_place_of_a_gpu_silently(bundles, monkeypatch):
    # ONNX Runtime offers the provider wherever its library lies, whether or not a card answers.
    both = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: both)
    folder = bundles.write()
    assert refusal(verify, folder, "cuda:0").code == "DEVICE_MISSING"
    assert verify(folder, "auto")[1].device == "cpu"


def test_without_onnx_runtime_the_remedy_is_named(bundles, monkeypatch):
    folder = bundles.write()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    error = refusal(verify, folder)
    assert error.code == "ENGINE_MISSING"
    assert "pip install" in error.remedy


@pytest.mark.parametrize("channels", [3, 5])
def test_a_network_of_another_number_of_channels_is_refused(bundles, nets, channels):
    node = nets.parse(nets.linear()).graph.node[0]
    weights = {"w": np.zeros((2, channels, 1, 1), np.float32), "b": np.zeros(2, np.float32)}
    folder = bundles.write(
        nets.fields_net([node], weights, channels=channels),
        tiles=nets.npz(
            layers=np.zeros((1, 4, 8, 8), np.float32), fields=np.zeros((1, 2, 8, 8), np.float32)
        ),
    )
    assert refusal(verify, folder).code == "BUNDLE_REFUSED"


def test_a_network_whose_ports_have_other_names_is_refused(bundles, nets):
    folder = bundles.write(nets.linear().replace(b"fields", b"fealds"), tiles=b"")
    bundle = read_bundle(folder)
    assert refusal(network_of(bundle, "cpu").run, tile()).code == "BUNDLE_REFUSED"


def test_a_graph_that_makes_no_sense_is_refused(bundles, nets):
    model = nets.parse(nets.linear())
    model.graph.node[0].op_type = "Flimmer"
    folder = bundles.write(model.SerializeToString(), tiles=b"")
    assert refusal(network_of(read_bundle(folder), "cpu").run, tile()).code == "BUNDLE_REFUSED"


def test_a_tile_that_a_network_cannot_take_is_a_coded_error(bundles, nets):
    network = network_of(read_bundle(bundles.write(nets.halving(law=1.0))), "cpu")
    assert refusal(network.run, tile((3, 3))).code == "MODEL_FAILED"


def test_memory_that_ran_out_is_said_to_be_memory(bundles):
    network = network_of(read_bundle(bundles.write()), "cpu")
    error = room._failed(network, RuntimeError("Failed to allocate memory for requested buffer"))
    assert (error.code, error.exit_status) == ("MEMORY_EXHAUSTED", 5)


def test_a_bundle_is_proved_once_a_process(bundles):
    folder = bundles.write()
    bundle = read_bundle(folder)
    verify_once(folder, bundle.digest, "cpu")
    before = verify_once.cache_info().hits
    verify_once(folder, bundle.digest, "cpu")
    assert verify_once.cache_info().hits == before + 1


@pytest.mark.fault(34)
def test_a_network_that_gives_other_results_than_its_own_is_refused(bundles, nets):
    layers = tile((8, 8))[None]
    right = nets.answer(nets.linear(law=0.5), layers)
    for wrong in (right + np.float32(0.01), np.full_like(right, np.nan), right[:, :, :4]):
        sound = wrong.shape == right.shape
        folder = bundles.write(tiles=nets.npz(layers=layers, fields=wrong))
        assert refusal(verify, folder).code == ("SELFTEST_FAILED" if sound else "BUNDLE_REFUSED")


@pytest.mark.fault(34)
def test_layers_in_another_order_are_found_by_the_self_test(bundles, nets):
    tiles = (bundles.write() / "selftest.npz").read_bytes()
    assert refusal(verify, bundles.write(nets.linear(ndvi=0.5), tiles=tiles)).code == (
        "SELFTEST_FAILED"
    )


def test_the_self_test_tells_how_near_it_came(bundles):
    _, outcome = verify(bundles.write(), "cpu")
    assert outcome.tiles == 2
    assert 0 <= outcome.worst < 1e-5
    assert outcome.tolerance == 0.001


@pytest.mark.parametrize(
    ("files", "share"),
    [
        ({"cpu.max": "150000 100000"}, 2),
        ({"cpu.max": "50000 100000"}, 1),
        ({"cpu.max": "max 100000"}, None),
        ({"cpu/cpu.cfs_quota_us": "100000", "cpu/cpu.cfs_period_us": "100000"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None),
        ({"cpu.max": "nonsense"}, None),
        ({}, None),
    ],
)
def test_the_quota_of_a_container_is_obeyed(tmp_path, monkeypatch, files, share):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert usable_cpus(tmp_path) == (share or 8)


def test_what_is_bound_to_a_device_gives_what_a_call_gives(bundles, nets):
    network = network_of(read_bundle(bundles.write(nets.halving(law=0.3, ndvi=0.2))), "cpu")
    opened = open_session(network)
    tiles = tile((24, 32))[None]
    fields = room.run_bound(opened.session, tiles, "cpu")
    assert fields.shape == (1, 2, 24, 32)
    for one, layers in zip(fields, tiles, strict=True):
        assert np.array_equal(one, network.run(layers))


@pytest.mark.skipif(
    "TensorrtExecutionProvider" in onnxruntime.get_available_providers(), reason="TensorRT is here"
)
def test_tensorrt_asked_for_and_missing_is_an_error(bundles):
    assert refusal(verify, bundles.write(), "tensorrt:0").code == "DEVICE_MISSING"


def test_tensorrt_is_taken_when_asked_for_alone_and_leaves_nothing_to_the_processor():
    assert [name for name, _ in providers("tensorrt:1")] == [TENSORRT, CUDA]
    assert {options["device_id"] for _, options in providers("tensorrt:1")} == {"1"}
    assert candidates("auto", [TENSORRT, CUDA, CPU]) == ["cuda:0", "cpu"]
    assert [name for name, _ in providers("cuda:0")] == [CUDA]
