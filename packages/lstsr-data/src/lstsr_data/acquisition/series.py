"""A span of days becomes one Zarr with time, written day by day; gaps stay gaps."""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from lstsr_core import EmptySearchError, LstsrError, ResourceError, SceneError, build_scene
from lstsr_core.grid import geobox_of, same_grid, with_grid_mapping
from lstsr_core.scene import COARSE, GUIDE
from lstsr_data.acquisition.days import Days
from lstsr_data.acquisition.fetch import fetch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from lstsr_data.acquisition.fetch import Order
    from lstsr_data.acquisition.remote_file import Access

TIME: Final = "time"
"""Dimension of days; its coordinate is midnight of each. [UTC or local solar time]"""
HAS_DATA: Final = "has_data"
"""Variable that tells the days with a temperature from gaps."""
EMPTY: Final = frozenset({"NO_DATA_FOR_DATE", "NO_VALID_PIXELS"})
"""Codes of a day that has nothing, and stays a gap."""
DAMAGED: Final = frozenset(
    {
        "FILE_UNREADABLE", "DIGEST_MISMATCH", "ITEM_UNUSABLE", "HREF_REFUSED",
        "NO_CRS", "GRID_UNSUPPORTED", "SCALE_SUSPECT",
    }
)  # fmt: skip
"""Codes of a day that is lost by a bad file, and stays a gap so that the others are not lost too.
What may pass by itself, such as a server that is away, ends the series: it can be had later."""
KEPT: Final = ("lst", "lst_uncertainty", "view_zenith")
"""Fields of the temperature that are kept, beside its time."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A series on its way.

    Parameters
    ----------
    draft : pathlib.Path
        Where it is written.
    like : mapping of str to xarray.Dataset
        What its days have in common, by node.
    named : dict of str to str
        Granules by day; it grows.
    """

    draft: Path
    like: Mapping[str, xr.Dataset]
    named: dict[str, str]


def fetch_series(order: Order, path: str | os.PathLike[str], access: Access) -> Path:
    """Fetch a scene a day and write them to one Zarr.

    Parameters
    ----------
    order : Order
        What; a span of days.
    path : path
        Ends in ``.zarr``; must not exist. It appears complete or not at all.
    access : Access
        How it is reached.

    Returns
    -------
    pathlib.Path
        A Zarr with the groups ``coarse`` and ``guide``, dims (time, y, x): every day of the span,
        NaN on days without a granule or a clear pixel, of which ``has_data`` is false. Attribute
        ``gaps``: why, by day; a day is also lost by a damaged file.

    Raises
    ------
    EmptySearchError
        ``NO_DATA_FOR_DATE`` where no day has anything.
    ResourceError
        ``OUTPUT_NOT_EMPTY`` or ``OUTPUT_NOT_WRITABLE``.
    """
    target = Path(path)
    if target.exists() or target.suffix != ".zarr":
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{target}",
            expected="a name that is free and ends in .zarr",
            remedy="choose another name or remove it first",
        )
    draft = target.with_name(f".{target.stem}-{uuid.uuid4().hex[:8]}.zarr")
    try:
        _write(order, draft, access)
        os.replace(draft, target)
    except OSError as error:
        raise ResourceError(
            "OUTPUT_NOT_WRITABLE",
            found=f"{target}: {error}",
            expected="a folder that exists, can be written and has room",
            remedy="choose another folder",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write(order: Order, draft: Path, access: Access) -> None:
    """Write days as they come; gaps before the first are written once its grid is known."""
    waiting: list[dt.date] = []
    gaps: dict[str, str] = {}
    series: Series | None = None
    for day, nodes in _scenes(order, access, gaps):
        if nodes is None and series is None:
            waiting.append(day)
            continue
        if nodes is not None and series is None:
            series = Series(draft=draft, like=nodes, named={})
            for gap in waiting:
                _append(series, gap, None)
        if series is not None:
            _append(series, day, nodes)
    _finish(series, order, gaps)


def _finish(series: Series | None, order: Order, gaps: Mapping[str, str]) -> None:
    """Write down the granules of each day; refuse a series without any."""
    if series is None:
        raise EmptySearchError(
            "NO_DATA_FOR_DATE",
            found=f"no clear pixel of {order.sensor.name} from {order.days.first} "
            f"to {order.days.last}; {'; '.join([*gaps.values()][:3])}",
            expected="at least one day with a temperature",
            remedy="choose other days, or another area",
        )
    import zarr

    root = zarr.open_group(series.draft, mode="a")
    days = f"{order.days} {order.days.clock}"
    root.attrs.update({"granules": series.named, "gaps": gaps, "days": days})


def _scenes(
    order: Order, access: Access, gaps: dict[str, str]
) -> Iterator[tuple[dt.date, dict[str, xr.Dataset] | None]]:
    """Give the nodes of each day, None for a gap; write down why it is one."""
    for day in order.days:
        one = Days(first=day, last=day, clock=order.days.clock)
        try:
            nodes = _nodes(fetch(replace(order, days=one), access))
        except LstsrError as error:
            if error.code not in EMPTY | DAMAGED:
                raise
            logger.warning("%s stays a gap: %s, %s", day, error.code, error.found)
            gaps[str(day)] = f"{error.code}: {error.found}"
            yield day, None
        else:
            yield day, nodes


def _nodes(scene: xr.DataTree) -> dict[str, xr.Dataset]:
    """Give what is written of a day; its small temperature is read while it can be left out."""
    coarse, guide = scene[COARSE].to_dataset(), scene[GUIDE].to_dataset()
    kept = coarse[[name for name in KEPT if name in coarse]]
    return {COARSE: kept.assign_attrs(coarse.attrs).load(), GUIDE: guide}


def _append(series: Series, day: dt.date, nodes: Mapping[str, xr.Dataset] | None) -> None:
    if nodes is not None:
        series.named[str(day)] = str(nodes[COARSE].attrs.get("granules", ""))
    for name, like in series.like.items():
        fields = nodes[name] if nodes is not None else _gap(like)
        _check_same(like, fields, day)
        moment = np.array([np.datetime64(day, "ns")])
        dated = fields.drop_attrs(deep=False).expand_dims({TIME: moment})
        dated[HAS_DATA] = (TIME, np.array([nodes is not None]))
        target = with_grid_mapping(_plain(dated)).assign_attrs(sensor=like.attrs.get("sensor", ""))
        first = not (series.draft / name).exists()
        target.to_zarr(
            series.draft,
            group=name,
            consolidated=False,
            zarr_format=3,
            mode="a",
            append_dim=None if first else TIME,
        )


def _gap(like: xr.Dataset) -> xr.Dataset:
    empty = {str(name): xr.full_like(values, np.nan) for name, values in like.data_vars.items()}
    return like.assign(empty)


def _plain(fields: xr.Dataset) -> xr.Dataset:
    """Drop the encoding of the files that fields came from, and even out their chunks."""
    clean = fields.copy()
    for variable in clean.variables.values():
        variable.encoding = {}
    even: xr.Dataset = clean.chunk({TIME: 1, "y": 1024, "x": 1024})
    return even


def _check_same(like: xr.Dataset, fields: xr.Dataset, day: dt.date) -> None:
    if same_grid(geobox_of(like), geobox_of(fields)) and set(like) == set(fields):
        return
    raise SceneError(
        "GRID_NOT_NESTED",
        found=f"another grid or other fields on {day}",
        expected="the same on all days",
        remedy="fetch the days one by one, or restrict the granules by --only",
    )


def scene_of(path: str | os.PathLike[str], day: str) -> xr.DataTree:
    """Give the scene of one day of a series, to be sharpened.

    Raises
    ------
    SceneError
        As `lstsr_core.build_scene`; a gap is ``NO_VALID_PIXELS``.
    """
    nodes = []
    for name in (COARSE, GUIDE):
        opened = xr.open_zarr(path, group=name, consolidated=False, decode_coords="all", chunks={})
        fields = opened.sel({TIME: np.datetime64(day)}).drop_vars([TIME, HAS_DATA])
        nodes.append(fields)
    return build_scene(*nodes)
