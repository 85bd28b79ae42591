"""Sharpening: tiles, run folders, the benchmark."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lstsr_runtime.execution import Execution
    from lstsr_runtime.runs import run, write_run
    from lstsr_runtime.sharpening import sharpen

__version__ = "0.1.0"

__all__ = ["Execution", "run", "sharpen", "write_run"]

_LATER = {"Execution": "execution", "run": "runs", "sharpen": "sharpening", "write_run": "runs"}


def __getattr__(name: str) -> object:
    """Import at first use, so that the command line starts in milliseconds."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
