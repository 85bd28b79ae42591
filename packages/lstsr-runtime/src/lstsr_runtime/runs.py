"""A run: from a request to a complete run folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lstsr_core.scene import factor_of
from lstsr_physics.misplaced import name_misplaced_guides
from lstsr_runtime.cog import write_layers
from lstsr_runtime.computing import place_of
from lstsr_runtime.cpus import usable_cpus
from lstsr_runtime.device import with_device
from lstsr_runtime.execution import IN_THREADS
from lstsr_runtime.folder import check_free, draft_of
from lstsr_runtime.inputs import parse_moment, sha256_of
from lstsr_runtime.item import Origin, write_item
from lstsr_runtime.log import remembered
from lstsr_runtime.memory import choose_tile, demanded_within
from lstsr_runtime.opening import open_request
from lstsr_runtime.progress import tile_progress
from lstsr_runtime.qgis_style import write_styles
from lstsr_runtime.quicklook import write_quicklook
from lstsr_runtime.sharpening import name_unused_guides, resolve, sharpen, used_guides
from lstsr_runtime.units import UNITS

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import xarray as xr

    from lstsr_runtime.execution import Execution
    from lstsr_runtime.request import Request

logger = logging.getLogger(__name__)

PROCESSING = "time of processing"
"""What dates a result whose acquisition time nobody knows."""


def run(
    request: Request, folder: str | os.PathLike[str], *, execution: Execution = IN_THREADS
) -> Path:
    """Sharpen what a request names into a run folder.

    A folder that holds the same run already is left as it is; a run that was killed goes on.

    Parameters
    ----------
    request : Request
        What to sharpen, and how.
    folder : path
        Where the result appears, complete or not at all.
    execution : Execution
        Memory, where to compute, and whether to redo what is there.

    Returns
    -------
    pathlib.Path
        The run folder.

    Raises
    ------
    LstsrError
        With a code; nothing is left under the name of the folder then.
    """
    target = Path(folder)
    with remembered() as said, place_of(execution):
        scene, whole = open_request(request)
        if is_done(target, whole) and not execution.force:
            logger.info("%s holds this very run already; nothing to do", target)
            return target
        check_free(target, force=execution.force)
        _name_oddities(scene, whole)
        result = _sharpened(scene, whole, execution)
        return _write(_Work(result=result, scene=scene, request=whole), target, said, execution)


def _name_oddities(scene: xr.DataTree, request: Request) -> None:
    """Log each guide that is not used, and those that lie beside the temperature."""
    model = str(request.model_used)
    name_unused_guides(model, scene)
    name_misplaced_guides(scene, used_guides(model, scene))


def _sharpened(scene: xr.DataTree, request: Request, execution: Execution) -> xr.Dataset:
    model = resolve(request.model_used or request.model, scene)
    tile = request.tile
    if tile is None and execution.memory is not None:
        threads = 1 if execution.workers or execution.cluster else usable_cpus()
        tile = choose_tile(execution.memory, factor_of(scene), model.margin, threads)
    with demanded_within(execution.memory):
        return sharpen(
            scene,
            model,
            corrections=request.corrections,
            settings=with_device(model, request.settings, request.device),
            tile=tile,
        )


def is_done(target: Path, request: Request) -> bool:
    """Tell whether a folder holds the result of this very request."""
    recorded = target / "run.yaml"
    return recorded.is_file() and recorded.read_text(encoding="utf-8") == request.to_yaml()


def write_run(
    result: xr.Dataset,
    scene: xr.DataTree,
    folder: str | os.PathLike[str],
    *,
    request: Request | None = None,
    execution: Execution = IN_THREADS,
) -> Path:
    """Compute a result and write its run folder.

    Parameters
    ----------
    result : xarray.Dataset
        What `sharpen` gave.
    scene : xarray.DataTree
        What it was given.
    folder : path
        Where the result appears, complete or not at all; must be empty or not exist.
    request : Request, optional
        Recorded as ``run.yaml``, so that the run can be repeated; without it the result has no
        ``run.yaml``.
    execution : Execution
        Memory, where to compute, and whether to redo what is there.

    Returns
    -------
    pathlib.Path
        The run folder: ``lst.tif``, ``lst_uncertainty.tif``, ``quality.tif``, ``item.json``,
        ``quicklook.png``, ``run.yaml``, ``log.jsonl``, and a ``.qml`` for each layer (QGIS).

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``, ``OUTPUT_LOCKED``, ``OUTPUT_NOT_WRITABLE`` or ``DISK_FULL``.
    """
    work = _Work(result=result, scene=scene, request=request)
    with place_of(execution):
        return _write(work, Path(folder), (), execution)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What becomes a run folder."""

    result: xr.Dataset
    scene: xr.DataTree
    request: Request | None


def _write(work: _Work, target: Path, said: Iterable[str], execution: Execution) -> Path:
    result, request = work.result, work.request
    whole = hashlib.sha256(request.to_yaml().encode()).hexdigest() if request else ""
    with (
        draft_of(target, kept=UNITS, force=execution.force) as draft,
        remembered(said) as lines,
    ):
        model = str(result.attrs["model"])
        logger.info("model %s", model)
        with tile_progress(result) as wrote:
            layers = write_layers(result, draft, run=whole, wrote=wrote, execution=execution)
        write_styles(layers)
        files = dict(layers)
        picture = write_quicklook(work.scene, files["lst"], files["lst_uncertainty"], model)
        files["quicklook"] = picture
        write_item(work.scene, files, _origin(files["lst"], result, request), model)
        if request is not None:
            (draft / "run.yaml").write_text(request.to_yaml(), encoding="utf-8")
        logger.info("run folder complete")
        (draft / "log.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def _origin(lst: Path, result: xr.Dataset, request: Request | None) -> Origin:
    if request is None:
        return _origin_without_request(lst, str(result.attrs.get("datetime", "")))
    return Origin(
        identity=hashlib.sha256(request.to_yaml().encode()).hexdigest(),
        moment=request.datetime or dt.datetime.now(dt.UTC),
        moment_from=request.datetime_from or PROCESSING,
        corrections=request.corrections,
        inputs=tuple(Path(path).as_uri() for path in request.sha256),
    )


def _origin_without_request(lst: Path, tag: str) -> Origin:
    moment = parse_moment(tag)
    return Origin(
        identity=sha256_of(lst),
        moment=moment or dt.datetime.now(dt.UTC).replace(microsecond=0),
        moment_from="scene" if moment else PROCESSING,
    )
