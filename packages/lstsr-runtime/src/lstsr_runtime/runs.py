"""A run: from a request to a complete run folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from lstsr_core import registry
from lstsr_core.scene import COARSE
from lstsr_data import ReadOptions, open_scene
from lstsr_runtime.cog import write_layers
from lstsr_runtime.folder import check_free, draft_of
from lstsr_runtime.inputs import FILE_TIME, digests, moment_of, parse_moment, sha256_of
from lstsr_runtime.item import Origin, write_item
from lstsr_runtime.log import remembered
from lstsr_runtime.progress import tile_progress
from lstsr_runtime.quicklook import write_quicklook
from lstsr_runtime.sharpening import name_unused_guides, resolve, sharpen

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    import xarray as xr

    from lstsr_runtime.request import Request

logger = logging.getLogger(__name__)

PROCESSING = "time of processing"
"""What dates a result whose acquisition time nobody knows."""


def open_request(request: Request) -> tuple[xr.DataTree, Request]:
    """Open the scene of a request, and write into the request what it leaves to be found.

    Parameters
    ----------
    request : Request
        What was asked for.

    Returns
    -------
    scene : xarray.DataTree
        The opened scene.
    request : Request
        The same with absolute paths, digests, time and the model that ``best`` stands for.

    Raises
    ------
    LstsrError
        Where the inputs cannot be used; see `lstsr_data.open_scene`.
    """
    whole = request.absolute()
    known = digests(whole)
    _check_names(whole)
    scene = open_scene(whole.lst, whole.guides, options=_read_options(whole))
    model = resolve(whole.model_used or whole.model, scene)
    moment, source = _dated(whole, str(scene[COARSE].attrs.get("datetime", "")))
    found = {
        "sha256": known,
        "model_used": model.name,
        "datetime": moment,
        "datetime_from": source,
    }
    return scene, whole.model_copy(update=found)


def _dated(request: Request, tag: str) -> tuple[dt.datetime, str]:
    moment, source = moment_of(request, tag)
    if source == FILE_TIME:
        logger.warning("acquisition time unknown, dated by the %s: give --datetime", source)
    return moment, source


def _check_names(request: Request) -> None:
    """Refuse unknown names and options before anything is read."""
    for name in request.corrections:
        registry.corrections().get(name)
    if request.model != registry.BEST:
        registry.models().get(request.model).tuned(request.settings)


def _read_options(request: Request) -> ReadOptions:
    return ReadOptions(
        factor=request.factor,
        units=request.units,
        scale=request.scale,
        offset=request.offset,
        nodata=request.nodata,
        guide_scales=request.guide_scales,
        sensor=registry.sensors().get(request.sensor) if request.sensor else None,
    )


def run(request: Request, folder: str | os.PathLike[str]) -> Path:
    """Sharpen what a request names into a run folder.

    A folder that holds the same run already is left as it is.

    Parameters
    ----------
    request : Request
        What to sharpen, and how.
    folder : path
        Where the result appears, complete or not at all.

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
    with remembered() as said:
        scene, whole = open_request(request)
        if _is_done(target, whole):
            logger.info("%s holds this very run already; nothing to do", target)
            return target
        check_free(target)
        name_unused_guides(str(whole.model_used), scene)
        result = sharpen(
            scene,
            whole.model_used or whole.model,
            corrections=whole.corrections,
            settings=whole.settings,
            tile=whole.tile,
        )
        return write_run(result, scene, target, request=whole, said=said)


def _is_done(target: Path, request: Request) -> bool:
    recorded = target / "run.yaml"
    return recorded.is_file() and recorded.read_text(encoding="utf-8") == request.to_yaml()


def write_run(
    result: xr.Dataset,
    scene: xr.DataTree,
    folder: str | os.PathLike[str],
    *,
    request: Request | None = None,
    said: Iterable[str] = (),
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
    said : iterable of str
        Lines of the log from before the result was known.

    Returns
    -------
    pathlib.Path
        The run folder: ``lst.tif``, ``lst_uncertainty.tif``, ``quality.tif``, ``item.json``,
        ``quicklook.png``, ``run.yaml``, ``log.jsonl``.

    Raises
    ------
    ResourceError
        ``OUTPUT_NOT_EMPTY``, ``OUTPUT_LOCKED``, ``OUTPUT_NOT_WRITABLE`` or ``DISK_FULL``.
    """
    target = Path(folder)
    with draft_of(target) as draft, remembered(said) as lines:
        model = str(result.attrs["model"])
        logger.info("model %s", model)
        with tile_progress(result) as wrote:
            files = dict(write_layers(result, draft, wrote))
        files["quicklook"] = write_quicklook(scene, files["lst"], files["lst_uncertainty"], model)
        write_item(scene, files, _origin(files["lst"], result, request), model)
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
