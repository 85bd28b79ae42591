"""Tiles of ECOSTRESS and scenes of ASTER: a GeoTIFF a layer, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lstsr_data.layer_names import ASTER, ECOSTRESS, find_product
from lstsr_data.layers import open_layers
from lstsr_data.rasters import open_bands, unreadable

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import xarray as xr

    from lstsr_data.layer_names import LayerNames

NAMINGS = (ECOSTRESS, ASTER)
"""Products that are read here."""


def is_tile(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path leads to a layer, or a folder of layers, by the names of files."""
    source = Path(path)
    names = [inside.name for inside in source.iterdir()] if source.is_dir() else [source.name]
    return source.exists() and any(
        naming.pattern.fullmatch(name) for naming in NAMINGS for name in names
    )


def open_tile(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read layers of a tile.

    Parameters
    ----------
    path : path
        Folder of a tile, or one of its layers, beside which the others lie.
    names : sequence of str
        Layers to read, of which the tile may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy counts as they are stored. Attribute ``start_datetime``.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``, or ``OPTION_INVALID`` where there are several tiles.
    SceneError
        ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    source = Path(path)
    folder, product = _product_at(source)
    chosen = {name: file for name, file in product.files.items() if not names or name in names}
    if not chosen:
        held = ", ".join(sorted(product.files))
        raise unreadable(str(source), ValueError(f"only {held} in it, not {' or '.join(names)}"))
    bands = {name: open_bands(folder / file)[0] for name, file in chosen.items()}
    start = {"start_datetime": product.start} if product.start else {}
    return open_layers(bands).assign_attrs(start)


def _product_at(source: Path) -> tuple[Path, LayerNames]:
    folder, like = (source, "") if source.is_dir() else (source.parent, source.name)
    names = [inside.name for inside in folder.iterdir()]
    for naming in NAMINGS:
        product = find_product(names, naming, like)
        if product is not None:
            return folder, product
    raise unreadable(str(source), ValueError("no layer of a known product in it"))
