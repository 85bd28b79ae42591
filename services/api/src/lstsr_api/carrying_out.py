"""From the order of a job to its result, by the functions that the command line calls."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

from lstsr_api.coarse_layer import write_coarse
from lstsr_api.inputs import demand_size, path_of
from lstsr_api.progress import RUN
from lstsr_api.requests import FetchAndSharpen, Scaling, Sharpen
from lstsr_api.result_item import scaling_item, sharpened_item
from lstsr_api.store import ITEM, Store, write_json
from lstsr_core.registry import choose_correction

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def carry_out(store: Store, job: str, order: Mapping[str, Any], pixels: int) -> None:
    """Do what is ordered; the result appears complete, with its Item, or not at all.

    Parameters
    ----------
    store : Store
        Where inputs lie and the result appears.
    job : str
        Its id.
    order : mapping
        ``process`` and ``request``, as they were asked for.
    pixels : int
        Most fine pixels of a result. [1]

    Raises
    ------
    LstsrError
        Why it cannot be done.
    """
    result = store.result(job)
    if (result / ITEM).is_file():
        return
    folder = store.work(job) / RUN
    process, request = str(order["process"]), order["request"]
    if process == "scaling":
        item = _measure(store, folder, Scaling.model_validate(request))
    else:
        _sharpen(store, folder, order, pixels)
        item = sharpened_item(folder)
    write_json(folder / ITEM, {**item, "id": job, **_provenance(item, order)})
    result.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(result, ignore_errors=True)
    os.replace(folder, result)


def _provenance(item: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, Any]:
    asked = {"lstsr:process": order["process"], "lstsr:request": order["request"]}
    return {"properties": {**item["properties"], **asked}}


def _sharpen(store: Store, folder: Path, order: Mapping[str, Any], pixels: int) -> None:
    if order["process"] == "sharpen":
        _sharpen_rasters(store, folder, Sharpen.model_validate(order["request"]), pixels)
    else:
        _fetch_and_sharpen(folder, FetchAndSharpen.model_validate(order["request"]), pixels)


def _sharpen_rasters(store: Store, folder: Path, wanted: Sharpen, pixels: int) -> None:
    from lstsr_runtime import run
    from lstsr_runtime.opening import open_request
    from lstsr_runtime.request import make_request

    fields = wanted.model_dump(exclude_none=True, exclude={"lst", "guides"})
    guides = {name: path_of(store, raster) for name, raster in wanted.guides.items()}
    request = make_request(lst=path_of(store, wanted.lst), guides=guides, **fields)
    scene, _ = open_request(request)
    demand_size(scene, pixels)
    run(request, folder)
    write_coarse(scene, folder)


def _fetch_and_sharpen(folder: Path, wanted: FetchAndSharpen, pixels: int) -> None:
    from lstsr_core import read_scene, write_scene
    from lstsr_data.acquisition.commands import read_order
    from lstsr_data.acquisition.fetch import fetch
    from lstsr_runtime import run
    from lstsr_runtime.request import make_request

    for step in wanted.corrections:
        choose_correction(step)
    place = folder.with_name("scene.zarr")
    if not place.exists():
        write_scene(fetch(read_order(wanted.sensor, **_words(wanted))), place)
    scene = read_scene(place)
    demand_size(scene, pixels)
    request = make_request(
        lst=place, model=wanted.model, settings=wanted.settings, corrections=wanted.corrections
    )
    run(request, folder)
    write_coarse(scene, folder)


def _words(wanted: FetchAndSharpen) -> dict[str, Any]:
    """Give the words that a command line would have; no address is among them."""
    nothing = dict.fromkeys(("catalogue", "area", "point", "radius"))
    return {
        **nothing,
        "bbox": wanted.bbox,
        "date": wanted.date.isoformat(),
        "clock": "utc",
        "guides": wanted.guides,
        "guide_days": wanted.guide_days,
        "only": "",
        "partial": False,
        "factor": wanted.factor,
        "files": (),
        "guide_files": (),
    }


def _measure(store: Store, folder: Path, wanted: Scaling) -> dict[str, Any]:
    from lstsr_physics.scaling.analysis import analyse
    from lstsr_physics.scaling.reading import read_inputs
    from lstsr_physics.scaling.report import write_report

    guides = {name: path_of(store, raster) for name, raster in wanted.guides.items()}
    inputs = read_inputs(path_of(store, wanted.lst), guides, wanted.footprints)
    found = analyse(inputs.lst, inputs.guides, laid=inputs.laid, regions={})
    shutil.rmtree(folder, ignore_errors=True)
    sources = {"lst": wanted.lst.model_dump_json()}
    sources |= {name: raster.model_dump_json() for name, raster in wanted.guides.items()}
    write_report(found, folder, sources)
    return scaling_item(folder, inputs.box)
