"""Landsat Collection 2 Level 2 products: folders, tars and single layers, with their MTL file."""

from __future__ import annotations

import tarfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rasterio.errors import NotGeoreferencedWarning

from lstsr_core import SourceError
from lstsr_data.landsat_mtl import attributes_of, grid_of, parse_mtl
from lstsr_data.layer_names import LANDSAT, find_product
from lstsr_data.layers import open_layers
from lstsr_data.rasters import bands_at, unreadable

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    import xarray as xr

    from lstsr_data.layer_names import LayerNames

MTL: Final = "_MTL.txt"
"""What the name of the metadata file ends in."""
TAR: Final = ".tar"
"""What the name of an archive ends in; Collection 2 is not compressed beyond its layers."""
LARGEST_MTL: Final = 1_000_000
"""More bytes than any MTL file has. [byte]"""


@dataclass(frozen=True, kw_only=True)
class Store:
    """A folder or an archive that holds a product.

    Parameters
    ----------
    names : tuple of str
        Names of its files.
    prefix : str
        What GDAL puts before a name to find it.
    read : callable
        Gives the text of a file by its name.
    """

    names: tuple[str, ...]
    prefix: str
    read: Callable[[str], str]


def is_landsat(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path leads to a product, by the names of its files."""
    source = Path(path)
    if source.is_dir():
        return any(LANDSAT.pattern.fullmatch(inside.name) for inside in source.iterdir())
    named = LANDSAT.pattern.fullmatch(source.name) is not None
    return source.is_file() and (named or _is_mtl(source) or _is_tar(source))


def open_landsat(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read layers of a product.

    Nothing is unpacked: layers are read out of a tar where they lie, whatever else is in it.

    Parameters
    ----------
    path : path
        Folder or tar of a product, its MTL file, or one of its layers.
    names : sequence of str
        Layers to read, such as ``ST_B10``, of which the product may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy counts as they are stored. Attributes ``start_datetime`` and, where there is an MTL
        file, ``view:sun_azimuth``, ``view:sun_elevation`` [degree] and ``platform``.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``, or ``OPTION_INVALID`` where there are several products.
    SceneError
        ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    source = Path(path)
    store = _open_store(source)
    product = _product_in(store, source)
    chosen = {name: file for name, file in product.files.items() if not names or name in names}
    if not chosen:
        raise _lacking(source, product, names)
    mtl = f"{product.product}{MTL}"
    about = parse_mtl(store.read(mtl)) if mtl in store.names else {}
    raw = _open_layers(store, chosen, about)
    start = {"start_datetime": product.start} if product.start else {}
    return raw.assign_attrs({**start, **attributes_of(about)})


def _open_layers(store: Store, files: dict[str, str], about: dict[str, str]) -> xr.Dataset:
    """Open layers on the grid that they state, else on that of the MTL file."""
    box = grid_of(about) if "GRID_CELL_SIZE_THERMAL" in about else None
    found = {name: bands_at(store.prefix + file, box)[0] for name, file in files.items()}
    raw = open_layers(found)
    if box is None or any(band.box is not box for band in found.values()):
        return raw
    with warnings.catch_warnings():
        # Read at once: later, in threads, the warning could not be told from a fault.
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        return raw.load(scheduler="synchronous")


def _product_in(store: Store, source: Path) -> LayerNames:
    like = source.name if LANDSAT.pattern.fullmatch(source.name) else ""
    if _is_mtl(source):
        prefix = source.name.removesuffix(MTL)
        like = next((name for name in sorted(store.names) if _belongs(name, prefix)), "")
    product = find_product(store.names, LANDSAT, like)
    if product is None:
        raise unreadable(str(source), ValueError("no layer of a Landsat product in it"))
    return product


def _belongs(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and LANDSAT.pattern.fullmatch(name) is not None


def _open_store(source: Path) -> Store:
    if _is_tar(source):
        return _open_tar(source)
    folder = source if source.is_dir() else source.parent
    return Store(
        names=tuple(inside.name for inside in folder.iterdir() if inside.is_file()),
        prefix=f"{folder.resolve()}/",
        read=lambda name: (folder / name).read_text(encoding="utf-8", errors="replace"),
    )


def _open_tar(source: Path) -> Store:
    """List the plain files at the top of an archive; names with folders are none of a product."""
    try:
        with tarfile.open(source) as archive:
            names = tuple(member.name for member in archive.getmembers() if member.isfile())
    except (tarfile.TarError, EOFError, OSError) as error:
        raise unreadable(str(source), error) from error

    def read(name: str) -> str:
        with tarfile.open(source) as archive:
            file = archive.extractfile(name)
            content = file.read(LARGEST_MTL) if file else b""
        return content.decode("utf-8", errors="replace")

    return Store(names=names, prefix=f"/vsitar/{source.resolve()}/", read=read)


def _is_mtl(source: Path) -> bool:
    return source.name.endswith(MTL)


def _is_tar(source: Path) -> bool:
    return source.name.startswith("L") and source.name.lower().endswith(TAR)


def _lacking(source: Path, product: LayerNames, names: Sequence[str]) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{source} with the layers {', '.join(sorted(product.files))}",
        expected=" or ".join(names),
        remedy="give the whole product, or the sensor of this satellite: `lstsr plugins`",
    )
