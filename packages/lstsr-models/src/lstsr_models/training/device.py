"""Whether what a recipe wants to train on is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from lstsr_core import ResourceError

if TYPE_CHECKING:
    from lstsr_models.recipe import RunRecipe


def demand_device(run: RunRecipe) -> None:
    """Refuse a GPU that is not there; nothing falls back to the CPU by itself.

    Raises
    ------
    ResourceError
        ``DEVICE_MISSING``.
    """
    if run.device != "gpu":
        return
    there = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if there < run.devices:
        raise ResourceError(
            "DEVICE_MISSING",
            found=f"{there} GPUs that torch {torch.__version__} can use",
            expected=f"{run.devices}, as run.devices says",
            remedy="set run.device to cpu or auto, or install a build of torch for your GPU",
        )


def is_exhausted(error: BaseException) -> bool:
    """Tell whether an error says that memory ran out, on a device or beside it."""
    words = ("can't allocate memory", "not enough memory", "out of memory")
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or (
        isinstance(error, RuntimeError) and any(word in str(error).lower() for word in words)
    )


def exhausted(error: BaseException) -> ResourceError:
    """Give the error that says so."""
    return ResourceError(
        "MEMORY_EXHAUSTED",
        found=str(error).splitlines()[0] if str(error) else "no memory left",
        expected="a batch that fits into the memory",
        remedy="lower chips.batch, chips.size or chips.scenes_at_once, or net.widths; "
        "--resume goes on from the last whole epoch",
    )
