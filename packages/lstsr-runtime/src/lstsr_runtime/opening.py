"""The scene of a request is opened, and what the request leaves open is filled in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lstsr_core import registry
from lstsr_core.scene import COARSE
from lstsr_data import ReadOptions, open_scene
from lstsr_runtime.inputs import FILE_TIME, digests, moment_of
from lstsr_runtime.sharpening import resolve

if TYPE_CHECKING:
    import datetime as dt

    import xarray as xr

    from lstsr_runtime.request import Request

logger = logging.getLogger(__name__)


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
        registry.choose_correction(name)
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
