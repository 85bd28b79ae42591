"""Small networks, written by onnx and run by ONNX Runtime."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from lstsr_runtime.bundle.offering import make_model
from lstsr_runtime.bundle.reading import read_bundle

LAYERS = ("lst_cubic", "law", "ndvi", "valid")
SCALES = {"lst_cubic": 8.0, "law": 2.0, "ndvi": 0.2, "valid": 1.0}
MEANS = {"lst_cubic": 0.0, "law": 0.0, "ndvi": 0.5, "valid": 0.0}
WIDE = {"lst_cubic": [-50.0, 50.0], "law": [-50.0, 50.0], "ndvi": [-2.0, 2.0]}
CHANNELS = len(LAYERS)
SIGMA = 0.5
"""Standard deviation that the networks state. [K]"""


def fields_net(nodes, constants, channels=CHANNELS, free=("h", "w")):
    """Give the bytes of a network of these nodes."""
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("layers", TensorProto.FLOAT, [1, channels, *free])],
        [helper.make_tensor_value_info("fields", TensorProto.FLOAT, [1, 2, *free])],
        [numpy_helper.from_array(values, name) for name, values in constants.items()],
    )
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


def weights(edge=1, channels=CHANNELS, **shares):
    """Give a convolution whose residual is a weighted sum of layers around a pixel."""
    kernel = np.zeros((2, channels, edge, edge), np.float32)
    for name, share in shares.items():
        kernel[0, LAYERS.index(name)] = share / edge**2
    return {"w": kernel, "b": np.array([0, np.log(SIGMA)], np.float32)}


def linear(edge=1, channels=CHANNELS, **shares):
    """Give a network that adds a share of each scaled layer."""
    pads = [edge // 2] * 4
    node = helper.make_node("Conv", ["layers", "w", "b"], ["fields"], pads=pads)
    return fields_net([node], weights(edge, channels, **shares), channels)


def halving(**shares):
    """Give a network that sees a grid eight times coarser, as U-Nets do."""
    nodes = [
        helper.make_node("Conv", ["layers", "w", "b"], ["fine"], pads=[1] * 4),
        helper.make_node("AveragePool", ["fine"], ["pooled"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Resize", ["pooled", "", "by"], ["wide"], mode="nearest"),
        helper.make_node("Add", ["fine", "wide"], ["fields"]),
    ]
    return fields_net(nodes, {**weights(3, **shares), "by": np.array([1, 1, 8, 8], np.float32)})


def logarithm():
    """Give a network whose residual is no number where the scaled NDVI is below 0."""
    nodes = [
        helper.make_node("Slice", ["layers", "from", "to", "axis"], ["ndvi"]),
        helper.make_node("Log", ["ndvi"], ["residual"]),
        helper.make_node("Mul", ["ndvi", "zero"], ["sigma"]),
        helper.make_node("Concat", ["residual", "sigma"], ["fields"], axis=1),
    ]
    place = LAYERS.index("ndvi")
    constants = {
        "from": np.array([place]),
        "to": np.array([place + 1]),
        "axis": np.array([1]),
        "zero": np.array(0, np.float32),
    }
    return fields_net(nodes, constants)


def contract(**changes):
    """Give the words of a contract."""
    return {
        "format": "lstsr bundle 1",
        "name": "tiny",
        "version": "0.1.0",
        "summary": "a tiny network",
        "source": "nowhere",
        "licence": "Apache-2.0",
        "rank": 60,
        "factor": 4,
        "margin": 12,
        "guides": [{"name": "ndvi", "required": True}],
        "layers": [{"name": n, "mean": MEANS[n], "scale": SCALES[n]} for n in LAYERS],
        "base": "law",
        "sigma_factor": 1.5,
        "domain": WIDE,
        "selftest": {"tolerance_k": 0.001},
        "training": {"data": "none", "scores": {"ratio": 1.0}},
    } | changes


def tiles_of(network, channels=CHANNELS):
    """Give the bytes of a self-test, answered by the network itself."""
    layers = np.random.default_rng(1).random((2, channels, 16, 24), np.float32)
    fields = [answer(network, tile[None])[0] for tile in layers]
    return npz(layers=layers, fields=np.stack(fields))


def answer(network, layers):
    session = onnxruntime.InferenceSession(network, providers=["CPUExecutionProvider"])
    return session.run(None, {"layers": layers})[0]


def npz(**arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


@dataclass(frozen=True)
class Bundles:
    """Writes bundles into a folder."""

    home: Path
    count: list = field(default_factory=list)

    def write(self, network=None, tiles=None, **changes):
        """Write a bundle, by default one whose residual is half the scaled law."""
        network = linear(law=0.5) if network is None else network
        words = contract(**changes)
        self.count.append(words["name"])
        folder = self.home / f"{words['name']}-{len(self.count)}"
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(network)
        (folder / "model.json").write_text(json.dumps(words))
        (folder / "selftest.npz").write_bytes(tiles_of(network) if tiles is None else tiles)
        self.seal(folder)
        return folder

    @staticmethod
    def words(**changes):
        """Give the words of a contract, some changed."""
        return contract(**changes)

    @staticmethod
    def seal(folder):
        """List the digests of what the folder holds now."""
        names = ("model.onnx", "model.json", "selftest.npz")
        sums = (f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
        (folder / "SHA256SUMS").write_text("".join(sums))
        return hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()

    def model(self, network=None, **changes):
        """Write a bundle and give its model."""
        folder = self.write(network, **changes)
        return make_model(folder, read_bundle(folder).contract)


@pytest.fixture
def bundles(tmp_path):
    return Bundles(tmp_path / "written")


@pytest.fixture
def nets():
    """Makers of networks."""

    class Nets:
        linear = staticmethod(linear)
        halving = staticmethod(halving)
        logarithm = staticmethod(logarithm)
        fields_net = staticmethod(fields_net)
        answer = staticmethod(answer)
        npz = staticmethod(npz)
        parse = staticmethod(onnx.load_model_from_string)

    return Nets


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch, tmp_path):
    """Keep bundles of whoever runs the tests out of them."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    monkeypatch.setattr("lstsr_runtime.bundle.finding.own_folder", lambda: tmp_path / "own")
    monkeypatch.delenv("LSTSR_BUNDLES", raising=False)
