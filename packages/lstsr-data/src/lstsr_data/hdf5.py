"""HDF5-EOS granules, as VIIRS has them: counts on the grids that they state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from lstsr_core import SourceError
from lstsr_data.eos_content import STRUCTURE, Content, Field
from lstsr_data.eos_fields import on_stated_grids
from lstsr_data.hdf4_child import MOST_PIXELS, PLANE

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    import xarray as xr

MAGIC: Final = b"\x89HDF\r\n\x1a\n"
"""First bytes of an HDF5 file (HDF5 file format specification, superblock)."""
ENDINGS: Final = (".h5", ".he5")
"""What the names of granules end in; netCDF, which is HDF5 too, has endings of its own."""
GRIDS: Final = "HDFEOS/GRIDS"
"""Group of the grids, each with a group of its fields (HDF-EOS5 library)."""
FIELDS: Final = "Data Fields"
"""Group of the fields of a grid."""
INFORMATION: Final = "HDFEOS INFORMATION"
"""Group of the structural metadata."""


def is_hdf5(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is an HDF5 granule, by its name and first bytes."""
    source = Path(path)
    if not (source.is_file() and source.suffix.lower() in ENDINGS):
        return False
    with source.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def open_hdf5(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read fields of the grids of a granule.

    Parameters
    ----------
    path : path
        An HDF5-EOS file such as ``VNP21A1D.A2021153.h11v05.002.2023122000000.h5``.
    names : sequence of str
        Fields to read, of which the granule may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        See `lstsr_data.eos_fields.on_stated_grids`.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    SceneError
        ``SCENE_INCOMPLETE`` where it has none of the fields; ``GRID_UNSUPPORTED`` or
        ``GRID_NOT_NESTED``.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            content = _content_of(file, str(path), names)
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as error:
        raise _unreadable(path, error) from error
    return on_stated_grids(content, names)


def _content_of(file: Any, path: str, names: Sequence[str]) -> Content:  # noqa: ANN401  h5py
    held = dict(_fields_in(file))
    wanted = {name: field for name, field in held.items() if not names or name in names}
    fields = {
        name: Field(counts=field[()], attributes=_plain_attributes(field))
        for name, field in wanted.items()
        if field.ndim == PLANE and field.size <= MOST_PIXELS
    }
    return Content(path=path, texts=_texts_of(file), names=tuple(held), fields=fields)


def _fields_in(file: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  h5py is untyped
    import h5py

    for grid in file.get(GRIDS, {}).values():
        for name, field in grid.get(FIELDS, {}).items():
            if isinstance(field, h5py.Dataset):
                yield name, field


def _texts_of(file: Any) -> dict[str, str]:  # noqa: ANN401  h5py is untyped
    """Give the structural metadata and the attributes of the file that are texts."""
    stated = file.get(INFORMATION, {})
    texts = {name: _text(stated[name][()]) for name in stated if name.startswith(STRUCTURE)}
    about = {name: _text(value) for name, value in file.attrs.items()}
    return texts | {name: text for name, text in about.items() if text}


def _text(value: object) -> str:
    """Give a text as files store it: a string, or bytes, alone or as the only one of an array."""
    one = value.ravel()[0] if isinstance(value, np.ndarray) and value.size == 1 else value
    if isinstance(one, bytes):
        return one.decode("ascii", "replace")
    return str(one) if isinstance(one, str) else ""


def _plain_attributes(field: Any) -> dict[str, Any]:  # noqa: ANN401  h5py is untyped
    """Give attributes as HDF4 has them: numbers and texts, a single one without its array."""
    plain: dict[str, Any] = {}
    for name, value in field.attrs.items():
        if text := _text(value):
            plain[name] = text
        elif np.asarray(value).dtype.kind in "iuf":
            numbers = np.asarray(value)
            plain[name] = numbers.item() if numbers.size == 1 else numbers.tolist()
    return plain


def _unreadable(path: object, error: Exception) -> SourceError:
    return SourceError(
        "FILE_UNREADABLE",
        found=f"{path}: {error}",
        expected="a complete HDF5-EOS granule",
        remedy="download it again; `h5dump -n FILE` shows what is in it",
    )
