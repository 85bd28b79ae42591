"""The contract of lstsr: kinds, hooks, scene and errors; a plugin imports nothing else of ours."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lstsr_core.errors import (
    EmptySearchError,
    LstsrError,
    ModelError,
    PluginError,
    ResourceError,
    SceneError,
    SourceError,
    UnknownNameError,
)
from lstsr_core.hooks import hookimpl
from lstsr_core.kinds import (
    Correction,
    Footprint,
    Model,
    Sensor,
)
from lstsr_core.predictor import Predictor
from lstsr_core.quality import Quality
from lstsr_core.sources import FileSource, StacSource

if TYPE_CHECKING:
    from lstsr_core.grid import factor_between, geobox_of
    from lstsr_core.scene import build_scene, check_scene, factor_of, guide_names
    from lstsr_core.storage import read_scene, write_scene

__version__ = "0.1.0"

__all__ = [
    "Correction",
    "EmptySearchError",
    "FileSource",
    "Footprint",
    "LstsrError",
    "Model",
    "ModelError",
    "PluginError",
    "Predictor",
    "Quality",
    "ResourceError",
    "SceneError",
    "Sensor",
    "SourceError",
    "StacSource",
    "UnknownNameError",
    "build_scene",
    "check_scene",
    "factor_between",
    "factor_of",
    "geobox_of",
    "guide_names",
    "hookimpl",
    "read_scene",
    "write_scene",
]

_LATER = {
    "build_scene": "scene",
    "check_scene": "scene",
    "factor_of": "scene",
    "guide_names": "scene",
    "factor_between": "grid",
    "geobox_of": "grid",
    "read_scene": "storage",
    "write_scene": "storage",
}


def __getattr__(name: str) -> object:
    """Import what needs xarray at its first use, so that plugins load in milliseconds."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
