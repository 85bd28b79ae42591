"""The device that a run asks for is the one that its model uses, or an error."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from lstsr_core import ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lstsr_core import Model

DEVICE: Final = "device"
"""Option of the models that can run on more than the processor."""
AUTO: Final = "auto"
"""A GPU where one works and the model can use it, else the processor."""


def with_device(model: Model, settings: Mapping[str, object], device: str) -> Mapping[str, object]:
    """Add the device to the options of a model.

    Parameters
    ----------
    model : Model
        What runs.
    settings : mapping of str to object
        Options of the model, by name; a device among them stands where none is asked for.
    device : str
        ``auto``, ``cpu``, ``cuda:0`` or ``tensorrt:0``.

    Raises
    ------
    ResourceError
        ``DEVICE_MISSING`` where a GPU is asked for and the model can use none.
    """
    if device == AUTO:
        return settings
    if DEVICE in {option.name for option in fields(model.options)} if model.options else False:
        return {**settings, DEVICE: device}
    if device == "cpu":
        return settings
    raise ResourceError(
        "DEVICE_MISSING",
        found=f"{device} for the model {model.name!r}, which runs on the processor alone",
        expected="a trained network, which can run on a GPU",
        remedy="leave --device out, or choose one of `lstsr models list`",
    )
