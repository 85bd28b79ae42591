"""Scenes on disk, as netCDF or Zarr, proved by reading them back."""

from __future__ import annotations

import math
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from lstsr_core.errors import LstsrError, ResourceError, SceneError, SourceError
from lstsr_core.grid import geobox_of, same_grid, with_grid_mapping
from lstsr_core.scene import check_scene

if TYPE_CHECKING:
    from odc.geo.geobox import GeoBox

ZARR = ".zarr"
"""Ending that chooses Zarr; ``.nc`` chooses netCDF."""
NETCDF = ".nc"
"""Ending that chooses netCDF."""
MOST_PIXELS = 2**34
"""More pixels than a 100 m map of all land has; a node that claims more is damaged. [pixel]"""


def write_scene(tree: xr.DataTree, path: str | os.PathLike[str]) -> Path:
    """Write a scene; it appears under its name complete and read back, or not at all.

    Parameters
    ----------
    tree : xarray.DataTree
        A scene.
    path : path
        Ends in ``.nc`` or ``.zarr``; must not exist.

    Returns
    -------
    pathlib.Path
        Where it was written.

    Raises
    ------
    SceneError
        As `check_scene`; ``CRS_LOST`` where the file read back lies elsewhere.
    ResourceError
        ``OUTPUT_NOT_EMPTY`` or ``OUTPUT_NOT_WRITABLE``.
    """
    target = Path(path)
    check_scene(tree)
    _check_ending(target)
    if target.exists():
        raise ResourceError(
            "OUTPUT_NOT_EMPTY",
            found=f"{target} exists",
            expected="a name that is free",
            remedy="choose another name or remove it first",
        )
    draft = target.with_name(f".{target.stem}-{uuid.uuid4().hex[:8]}{target.suffix}")
    try:
        _write(tree, draft)
        _prove(tree, draft)
        os.replace(draft, target)
    except OSError as error:
        raise ResourceError(
            "OUTPUT_NOT_WRITABLE",
            found=f"{target}: {error}",
            expected="a folder that exists, can be written and has room",
            remedy="choose another folder",
        ) from error
    finally:
        _remove(draft)
    return target


def read_scene(path: str | os.PathLike[str]) -> xr.DataTree:
    """Open a scene lazily and check it.

    Parameters
    ----------
    path : path
        Ends in ``.nc`` or ``.zarr``.

    Returns
    -------
    xarray.DataTree
        The scene, its arrays read when they are used.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` or ``FILE_UNREADABLE``.
    SceneError
        As `check_scene`.
    """
    source = Path(path)
    _check_ending(source)
    if not source.exists():
        raise SourceError(
            "FILE_MISSING",
            found=f"nothing at {source}",
            expected="a scene",
            remedy="check the path",
        )
    tree = _open(source)
    try:
        check_scene(tree)
    except LstsrError:
        raise
    except Exception as error:  # pixels that cannot be read raise errors of many libraries
        raise _unreadable(source, f"{type(error).__name__}: {error}") from error
    return tree


def _open(source: Path) -> xr.DataTree:
    engine = "zarr" if source.suffix == ZARR else "h5netcdf"
    extra: dict[str, Any] = {"consolidated": False} if source.suffix == ZARR else {}
    try:
        tree = xr.open_datatree(source, engine=engine, decode_coords="all", chunks={}, **extra)
    except Exception as error:  # the readers below raise errors of many libraries
        raise _unreadable(source, f"{type(error).__name__}: {error}") from error
    for name, node in tree.children.items():
        if math.prod(node.sizes.values()) > MOST_PIXELS:
            raise _unreadable(source, f"/{name} claims to be {dict(node.sizes)}")
    return tree


def _unreadable(source: Path, why: str) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{source}: {why}",
        expected="a complete scene",
        remedy="write or download it again",
    )


def _write(tree: xr.DataTree, draft: Path) -> None:
    plain = tree.map_over_datasets(_without_encoding)
    if draft.suffix == ZARR:
        plain.to_zarr(draft, mode="w-", consolidated=False)
    else:
        plain.to_netcdf(draft, engine="h5netcdf")


def _without_encoding(node: xr.Dataset) -> xr.Dataset:
    """Drop the encoding of whatever file a field came from, and say where its CRS stands."""
    clean = node.copy()
    for variable in clean.variables.values():
        variable.encoding = {}
    return with_grid_mapping(clean)


def _prove(tree: xr.DataTree, draft: Path) -> None:
    with _open(draft) as again:
        for name, node in tree.children.items():
            written = _box(again, name)
            if written is None or not same_grid(geobox_of(node.to_dataset()), written):
                raise SceneError(
                    "CRS_LOST",
                    found=f"/{name} read back on another grid or without a CRS",
                    expected="the grid that was written",
                    remedy="report this with the versions that `lstsr doctor` prints",
                )


def _box(tree: xr.DataTree, name: str) -> GeoBox | None:
    try:
        return geobox_of(tree[name].to_dataset())
    except (KeyError, SceneError):
        return None


def _check_ending(path: Path) -> None:
    if path.suffix not in (NETCDF, ZARR):
        raise SourceError(
            "FILE_UNREADABLE",
            found=f"a scene named {path.name}",
            expected="a name ending in .nc or .zarr",
            remedy="rename it",
        )


def _remove(draft: Path) -> None:
    if draft.is_dir():
        shutil.rmtree(draft, ignore_errors=True)
    else:
        with suppress(OSError):  # the error that stopped the writing is the one to tell
            draft.unlink(missing_ok=True)
