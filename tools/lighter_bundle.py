"""Measure what half precision and 8-bit integers cost a network in kelvin, and what they save.

Needs onnx beside onnxruntime:

    python tools/lighter_bundle.py BUNDLE LST.tif ndvi=NDVI.tif
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    quant_pre_process,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.transformers.float16 import convert_float_to_float16

from lstsr_core.predictor import place
from lstsr_core.scene import COARSE, GUIDE, LST
from lstsr_data import open_scene
from lstsr_runtime.bundle.options import BundleOptions
from lstsr_runtime.bundle.predictor import prepare
from lstsr_runtime.bundle.session import INPUT, OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

EDGE = 64
"""Edge of the tiles that are compared. [coarse pixel]"""
TILES = 8
"""Tiles that integers are calibrated on, and as many others that are compared. [1]"""


@dataclass
class Recorder:
    """Stands in for a network, and keeps what it is given."""

    seen: list[NDArray[np.float32]]
    around: int

    def run(self, layers: NDArray[np.float32]) -> NDArray[np.float32]:
        """Keep the layers; answer nothing."""
        self.seen.append(layers)
        return np.zeros((2, *layers.shape[1:]), np.float32)


class Reader(CalibrationDataReader):  # type: ignore[misc]
    """Hands tiles to the calibration."""

    def __init__(self, tiles: list[NDArray[np.float32]]) -> None:
        self._left = iter(tiles)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Give the next tile."""
        tile = next(self._left, None)
        return None if tile is None else {INPUT: tile[None]}


def layers_of(bundle: Path, lst: Path, guides: dict[str, Path]) -> list[NDArray[np.float32]]:
    """Give the layers of full tiles of a scene, evenly taken."""
    scene = open_scene(lst, guides)
    predictor = prepare(bundle, scene, BundleOptions(device="cpu"))
    recorder = Recorder(seen=[], around=predictor.network.around)
    watching = replace(predictor, network=cast("Any", recorder))
    for row, column in _corners(scene[COARSE][LST].shape):
        here = {"y": slice(row, row + EDGE), "x": slice(column, column + EDGE)}
        factor = predictor.contract.factor
        fine = {axis: slice(s.start * factor, s.stop * factor) for axis, s in here.items()}
        coarse = scene[COARSE][LST].isel(here).to_numpy()
        names = sorted(str(name) for name in scene[GUIDE].data_vars)
        stack = np.stack([scene[GUIDE][name].isel(fine).to_numpy() for name in names])
        place(watching, row, column)(coarse, stack, np.isfinite(coarse))
    return recorder.seen


def _corners(shape: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    rows, columns = (size // EDGE for size in shape)
    for number in np.linspace(0, rows * columns - 1, 2 * TILES).astype(int):
        row, column = divmod(int(number), columns)
        yield row * EDGE, column * EDGE


def variants(network: Path, folder: Path, tiles: list[NDArray[np.float32]]) -> dict[str, Path]:
    """Write the lighter variants of a network."""
    made = {name: folder / f"{name}.onnx" for name in ("fp16", "int8-dynamic", "int8-static")}
    half = convert_float_to_float16(onnx.load(network), keep_io_types=True)
    onnx.save(half, made["fp16"])
    ready = folder / "ready.onnx"
    quant_pre_process(network, ready, skip_symbolic_shape=True)
    quantize_dynamic(ready, made["int8-dynamic"])
    quantize_static(
        ready, made["int8-static"], Reader(tiles), quant_format=QuantFormat.QDQ, per_channel=True
    )
    return made


def run_all(path: Path, tiles: list[NDArray[np.float32]]) -> tuple[NDArray[Any], float]:
    """Give residuals [K] of tiles, and processor time [s / Mpx]."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    session.run([OUTPUT], {INPUT: tiles[0][None]})
    start = time.process_time()
    fields = [session.run([OUTPUT], {INPUT: tile[None]})[0][0, 0] for tile in tiles]
    spent = time.process_time() - start
    return np.stack(fields), spent / (sum(field.size for field in fields) / 1e6)


def main(bundle: str, lst: str, *guides: str) -> None:
    """Print a line for each variant."""
    pairs = dict(guide.split("=", 1) for guide in guides)
    layers = layers_of(Path(bundle), Path(lst), {n: Path(path) for n, path in pairs.items()})
    network = Path(bundle) / "model.onnx"
    learnt, judged = layers[::2], layers[1::2]
    with tempfile.TemporaryDirectory() as folder:
        whole, seconds = run_all(network, judged)
        write = sys.stdout.write
        write(f"residuals of {whole.std():.3f} K; fp32 takes {seconds:.3f} s/Mpx of a processor\n")
        for name, path in variants(network, Path(folder), learnt).items():
            fields, spent = run_all(path, judged)
            off = fields - whole
            rms, most = np.sqrt((off**2).mean()), np.abs(off).max()
            size = path.stat().st_size / network.stat().st_size
            write(f"{name:<13} rms {rms:.4f} K, most {most:.4f} K, ")
            write(f"{spent:.3f} s/Mpx, {size:.2f} of the bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
