"""A run that begins with a search: the scene is fetched beside the run folder, then sharpened."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from lstsr_core import ResourceError, read_scene, write_scene
from lstsr_core.scene import COARSE
from lstsr_data.acquisition.fetch import ORDER, fetch
from lstsr_runtime.execution import IN_THREADS
from lstsr_runtime.request import make_request
from lstsr_runtime.runs import run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lstsr_data import Order
    from lstsr_runtime.execution import Execution

SCENE: Final = "-scene.zarr"
"""What the name of the scene has behind that of the run folder."""

logger = logging.getLogger(__name__)


def acquire(
    order: Order,
    folder: Path,
    options: Mapping[str, object],
    *,
    execution: Execution = IN_THREADS,
) -> Path:
    """Fetch a scene and sharpen it.

    Parameters
    ----------
    order : Order
        What to fetch.
    folder : pathlib.Path
        Where the result appears. The scene is kept beside it, so that ``run.yaml`` can be repeated.
    options : mapping of str to object
        Fields of `lstsr_runtime.request.Request` beside ``lst``.
    execution : Execution
        Memory, where to compute, and whether to redo what is there; the scene is never redone.

    Returns
    -------
    pathlib.Path
        The run folder.

    Raises
    ------
    LstsrError
        With a code; see `lstsr_data.fetch` and `lstsr_runtime.run`. ``OUTPUT_NOT_EMPTY`` where
        another scene lies beside the folder.
    """
    scene = folder.with_name(folder.name + SCENE)
    if scene.exists():
        _demand_same(scene, order)
        logger.info("%s holds what was ordered already", scene)
    else:
        write_scene(fetch(order), scene)
    return run(make_request(lst=scene, **options), folder, execution=execution)


def _demand_same(scene: Path, order: Order) -> None:
    if read_scene(scene)[COARSE].attrs.get(ORDER) == order.fingerprint:
        return
    raise ResourceError(
        "OUTPUT_NOT_EMPTY",
        found=f"{scene}, which was fetched for another order",
        expected="the scene of this order, or none",
        remedy="choose another folder, or remove the scene",
    )
