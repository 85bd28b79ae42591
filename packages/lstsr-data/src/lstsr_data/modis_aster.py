"""The MODIS-ASTER database: real scenes at 1 km with the ASTER temperature of the same overpass."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError, build_scene
from lstsr_core.scene import COARSE, GUIDE
from lstsr_data.lay import lay
from lstsr_data.modis_aster_by_index import Laid, lay_by_index
from lstsr_data.modis_aster_published import FACTOR, open_published
from lstsr_data.modis_aster_reference import open_aster
from lstsr_data.modis_aster_registry import fields_file, published_names
from lstsr_data.rasters import open_bands
from lstsr_data.scenes import ReadOptions, open_scene

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    import xarray as xr

    Database: TypeAlias = Mapping[str, Callable[[], xr.DataTree]]
    """Scenes by their names, in order, each opened when it is called."""

LST_FILE: Final = "lst_1km.tif"
"""MODIS temperature of a scene kept as a folder. [K]"""
NDVI_FILE: Final = "ndvi_250m.tif"
"""MODIS NDVI of a scene kept as a folder; its grid starts at another corner. [1]"""
ASTER_FILE: Final = "aster_lst_250m.tif"
"""ASTER temperature of a scene kept as a folder, in counts of 0.1 K."""
DATABASE: Final = "modis-aster"
"""Folder that is looked into where the one given holds no scene itself."""


def open_database(folder: str | os.PathLike[str], laid: Laid = "place") -> Database:
    """Find the scenes of the database in a folder.

    Parameters
    ----------
    folder : path
        Holds scenes as folders ``NNN/{lst_1km,ndvi_250m,aster_lst_250m}.tif`` or as published
        (``N_data_dict.pkl``, ``N_aster_250m.tif``), itself or in a folder ``modis-aster``.
    laid : {"place", "index"}
        How guides are laid: by their geotransforms, or by array index, to repeat published
        figures.

    Returns
    -------
    mapping of str to callable
        Opens the scene of a name: ``lst`` [K] in /coarse, ``ndvi`` in /guide, laid by its
        geotransform, and ASTER's ``lst`` [K] on its own grid in /reference.

    Raises
    ------
    SourceError
        ``FILE_MISSING`` where there is no folder, ``NO_SCENES`` where it holds none.

    References
    ----------
    .. [1] Ait-Bachir et al., "Land Surface Temperature Super-Resolution with a
       Scale-Invariance-Free Neural Approach", 2025, :doi:`10.48550/arXiv.2502.01204`
    """
    root = Path(folder)
    if not root.is_dir():
        raise _nothing("FILE_MISSING", f"no folder at {root}")
    for place in (root, root / DATABASE):
        for find in (_kept_as_folders, _as_published):
            scenes = find(place, laid)
            if scenes:
                return MappingProxyType(scenes)
    raise _nothing("NO_SCENES", f"no scene in {root}")


def _kept_as_folders(place: Path, laid: Laid) -> dict[str, Callable[[], xr.DataTree]]:
    found = sorted(path.parent for path in place.glob(f"*/{LST_FILE}"))
    return {scene.name: partial(_open_folder, scene, laid) for scene in found}


def _as_published(place: Path, laid: Laid) -> dict[str, Callable[[], xr.DataTree]]:
    found = (name for name in published_names() if (place / fields_file(name)).exists())
    return {name: partial(open_published, place, name, laid) for name in found}


def _open_folder(scene: Path, laid: Laid) -> xr.DataTree:
    options = ReadOptions(factor=FACTOR)
    tree = open_scene(scene / LST_FILE, {"ndvi": scene / NDVI_FILE}, options=options)
    whole = build_scene(
        tree[COARSE].to_dataset(), tree[GUIDE].to_dataset(), open_aster(scene / ASTER_FILE)
    )
    if laid == "place":
        return whole
    ndvi = open_bands(scene / NDVI_FILE)[0]
    return lay_by_index(whole, lay(ndvi, ndvi.box))


def _nothing(code: str, found: str) -> SourceError:
    return SourceError(
        code,
        found=found,
        expected=f"folders with {LST_FILE}, or files named 0_data_dict.pkl",
        remedy="check the path, or fetch the published database: lstsr demo",
    )
