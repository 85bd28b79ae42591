"""Networks run on ONNX Runtime, one session a process, on the device asked for and no other."""

from __future__ import annotations

import logging
import os
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lstsr_core import ModelError, ResourceError
from lstsr_runtime.bundle.contract import refused
from lstsr_runtime.bundle.providers import candidates, card_of, providers
from lstsr_runtime.bundle.reading import NETWORK, read_network
from lstsr_runtime.bundle.windows import run_in_windows

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

INPUT: Final = "layers"
"""Name of the only input, float32 (1, c, f * h, f * w): scaled layers. [1]"""
OUTPUT: Final = "fields"
"""Name of the only output, float32 (1, 2, f * h, f * w): residual [K], log sigma [ln K]."""
FIELDS: Final = 2
"""Channels of the output. [1]"""
KEPT: Final = 4
"""Sessions that a process keeps. [1]"""
ERRORS_ONLY: Final = 3
"""Least severity that ONNX Runtime logs by itself: errors. [1]"""
EXHAUSTED: Final = ("Failed to allocate memory", "out of memory", "bad allocation", "OUT_OF_MEMORY")
"""Words by which it says that memory ran out."""

_opening = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Network:
    """Names a network in such a way that every process opens the same one.

    Parameters
    ----------
    folder : pathlib.Path
        The bundle.
    digest : str
        SHA-256 of its network.
    channels : int
        Layers that it is given. [1]
    device : str
        ``auto``, ``cpu``, ``cuda:0`` or ``tensorrt:0``.
    around : int
        What it sees around a pixel, a multiple of 8; 0 where nobody knows, and it is run on whole
        tiles. [fine pixel]
    """

    folder: Path
    digest: str
    channels: int
    device: str
    around: int = 0

    def run(self, layers: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the fields of a tile.

        Parameters
        ----------
        layers : array, shape (c, y, x)
            Scaled layers. [1]

        Returns
        -------
        array, shape (2, y, x)
            Residual [K] and log standard deviation [ln K].

        Raises
        ------
        ModelError
            ``BUNDLE_REFUSED``, ``ENGINE_MISSING`` or ``MODEL_FAILED``.
        ResourceError
            ``DEVICE_MISSING`` or ``MEMORY_EXHAUSTED``.
        SourceError
            ``DIGEST_MISMATCH`` where the file has changed.
        """
        opened = open_session(self)
        with opened.turn:
            try:
                if self.around:
                    return run_in_windows(opened.run, layers, self.around)
                return opened.run(layers)
            except Exception as error:  # ONNX Runtime has no common error of its own
                raise _failed(self, error) from error


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session, where it runs, and whose turn it is."""

    session: Any  # an onnxruntime.InferenceSession, which has no types
    device: str
    turn: AbstractContextManager[object]

    def run(self, layers: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the fields, shape (2, y, x), of layers, shape (c, y, x)."""
        if self.device == "cpu":
            fields: NDArray[np.float32] = self.session.run([OUTPUT], {INPUT: layers[None]})[0]
        else:
            fields = run_bound(self.session, layers[None], self.device)
        tile: NDArray[np.float32] = fields[0]
        return tile


def open_session(network: Network) -> Opened:
    """Give the session of a network; a process opens it once."""
    with _opening:
        return _open(network, os.getpid())


@lru_cache(maxsize=KEPT)
def _open(network: Network, _process: int) -> Opened:
    """Open a session; the threads of one do not survive a fork, so that a child opens its own."""
    model = read_network(network.folder, {NETWORK: network.digest})
    engine = _engine()
    there = engine.get_available_providers()
    for device in candidates(network.device, there):
        session = _start(engine, model, device, network)
        if session is not None:
            _check_ports(session, network)
            logger.info("%s runs on %s", network.folder.name, device)
            # Tiles share the processors by themselves; a card is for one at a time.
            turn = nullcontext() if device == "cpu" else threading.Lock()
            return Opened(session=session, device=device, turn=turn)
    raise ResourceError(
        "DEVICE_MISSING",
        found=f"{network.device} does not work here; ONNX Runtime offers {', '.join(there)}",
        expected="a GPU that works, and onnxruntime-gpu in place of onnxruntime",
        remedy="see `nvidia-smi`, install lstsr-runtime[gpu], or take device=cpu",
    )


def _engine() -> Any:  # noqa: ANN401  a module without types
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError(
            "ENGINE_MISSING",
            found=f"no onnxruntime ({error})",
            expected="onnxruntime, or onnxruntime-gpu where there is a GPU",
            remedy="pip install 'lstsr-runtime[cpu]', or choose another model (scaling-law)",
        ) from error
    return onnxruntime


def _start(engine: Any, model: bytes, device: str, network: Network) -> Any:  # noqa: ANN401  no types
    """Start a session on one device; None where the device does not work."""
    options = engine.SessionOptions()
    # As many tiles as there are processors are sharpened at once, each by one of them.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    # Memory is kept for windows, which are all alike; whole tiles would have it grow.
    options.enable_cpu_mem_arena = network.around > 0
    # One block for everything is twice as large as what is needed at any time.
    options.enable_mem_pattern = False
    offered = providers(device)
    first = offered[0][0]
    if first not in engine.get_available_providers():
        return None
    try:
        session = engine.InferenceSession(model, options, providers=offered, enable_fallback=0)
    except Exception as error:
        if device != "cpu":
            logger.warning("%s does not work: %s", device, error)
            return None
        raise refused(f"{network.folder / NETWORK}: {error}", "a network that can run") from error
    # It puts the processor in the place of a GPU that fails, and says nothing.
    return session if session.get_providers()[0] == first else None


def run_bound(session: Any, tiles: NDArray[np.float32], device: str) -> NDArray[np.float32]:  # noqa: ANN401  no types
    """Run a session with its input copied once to the device, and its output once from there.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        Started on the device.
    tiles : array, shape (n, c, y, x)
        Scaled layers. [1]
    device : str
        ``cuda:0``, ``tensorrt:0`` or ``cpu``.

    Returns
    -------
    array, shape (n, 2, y, x)
        Residual [K] and log standard deviation [ln K].
    """
    kind, number = ("cpu", 0) if device == "cpu" else ("cuda", int(card_of(device)))
    bound = session.io_binding()
    bound.bind_ortvalue_input(INPUT, _engine().OrtValue.ortvalue_from_numpy(tiles, kind, number))
    bound.bind_output(OUTPUT, kind, number)
    session.run_with_iobinding(bound)
    fields: NDArray[np.float32] = bound.copy_outputs_to_cpu()[0]
    return fields


def _check_ports(session: Any, network: Network) -> None:  # noqa: ANN401  no types
    """Refuse a network whose input or output is not that of its contract."""
    ports = [
        (port.name, port.type, len(port.shape), port.shape[1] if len(port.shape) > 1 else None)
        for port in (*session.get_inputs(), *session.get_outputs())
    ]
    wanted = [
        (name, "tensor(float)", 4, channels)
        for name, channels in ((INPUT, network.channels), (OUTPUT, FIELDS))
    ]
    if ports != wanted:
        raise refused(f"{network.folder / NETWORK}: {ports}", f"one input and one output: {wanted}")


def _failed(network: Network, error: Exception) -> ModelError | ResourceError:
    if any(word in str(error) for word in EXHAUSTED) or isinstance(error, MemoryError):
        return ResourceError(
            "MEMORY_EXHAUSTED",
            found=f"{network.folder.name} on {network.device}: {error}",
            expected="memory for one tile",
            remedy="choose a smaller --tile",
        )
    return ModelError(
        "MODEL_FAILED",
        found=f"{network.folder.name} on {network.device}: {error}",
        expected="two fields of the tile's size",
        remedy="try `lstsr models verify`, or another model",
    )
