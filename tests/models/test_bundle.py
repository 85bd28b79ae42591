"""Bundles: what leaves is what was trained, whatever the size of the tile."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from click.testing import CliRunner

from lstsr_core import ModelError, ResourceError
from lstsr_models.bundle.onnx_file import TOLERANCE, demand_parity, run_torch, write_onnx
from lstsr_models.bundle.tiles import simulated_tiles
from lstsr_models.commands import export
from lstsr_models.layers import SCALINGS
from lstsr_models.nets.catalogue import build_net
from lstsr_models.recipe import DataRecipe
from lstsr_models.recipe_file import check_recipe
from lstsr_models.training.checkpoint import FORMAT, Trained, load_checkpoint, save_trained
from lstsr_models.training.predicting import net_of

LAYERS = len(DataRecipe.model_fields["layers"].default)
"""Layers that a network of ours gets. [1]"""

FILES = {"model.onnx", "model.json", "selftest.npz", "SHA256SUMS"}
DATA = check_recipe({"net": {"widths": [4, 6, 8]}})


def shaken(net):
    """Give a network whose every weight says something."""
    torch.manual_seed(2)
    with torch.no_grad():
        for weight in net.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return net.eval()


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    about = {
        "format": FORMAT,
        "recipe": DATA.model_dump(mode="json"),
        "domain": {name: [-1.0, 1.0] for name in DATA.data.layers},
        "training": {"scenes": ["a"], "places": ["p"], "validation": ["b"], "calibration": ["c"]},
        "calibration": {"sigma_factor": 1.25, "texture": {"0.3": 1.4}},
    }
    trained = Trained(net=shaken(net_of(DATA)), recipe=DATA, about=about)
    return save_trained(trained, tmp_path_factory.mktemp("ckpt") / "trained.ckpt")


@pytest.fixture(scope="module")
def bundle(checkpoint, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles") / "mine"
    words = [str(checkpoint), str(folder), "--version", "1.2.0", "--licence", "CC-BY-4.0"]
    words += ["--rank", "7"]
    done = CliRunner().invoke(export, words)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def contract(bundle):
    return json.loads((bundle / "model.json").read_text())


def test_a_bundle_is_four_files_and_no_draft(bundle):
    assert {path.name for path in bundle.iterdir()} == FILES
    assert [path.name for path in bundle.parent.iterdir()] == ["mine"]


def test_the_digests_are_those_of_the_files(bundle):
    listed = dict(
        reversed(line.split("  ")) for line in (bundle / "SHA256SUMS").read_text().splitlines()
    )
    assert listed.keys() == FILES - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((bundle / name).read_bytes()).hexdigest() == digest


def test_the_contract_says_what_runs_it(contract):
    assert contract["format"] == "lstsr bundle 1"
    assert (contract["name"], contract["version"]) == ("residual-unet", "1.2.0")
    assert contract["licence"] == "CC-BY-4.0"
    assert (contract["factor"], contract["base"]) == (4, "law")
    assert contract["guides"] == [{"name": "ndvi", "required": True}]
    assert [layer["name"] for layer in contract["layers"]] == list(DATA.data.layers)
    assert contract["layers"][0]["scale"] == SCALINGS["lst_cubic"].scale
    assert contract["sigma_factor"] == 1.25
    assert contract["texture"] == {"0.3": 1.4}
    assert contract["rank"] == 7
    assert contract["domain"]["law"] == [-1.0, 1.0]
    assert contract["selftest"]["tolerance_k"] == 1e-3
    assert contract["selftest"]["parity_k"] < TOLERANCE
    assert contract["training"]["scenes"] == ["a"]
    assert contract["mlm"]["mlm:framework"] == "ONNX"
    assert "scenes" not in contract["training"]["recipe"]["data"]


def test_the_margin_holds_layers_and_network(contract, checkpoint):
    net = load_checkpoint(checkpoint).net
    assert contract["reach"] == net.reach
    assert contract["margin"] == 10 + -(-net.reach // 4)


def test_onnx_is_plain_and_its_height_and_width_are_free(bundle):
    model = onnx.load(bundle / "model.onnx", load_external_data=False)
    onnx.checker.check_model(model)
    assert {entry.domain for entry in model.opset_import} <= {"", "ai.onnx"}
    assert not any(tensor.external_data for tensor in model.graph.initializer)
    written = (bundle / "model.onnx").read_bytes()
    assert b".py" not in written, "where it was written stands in the file"
    (given,), (result,) = model.graph.input, model.graph.output
    assert (given.name, result.name) == ("layers", "fields")
    sizes = [dim.dim_param or dim.dim_value for dim in given.type.tensor_type.shape.dim]
    assert sizes[:2] == [1, LAYERS]
    assert all(isinstance(size, str) for size in sizes[2:])


@pytest.mark.parametrize("shape", [(8, 8), (12, 40), (100, 36)])
def test_onnx_gives_what_torch_gives_at_any_size(bundle, checkpoint, shape):
    net = load_checkpoint(checkpoint).net
    layers = np.random.default_rng(0).standard_normal((1, LAYERS, *shape)).astype(np.float32)
    session = onnxruntime.InferenceSession(bundle / "model.onnx")
    (fields,) = session.run(None, {"layers": layers})
    assert np.abs(fields - run_torch(net, layers)).max() < 1e-4
    assert fields.std() > 0.01


def test_the_self_test_passes_where_there_is_no_torch(bundle):
    with np.load(bundle / "selftest.npz", allow_pickle=False) as held:
        layers, expected = held["layers"], held["fields"]
    session = onnxruntime.InferenceSession(bundle / "model.onnx")
    (fields,) = session.run(["fields"], {"layers": layers})
    assert layers.shape == (1, LAYERS, 64, 64)
    assert np.abs(fields - expected).max() < 1e-3


def test_a_bundle_is_never_written_over(bundle, checkpoint):
    done = CliRunner().invoke(export, [str(checkpoint), str(bundle)])
    assert isinstance(done.exception, ResourceError)
    assert done.exception.code == "OUTPUT_NOT_EMPTY"


def test_a_network_that_is_not_its_onnx_is_refused(bundle, checkpoint):
    net = shaken(load_checkpoint(checkpoint).net)
    with pytest.raises(ModelError) as raised:
        demand_parity(net, bundle / "model.onnx", simulated_tiles(DATA.data))
    assert raised.value.code == "EXPORT_DIFFERS"


def test_a_published_net_leaves_too_whatever_its_steps(tmp_path):
    layers = ("lst_cubic", "ndvi")
    net = shaken(build_net("sc-unet", layers, "lst_cubic"))
    write_onnx(net, 2, 4, tmp_path / "model.onnx")
    tiles = [
        np.random.default_rng(1).standard_normal((1, 2, rows, columns)).astype(np.float32)
        for rows, columns in ((28, 36), (60, 8))
    ]
    assert demand_parity(net, tmp_path / "model.onnx", tiles) < TOLERANCE
