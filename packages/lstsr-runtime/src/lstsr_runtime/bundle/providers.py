"""Devices, and what ONNX Runtime calls that which runs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CUDA: Final = "CUDAExecutionProvider"
"""What ONNX Runtime calls an NVIDIA GPU."""
TENSORRT: Final = "TensorrtExecutionProvider"
"""The same through TensorRT, which compiles every network for every size of tile: minutes."""
CPU: Final = "CPUExecutionProvider"
"""What it calls the processor."""


def candidates(device: str, there: Sequence[str]) -> Sequence[str]:
    """Give the devices to try, one after the other; only ``auto`` leaves a choice."""
    if device != "auto":
        return [device]
    return ["cuda:0", "cpu"] if CUDA in there else ["cpu"]


def providers(device: str) -> list[tuple[str, Mapping[str, str]]]:
    """Give what runs on a device; TF32 would cost three digits of the mantissa.

    What TensorRT cannot compile runs on the same card by CUDA, never on the processor.
    """
    if device == "cpu":
        return [(CPU, {})]
    number = {"device_id": card_of(device)}
    cuda = (CUDA, {**number, "use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"})
    if device.partition(":")[0] == "cuda":
        return [cuda]
    return [(TENSORRT, {**number, "trt_fp16_enable": "0"}), cuda]


def card_of(device: str) -> str:
    """Give the number of the card that a device names."""
    return device.partition(":")[2] or "0"
