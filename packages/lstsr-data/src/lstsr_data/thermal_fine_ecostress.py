"""ECOSTRESS surface temperatures at 70 m: whole tiles, and clips with canopy water content."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from lstsr_core.vocabulary import LST_RANGE
from lstsr_data.decode import LST_FILLS
from lstsr_data.fine_field import fine_field
from lstsr_data.lay import lay
from lstsr_data.rasters import open_bands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import xarray as xr
    from odc.geo.geobox import GeoBox

NAME: Final = re.compile(
    r"ECOv002_L2T_LSTE_\d+_\d+_(?P<tile>\w{5})_(?P<day>\d{8})T(?P<clock>\d{6})_\d+_\d+_LST"
)
"""Names of ECO_L2T_LSTE granules (:doi:`10.5067/ECOSTRESS/ECO_L2T_LSTE.002`): orbit, scene, MGRS
tile, time, build."""
LANDSCAPES: Final = {"11SPS": "desert", "10SGD": "coast"}
"""What the tiles show: Imperial Valley with the Sonoran desert; Point Conception."""


def find_ecostress(root: Path) -> dict[str, Callable[[], xr.Dataset]]:
    """Find granules and clips of them: ``ecostress_*/ECOv002_L2T_LSTE_*_LST*.tif``."""
    found: dict[str, Callable[[], xr.Dataset]] = {}
    for path in sorted(root.glob("ecostress_*/ECOv002_L2T_LSTE_*_LST*.tif")):
        match = NAME.match(path.name)
        if match:
            area = path.parent.name.replace("_", "-").lower()
            found[f"{area}-{match['day']}"] = partial(open_granule, path)
    return found


def open_granule(path: Path) -> xr.Dataset:
    """Open a temperature and, from EMIT on the same spacecraft, canopy water content.

    The emissivity that some granules carry is no guide: it was retrieved together with the
    temperature and knows what it should help to find.
    """
    match = NAME.match(path.name)
    tile, day, clock = (match["tile"], match["day"], match["clock"]) if match else ("", "", "")
    band = open_bands(path)[0].decoded_by(fills=LST_FILLS, valid=LST_RANGE)
    return fine_field(
        lay(band, band.box),
        dict(_canopy_water(path, day, band.box)),
        landscape=LANDSCAPES.get(tile, "unknown"),
        place=tile.lower(),
        sensor="ecostress",
        time=f"{day[:4]}-{day[4:6]}-{day[6:]}T{clock[:2]}:{clock[2:4]}:{clock[4:]}Z",
    )


def _canopy_water(path: Path, day: str, box: GeoBox) -> Iterator[tuple[str, xr.DataArray]]:
    """Give the guide of a day, if there is one; the merged file where there are several."""
    found = sorted(path.parent.glob(f"EMIT_L2A_RFL_001_{day}T*_cwc*.tif"))
    for emit in sorted(found, key=lambda emit: "merged" not in emit.name)[:1]:
        yield "canopy_water", lay(open_bands(emit)[0], box)
