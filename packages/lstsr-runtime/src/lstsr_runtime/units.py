"""A result is computed in units, each kept in a file that is named after all it depends on."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import rasterio
from rasterio.transform import from_origin

from lstsr_core import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import dask.array as da
    from numpy.typing import NDArray

UNITS: Final = "units"
"""Folder of the units inside the draft of a run folder."""
MANIFEST: Final = "manifest.json"
"""List of all units that a run consists of, and where each lies."""
FORMAT: Final = 1
"""Number of the layout of a unit and of the manifest. [1]"""
NOWHERE: Final = from_origin(0, 0, 2, 2)
"""Geotransform of a unit: any will do, because the run knows where its units lie."""
DIGITS: Final = 32
"""Hexadecimal digits of a SHA-256 that a file name holds: 128 bits. [1]"""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One rectangle of a result.

    Parameters
    ----------
    key : str
        Digest of everything that its pixels depend on.
    place : (int, int)
        Row and column among the units. [1]
    window : (int, int, int, int)
        Column and row of its first pixel, its width and its height. [fine pixel]
    """

    key: str
    place: tuple[int, int]
    window: tuple[int, int, int, int]


def units_of(layers: Sequence[da.Array], run: str) -> tuple[Unit, ...]:
    """Cut layers, all of the same chunks, into units.

    Parameters
    ----------
    layers : sequence of dask.array.Array, shape (rows, columns)
        Their names stand for their contents.
    run : str
        What they depend on beside, such as the digests of the input files.
    """
    about = [FORMAT, __version__, run, *(layer.name for layer in layers)]
    rows, columns = (list(zip(_starts(sizes), sizes, strict=True)) for sizes in layers[0].chunks)
    return tuple(
        Unit(key=_digest([*about, i, j]), place=(i, j), window=(left, top, width, height))
        for i, (top, height) in enumerate(rows)
        for j, (left, width) in enumerate(columns)
    )


def _starts(sizes: Sequence[int]) -> Sequence[int]:
    return [0, *accumulate(sizes[:-1])]


def _digest(words: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:DIGITS]


def keep_unit(layers: Sequence[NDArray[Any]], key: str, home: str) -> str:
    """Write the layers of a unit into a file that appears under its name whole.

    Parameters
    ----------
    layers : sequence of array, shape (rows, columns)
        One a band.
    key : str
        Of the unit.
    home : str
        Folder of the units.

    Returns
    -------
    str
        Name of the file: the key and the digest of its bytes.
    """
    draft = Path(home) / f".{uuid.uuid4().hex}.tif"
    height, width = layers[0].shape
    shape = {"height": height, "width": width, "count": len(layers), "transform": NOWHERE}
    with rasterio.open(
        draft, "w", driver="GTiff", dtype="float32", BIGTIFF="IF_SAFER", **shape
    ) as file:
        for band, layer in enumerate(layers, start=1):
            file.write(layer.astype(np.float32), band)
    name = f"{key}-{_digest_of(draft)}.tif"
    os.replace(draft, draft.with_name(name))
    return name


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:DIGITS]


def find_kept(home: Path, units: Iterable[Unit]) -> Mapping[str, str]:
    """Give the files of the units that an earlier process has finished, and remove all else.

    Parameters
    ----------
    home : pathlib.Path
        Folder of the units; made where it is missing.
    units : iterable of Unit
        What the run consists of.

    Returns
    -------
    mapping of str to str
        Names of files by the keys of units; their bytes are those that were written.
    """
    home.mkdir(exist_ok=True)
    wanted = {unit.key for unit in units}
    kept = {}
    for path in home.iterdir():
        key, _, digest = path.stem.partition("-")
        if key in wanted and digest == _digest_of(path):
            kept[key] = path.name
        else:
            path.unlink()
    return kept


def write_manifest(home: Path, units: Iterable[Unit]) -> Path:
    """Write the list of the units of a run, for those who look at what a killed run has left."""
    listed = {"format": FORMAT, "lstsr": __version__, "units": {u.key: u.window for u in units}}
    path = home / MANIFEST
    path.write_text(json.dumps(listed, indent=1) + "\n", encoding="utf-8")
    return path


def count_kept(home: Path) -> tuple[int, int]:
    """Give how many units of a killed run are kept, and of how many; 0 of 0 for no such run."""
    try:
        listed = json.loads((home / MANIFEST).read_text(encoding="utf-8"))["units"]
    except (OSError, ValueError, KeyError):
        return 0, 0
    kept = {path.stem.partition("-")[0] for path in home.glob("*-*.tif")}
    return len(kept & set(listed)), len(listed)
