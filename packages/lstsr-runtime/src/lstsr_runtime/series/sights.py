"""The run folders of a series, in the order of their times."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from lstsr_core import SceneError, SourceError
from lstsr_core.grid import same_grid
from lstsr_runtime.inputs import parse_moment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from odc.geo.geobox import GeoBox

ITEM = "item.json"
"""What makes a folder a run folder, and dates it."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """One sharpened scene.

    Parameters
    ----------
    folder : pathlib.Path
        The run folder.
    moment : datetime.datetime
        When it was seen, UTC.
    box : GeoBox
        Its fine grid.
    """

    folder: Path
    moment: dt.datetime
    box: GeoBox


def find_sights(folders: Iterable[Path]) -> Sequence[Sight]:
    """Read when and where run folders were seen.

    Parameters
    ----------
    folders : iterable of pathlib.Path
        Run folders, or folders of them, as ``lstsr sharpen --batch`` makes.

    Returns
    -------
    sequence of Sight
        In the order of their times.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        ``CRS_MISMATCH`` where grids differ; ``TIME_CLASH`` where two scenes have one time.
    """
    sights = sorted((_read(run) for one in folders for run in _runs(one)), key=lambda s: s.moment)
    for one, other in pairwise(sights):
        if one.moment == other.moment:
            raise _clash(one, other)
        if not same_grid(one.box, other.box):
            raise SceneError(
                "CRS_MISMATCH",
                found=f"{one.folder} and {other.folder} lie on two grids",
                expected="one grid for all scenes of a series",
                remedy="make a series of each, or sharpen the scenes on one grid",
            )
    return sights


def _runs(folder: Path) -> Sequence[Path]:
    if (folder / ITEM).is_file():
        return [folder]
    inside = sorted(path.parent for path in folder.glob(f"*/{ITEM}"))
    if not inside:
        raise SourceError(
            "FILE_MISSING",
            found=f"no {ITEM} in {folder}, nor in a folder in it",
            expected="a run folder, or a folder of run folders",
            remedy="make them by `lstsr sharpen --batch`",
        )
    return inside


def _read(folder: Path) -> Sight:
    import rasterio
    from odc.geo.geobox import GeoBox
    from rasterio.errors import RasterioError

    try:
        told = json.loads((folder / ITEM).read_text(encoding="utf-8"))["properties"]["datetime"]
        with rasterio.open(folder / "lst.tif") as file:
            box = GeoBox(file.shape, file.transform, file.crs)
    except (OSError, ValueError, KeyError, RasterioError) as error:
        raise _unreadable(folder, str(error)) from error
    moment = parse_moment(str(told))
    if moment is None:
        raise _unreadable(folder, f"datetime {told}")
    return Sight(folder=folder, moment=moment, box=box)


def _unreadable(folder: Path, why: str) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{folder}: {why}",
        expected=f"{ITEM} with a datetime, and lst.tif",
        remedy="sharpen the scene again",
    )


def _clash(one: Sight, other: Sight) -> SceneError:
    return SceneError(
        "TIME_CLASH",
        found=f"{one.folder} and {other.folder}, both of {one.moment:%Y-%m-%d %H:%M:%S} UTC",
        expected="one scene a time",
        remedy="leave one out, or date them by --datetime when they are sharpened",
    )
