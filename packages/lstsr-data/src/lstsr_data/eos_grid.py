"""The grids of an HDF-EOS file, exactly as its structural metadata state them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from affine import Affine
from odc.geo.crs import CRS
from odc.geo.geobox import GeoBox

from lstsr_core import SceneError
from lstsr_core.grid import check_north_up

if TYPE_CHECKING:
    from collections.abc import Iterator

GRID: Final = re.compile(r"GROUP=GRID_(\d+)\s(.*?)END_GROUP=GRID_\1\s", re.DOTALL)
"""One grid in the object description language of HDF-EOS."""
FIELD: Final = re.compile(r'DataFieldName="([^"]+)"')
PAIR: Final = re.compile(r"\(([-+.\deE]+),([-+.\deE]+)\)")
FIVE: Final = "HE5_"
"""What HDF-EOS5 puts before the words of HDF-EOS."""
SINUSOIDAL: Final = "GCTP_SNSOID"
"""The one projection of MODIS and VIIRS tiles (GCTP, HDF-EOS library)."""
UPPER_LEFT: Final = "HDFE_GD_UL"
"""Corner at which rows and columns begin; also where a file does not say (HDF-EOS library)."""


@dataclass(frozen=True, kw_only=True)
class EosGrid:
    """One grid and the fields that lie on it.

    Parameters
    ----------
    box : GeoBox
        The grid; its corners are the outer edges of pixels.
    fields : frozenset of str
        Names of the science data sets.
    """

    box: GeoBox
    fields: frozenset[str]


def grids_of(structure: str) -> tuple[EosGrid, ...]:
    """Read the grids of ``StructMetadata.0``, all parts of it joined.

    Parameters
    ----------
    structure : str
        Text in the object description language.

    Returns
    -------
    tuple of EosGrid
        None where the file holds swaths only.

    Raises
    ------
    SceneError
        ``GRID_UNSUPPORTED`` where a grid is not sinusoidal or is not stated whole.
    """
    try:
        return tuple(_grids(structure))
    except (ValueError, ArithmeticError, LookupError) as error:
        raise _unsupported(f"structural metadata that make no grid ({error})") from error


def _grids(structure: str) -> Iterator[EosGrid]:
    for found in GRID.finditer(structure):
        text = found[2]
        origin = _word(text, "GridOrigin", UPPER_LEFT)
        if origin.removeprefix(FIVE) != UPPER_LEFT:
            raise _unsupported(f"a grid that begins at {origin}")
        rows, columns = int(_word(text, "YDim")), int(_word(text, "XDim"))
        left, top = _pair(text, "UpperLeftPointMtrs")
        right, bottom = _pair(text, "LowerRightMtrs")
        across, down = (right - left) / columns, (bottom - top) / rows
        place = Affine(across, 0.0, left, 0.0, down, top)
        box = GeoBox((rows, columns), place, _crs(text))
        check_north_up(box)
        yield EosGrid(box=box, fields=frozenset(FIELD.findall(text)))


def _crs(text: str) -> CRS:
    """Take the sphere from the file: the one of WGS84 would lie 20 km away."""
    projection = _word(text, "Projection")
    if projection.removeprefix(FIVE) != SINUSOIDAL:
        raise _unsupported(f"a grid in the projection {projection}")
    numbers = [float(word) for word in _word(text, "ProjParams").strip("()").split(",")]
    radius, centre, east, north = numbers[0], numbers[4], numbers[6], numbers[7]
    if radius <= 0 or centre or east or north:
        raise _unsupported(f"a sinusoidal grid of parameters {numbers}")
    return CRS(f"+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R={radius!r} +units=m +no_defs")


def _pair(text: str, name: str) -> tuple[float, float]:
    pair = PAIR.fullmatch(_word(text, name))
    if pair is None:
        raise _unsupported(f"{name} of {_word(text, name)}")
    return float(pair[1]), float(pair[2])


def _word(text: str, name: str, default: str = "") -> str:
    """Give the text after the first ``name=``, which stands on a line of its own."""
    found = re.search(rf"^\s*{name}=(.+?)\s*$", text, re.MULTILINE)
    if found:
        return found[1]
    if default:
        return default
    raise _unsupported(f"a grid that does not state its {name}")


def _unsupported(found: str) -> SceneError:
    return SceneError(
        "GRID_UNSUPPORTED",
        found=found,
        expected="a sinusoidal grid of MODIS or VIIRS, north up, centred on Greenwich",
        remedy="download the granule again, or convert it to GeoTIFF by gdalwarp",
    )
