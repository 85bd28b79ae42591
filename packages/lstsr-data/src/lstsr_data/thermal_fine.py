"""Fine thermal scenes of several landscapes, for studies across scales."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lstsr_core import SourceError
from lstsr_data.thermal_fine_ecostress import find_ecostress
from lstsr_data.thermal_fine_landsat import find_clips, find_muenster
from lstsr_data.thermal_fine_oasis import find_oasis

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    import xarray as xr

    Fields: TypeAlias = Mapping[str, Callable[[], xr.Dataset]]
    """Fine fields by their names, in order, each read when it is called."""

THERMAL_FINE: Final = "thermal-fine"
"""Folder that is looked into where the one given holds no field itself."""
FINDERS: Final = (find_clips, find_ecostress, find_muenster, find_oasis)
"""What knows the files of each source."""


def open_fine_fields(folder: str | os.PathLike[str]) -> Fields:
    """Find the fine thermal fields in a folder.

    Parameters
    ----------
    folder : path
        Holds ``muenster``, ``tvdi_heihe`` and folders that begin with ``xlandsat_`` or
        ``ecostress_`` (any of them), itself or in a folder ``thermal-fine``.

    Returns
    -------
    mapping of str to callable
        Reads the field of a name: a Dataset, dims (y, x), of ``lst`` [K] and guides on the
        native grid of the temperature, NaN under clouds and where there is nothing.
        ``attrs``: ``landscape`` (a word), ``place`` (the same for fields that share ground),
        ``sensor``, ``time`` (ISO 8601 date, or date and time in UTC; empty where unknown) and
        ``pixel`` [m].

    Raises
    ------
    SourceError
        ``FILE_MISSING`` where there is no folder, ``NO_SCENES`` where it holds none.
    """
    root = Path(folder)
    if not root.is_dir():
        raise _nothing("FILE_MISSING", f"no folder at {root}")
    for place in (root, root / THERMAL_FINE):
        fields = {name: opener for find in FINDERS for name, opener in find(place).items()}
        if fields:
            return MappingProxyType(dict(sorted(fields.items())))
    raise _nothing("NO_SCENES", f"no fine thermal field in {root}")


def _nothing(code: str, found: str) -> SourceError:
    return SourceError(
        code,
        found=found,
        expected="a folder such as muenster, tvdi_heihe, xlandsat_NAME or ecostress_NAME",
        remedy="check the path",
    )
