"""A network becomes an ONNX file whose height and width are free."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Final

import torch

from lstsr_core import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from torch import nn

INPUT: Final = "layers"
"""Name of the only input, float32 (1, c, f * h, f * w): scaled layers. [1]"""
OUTPUT: Final = "fields"
"""Name of the only output, float32 (1, 2, f * h, f * w): residual [K], log sigma [ln K]."""
EXAMPLE: Final = (14, 18)
"""Coarse pixels of the tile that the network is traced on; no two sizes are alike."""
TOLERANCE: Final = 1e-3
"""Largest difference that is allowed between torch and ONNX. [K]"""


def write_onnx(net: nn.Module, channels: int, factor: int, path: Path) -> None:
    """Write a network as one ONNX file, without external data or custom operators.

    Parameters
    ----------
    net : nn.Module
        Maps (n, c, y, x) to (n, 2, y, x).
    channels : int
        Layers. [1]
    factor : int
        Height and width are multiples of it. [1]
    path : pathlib.Path
        Where to write.
    """
    example = torch.zeros(1, channels, *(size * factor for size in EXAMPLE))
    free = {place: factor * torch.export.Dim(name) for place, name in ((2, "h"), (3, "w"))}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch about its own parts
        torch.onnx.export(
            net.eval(),
            (example,),
            str(path),
            dynamo=True,
            dynamic_shapes=(free,),
            input_names=[INPUT],
            output_names=[OUTPUT],
            external_data=False,
            verbose=False,
        )
    forget_origin(path)


def forget_origin(path: Path) -> None:
    """Take out of an ONNX file where on this machine its network was written."""
    import onnx

    model = onnx.load(path)
    parts = [model, model.graph, *model.graph.node, *model.graph.value_info]
    parts += [*model.graph.input, *model.graph.output, *model.graph.initializer, *model.functions]
    for part in parts:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    onnx.save(model, path)


def run_onnx(path: Path, layers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run an ONNX file on the CPU; shapes (1, c, y, x) to (1, 2, y, x)."""
    import onnxruntime as ort

    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    fields: NDArray[np.float32] = session.run([OUTPUT], {INPUT: layers})[0]
    return fields


def run_torch(net: nn.Module, layers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run the network itself on the same."""
    with torch.inference_mode():
        fields: NDArray[np.float32] = net.eval()(torch.from_numpy(layers)).numpy()
    return fields


def demand_parity(net: nn.Module, path: Path, tiles: list[NDArray[np.float32]]) -> float:
    """Compare torch and ONNX on tiles of several sizes.

    Parameters
    ----------
    net : nn.Module
        What was exported.
    path : pathlib.Path
        The ONNX file.
    tiles : list of arrays, shape (1, c, y, x)
        Scaled layers.

    Returns
    -------
    float
        Largest difference of residual or sigma. [K]

    Raises
    ------
    ModelError
        ``EXPORT_DIFFERS`` where it is larger than `TOLERANCE`.
    """
    import numpy as np

    worst = 0.0
    for tile in tiles:
        one, other = run_torch(net, tile), run_onnx(path, tile)
        sigma = np.abs(np.exp(one[:, 1]) - np.exp(other[:, 1])).max()
        worst = max(worst, float(np.abs(one[:, 0] - other[:, 0]).max()), float(sigma))
    if not worst < TOLERANCE:
        raise ModelError(
            "EXPORT_DIFFERS",
            found=f"torch and ONNX differ by {worst:g} K",
            expected=f"less than {TOLERANCE:g} K",
            remedy="report this with the versions that `lstsr doctor` prints",
        )
    return worst
