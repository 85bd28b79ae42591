"""Temperature and NDVI at 30 m of an oasis on the river Heihe and the desert around it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lstsr_data.fine_field import fine_field
from lstsr_data.lay import lay
from lstsr_data.rasters import open_bands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xarray as xr


def find_oasis(root: Path) -> dict[str, Callable[[], xr.Dataset]]:
    """Find the field: ``tvdi_heihe/lst.tif`` and ``ndvi.tif``."""
    folder = root / "tvdi_heihe"
    return {"heihe": partial(open_oasis, folder)} if (folder / "lst.tif").exists() else {}


def open_oasis(folder: Path) -> xr.Dataset:
    """Open the field; the pixels of the two files differ by a thousandth, one pixel at the end."""
    lst, ndvi = (open_bands(folder / name)[0] for name in ("lst.tif", "ndvi.tif"))
    return fine_field(
        lay(lst, lst.box),
        {"ndvi": lay(ndvi, lst.box)},
        landscape="oasis",
        place="heihe",
        sensor="landsat",
        time="",
    )
