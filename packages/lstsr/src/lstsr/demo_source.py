"""The scene of the demonstration: given, downloaded, or simulated, and always said which."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_core import ResourceError, SourceError
from lstsr_data.modis_aster import open_database
from lstsr_data.modis_aster_fetch import fetch_database

if TYPE_CHECKING:
    import xarray as xr

DATA: Final = "LSTSR_SHARED_DATA"
"""Environment variable: folder of the MODIS-ASTER database."""
SCENE: Final = "060"
"""Scene that is shown where it is there: Bavaria, where NDVI tells much of the temperature."""
SEED: Final = 1
"""Seed of the simulated scene, which has the size and the coupling of the real ones."""
OFFLINE: Final = frozenset({"DOWNLOAD_FAILED", "OUTPUT_NOT_WRITABLE"})
"""Errors that mean that the published database cannot be had now."""


@dataclass(frozen=True, kw_only=True)
class DemoScene:
    """A scene with a reference to score with.

    Parameters
    ----------
    tree : xarray.DataTree
        The scene.
    told : str
        Where it comes from, in a sentence.
    reference : str
        What its reference is.
    """

    tree: xr.DataTree
    told: str
    reference: str


def choose_scene(data: Path | None) -> DemoScene:
    """Take the first of: the folder given, the published database, a simulation.

    Parameters
    ----------
    data : pathlib.Path, optional
        Folder of the database; that of ``LSTSR_SHARED_DATA`` where None.

    Returns
    -------
    DemoScene

    Raises
    ------
    SourceError
        Where a folder is given and holds no scene, or a download is not the published one.
    """
    given = data or os.environ.get(DATA)
    if given:
        return _real(Path(given), f"a REAL scene from {given}")
    try:
        folder = fetch_database([SCENE])
    except (SourceError, ResourceError) as error:
        if error.code not in OFFLINE:
            raise
        return _simulated(error.found)
    return _real(folder, f"a REAL scene of the published database, downloaded to {folder}")


def _real(folder: Path, origin: str) -> DemoScene:
    database = open_database(folder)
    name = SCENE if SCENE in database else next(iter(database))
    return DemoScene(
        tree=database[name](),
        told=f"{origin}: MODIS-ASTER {name}, Terra MODIS at 1 km with NDVI at 250 m",
        reference="the ASTER temperature of the same overpass\n"
        "(the default model has learnt from this scene too, which flatters it)",
    )


def _simulated(reason: str) -> DemoScene:
    from lstsr_physics.simulate import simulate_scene

    return DemoScene(
        tree=simulate_scene(SEED),
        told="a SIMULATED scene: no folder was given by --data, and the published database "
        f"could not be downloaded\n({reason})",
        reference="the truth that was simulated",
    )
