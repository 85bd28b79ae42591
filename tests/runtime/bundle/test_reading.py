"""A bundle that is damaged, or asks for more than it should, is refused before it is used."""

from __future__ import annotations

import contextlib
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from lstsr_core import LstsrError, ModelError, SourceError
from lstsr_runtime.bundle import reading
from lstsr_runtime.bundle.operators import find_demands
from lstsr_runtime.bundle.reading import FILES, open_bundle, read_bundle
from lstsr_runtime.bundle.selftest import verify


def refusal(folder, how=open_bundle):
    with pytest.raises(LstsrError) as caught:
        how(folder)
    return caught.value


def test_a_sound_bundle_is_opened(bundles):
    folder = bundles.write()
    bundle = open_bundle(folder)
    assert bundle.contract.name == "tiny"
    assert bundle.digest == bundles.seal(folder)
    assert set(bundle.sums) == set(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.fault(33)
def test_one_bit_that_was_turned_is_found(bundles, name):
    folder = bundles.write()
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    error = refusal(folder)
    assert error.code == "DIGEST_MISMATCH"
    assert name in error.found


@pytest.mark.parametrize("name", FILES)
@pytest.mark.fault(33)
def test_a_file_that_is_cut_off_is_found(bundles, name):
    folder = bundles.write()
    (folder / name).write_bytes((folder / name).read_bytes()[:-20])
    assert refusal(folder).code == "DIGEST_MISMATCH"


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_a_file_that_is_not_there_is_named(bundles, name):
    folder = bundles.write()
    (folder / name).unlink()
    error = refusal(folder)
    assert (error.code, name in error.found) == ("FILE_MISSING", True)


@pytest.mark.parametrize("name", [*FILES, "SHA256SUMS"])
def test_a_link_is_refused(bundles, tmp_path, name):
    folder = bundles.write()
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    assert refusal(folder).code == "BUNDLE_REFUSED"


def test_a_file_too_many_is_refused(bundles):
    folder = bundles.write()
    (folder / "weights.pkl").write_bytes(pickle.dumps(1))
    error = refusal(folder)
    assert (error.code, "weights.pkl" in error.found) == ("BUNDLE_REFUSED", True)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + text.splitlines()[0] + "\n",
        lambda text: "\n".join(text.splitlines()[:2]),
        lambda text: text.replace("model.onnx", "../model.onnx"),
        lambda text: text.replace("model.onnx", "other.onnx"),
        lambda _: "<html>please log in</html>",
    ],
)
def test_a_list_of_digests_of_another_form_is_refused(bundles, change):
    folder = bundles.write()
    sums = folder / "SHA256SUMS"
    sums.write_text(change(sums.read_text()))
    assert refusal(folder).code == "BUNDLE_REFUSED"


@pytest.mark.fault(33)
def test_digests_are_checked_before_the_contract_is_interpreted(bundles):
    folder = bundles.write()
    (folder / "model.json").write_text("{")
    assert refusal(folder).code == "DIGEST_MISMATCH"


def test_a_huge_file_is_refused_unread(bundles, monkeypatch):
    folder = bundles.write()
    monkeypatch.setattr(reading, "LARGEST", 100)
    assert refusal(folder).code == "BUNDLE_REFUSED"


def test_lists_do_not_read_the_network(bundles):
    folder = bundles.write()
    (folder / "model.onnx").write_bytes(b"changed")
    assert read_bundle(folder).contract.name == "tiny"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"format": "lstsr bundle 2"}, "format"),
        ({"name": "Not A Name"}, "name"),
        ({"name": "../up"}, "name"),
        ({"colour": "red"}, "colour"),
        ({"factor": 1}, "factor"),
        ({"margin": -1}, "margin"),
        ({"base": "bicubic"}, "base"),
        ({"layers": []}, "layers"),
        ({"layers": [{"name": "law", "mean": 0, "scale": 0}]}, "scale"),
        ({"layers": [{"name": "law", "mean": 0, "scale": 1}] * 2}, "twice"),
        ({"domain": {"magic": [0, 1]}}, "magic"),
        ({"domain": {"law": [1, 0]}}, "law"),
        ({"sigma_factor": 0}, "sigma_factor"),
        ({"texture": {"-1": 2}}, "texture"),
        ({"guides": "ndvi"}, "guides"),
    ],
)
def test_a_contract_of_another_form_is_refused_and_the_fault_named(bundles, nets, change, named):
    folder = bundles.write(**({"name": "tiny"} | {k: v for k, v in change.items() if k != "name"}))
    if "name" in change:
        words = json.loads((folder / "model.json").read_text()) | change
        (folder / "model.json").write_text(json.dumps(words))
        bundles.seal(folder)
    error = refusal(folder)
    assert isinstance(error, ModelError)
    assert error.code == "BUNDLE_REFUSED"
    assert named in error.found


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"format": NaN}', "[" * 100_000])
def test_what_is_no_contract_is_refused(bundles, text):
    folder = bundles.write()
    (folder / "model.json").write_text(text)
    bundles.seal(folder)
    assert refusal(folder).code == "BUNDLE_REFUSED"


def external(model):
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../secret")


def hidden(model):
    """Place values in another file, inside a branch of a node."""
    values = helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0])
    values.external_data.add(key="location", value="x")
    constant = helper.make_node("Constant", [], ["v"], value=values)
    branch = helper.make_graph([constant], "branch", [], [])
    node = helper.make_node("If", ["c"], ["v"], then_branch=branch, else_branch=branch)
    model.graph.node.append(node)


def custom(model):
    model.graph.node[0].domain = "com.example"


def contributed(model):
    model.graph.node.append(helper.make_node("Gelu", ["x"], ["y"], domain="com.microsoft"))


def functions(model):
    opset = [helper.make_opsetid("", 18)]
    node = helper.make_node("Add", ["a", "a"], ["b"])
    model.functions.append(helper.make_function("own", "F", ["a"], ["b"], [node], opset))


@pytest.mark.parametrize("change", [external, hidden, custom, contributed, functions])
@pytest.mark.fault(33)
def test_a_network_that_asks_for_more_is_refused_before_it_is_loaded(
    bundles, nets, monkeypatch, change
):
    model = nets.parse(nets.linear(law=1.0))
    change(model)
    tiles = (bundles.write() / "selftest.npz").read_bytes()
    folder = bundles.write(model.SerializeToString(), tiles=tiles)
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    error = refusal(folder, verify)
    assert error.code == "BUNDLE_REFUSED"
    assert "asks for" in error.found


def test_the_operators_of_onnx_may_name_their_domain(nets):
    model = nets.parse(nets.linear(law=1.0))
    model.graph.node[0].domain = "ai.onnx"
    assert find_demands(model.SerializeToString()) == ()


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(ValueError):
        assert isinstance(find_demands(content), tuple)


@given(st.data())
def test_a_network_cut_off_or_changed_anywhere_is_read_or_refused(data):
    network = data.draw(st.sampled_from(NETWORKS))
    cut = data.draw(st.integers(0, len(network)))
    other = data.draw(st.binary(max_size=4))
    with contextlib.suppress(ValueError):
        assert isinstance(find_demands(network[:cut] + other + network[cut + len(other) :]), tuple)


NETWORKS = [
    helper.make_model(
        helper.make_graph([helper.make_node("Relu", ["x"], ["y"], name="n" * 50)], "g", [], [])
    ).SerializeToString()
]


@pytest.mark.fault(32)
def test_what_is_no_network_is_refused(bundles):
    tiles = (bundles.write() / "selftest.npz").read_bytes()
    for content in (b"", b"\x00\x01", pickle.dumps({"weights": 1}), b"\x80\x02." * 30):
        folder = bundles.write(content, tiles=tiles)
        assert refusal(folder, verify).code == "BUNDLE_REFUSED"


@pytest.mark.fault(32)
def test_a_pickle_in_the_self_test_is_not_unpickled(bundles, nets):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("it was unpickled",)

    harmful = np.array([Bomb()], dtype=object)
    folder = bundles.write(tiles=nets.npz(layers=harmful, fields=harmful))
    assert refusal(folder, verify).code == "BUNDLE_REFUSED"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    error = refusal(tmp_path / "nowhere", read_bundle)
    assert isinstance(error, SourceError)
    assert error.code == "FILE_MISSING"
