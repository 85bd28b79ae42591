"""AST_L1T of ASTER, which is refused: it holds radiances, not a temperature of the surface."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from lstsr_core import SourceError

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

NAME: Final = re.compile(r"AST_L1T_\d{17}_\d{12,14}_\d+.*")
"""Name of a granule: version, month, day, year, time; date of production, a number (ASTER L1T
product user guide, file naming)."""


def is_l1t(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is a granule of AST_L1T, or one of its files, by its name."""
    source = Path(path)
    return source.exists() and NAME.fullmatch(source.name) is not None


def refuse_l1t(path: str | os.PathLike[str], names: Sequence[str] = ()) -> NoReturn:  # noqa: ARG001  as every reader
    """Say what is missing to a temperature.

    Radiances at the sensor give brightness temperatures, which are several kelvin below that of the
    surface: they lack the atmosphere's own emission and absorption, and the emissivity of the
    ground, which ASTER's temperature-emissivity separation finds (:doi:`10.1109/36.700995`).

    Raises
    ------
    SourceError
        ``NO_SURFACE_TEMPERATURE``.
    """
    raise SourceError(
        "NO_SURFACE_TEMPERATURE",
        found=f"{path}: AST_L1T, radiances at the sensor",
        expected="a temperature of the surface: atmosphere and emissivity corrected",
        remedy="take AST_08 of the same overpass: `lstsr fetch aster` finds it at Earthdata",
    )
