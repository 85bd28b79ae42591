"""A network in the words of the STAC machine-learning-model extension."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lstsr_models.bundle.onnx_file import INPUT, OUTPUT
from lstsr_models.layers import SCALINGS

if TYPE_CHECKING:
    from lstsr_models.training.checkpoint import Trained

EXTENSION: Final = "https://stac-extensions.github.io/mlm/v1.4.0/schema.json"
"""Schema whose names are used."""


def describe_mlm(trained: Trained) -> dict[str, Any]:
    """Give the properties ``mlm:*`` of a STAC item of the network."""
    recipe = trained.recipe
    weights = sum(weight.numel() for weight in trained.net.parameters())
    return {
        "stac_extensions": [EXTENSION],
        "mlm:name": recipe.name,
        "mlm:architecture": recipe.net.name,
        "mlm:tasks": ["super-resolution"],
        "mlm:framework": "ONNX",
        "mlm:total_parameters": weights,
        "mlm:pretrained": True,
        "mlm:accelerator_constrained": False,
        "mlm:input": [_input(trained)],
        "mlm:output": [_output()],
    }


def _input(trained: Trained) -> dict[str, Any]:
    layers = trained.recipe.data.layers
    return {
        "name": INPUT,
        "bands": list(layers),
        "input": _array(len(layers)),
        "value_scaling": [
            {"type": "z-score", "mean": SCALINGS[name].mean, "stddev": SCALINGS[name].scale}
            for name in layers
        ],
        "norm_by_channel": True,
    }


def _output() -> dict[str, Any]:
    return {"name": OUTPUT, "tasks": ["super-resolution"], "result": _array(2)}


def _array(channels: int) -> dict[str, Any]:
    return {
        "shape": [1, channels, -1, -1],
        "dim_order": ["batch", "bands", "height", "width"],
        "data_type": "float32",
    }
