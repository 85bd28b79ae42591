"""Sentinel-2 Level 2A SAFE folders: each band from the finest of its images."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lstsr_data.layer_names import moment_of
from lstsr_data.layers import open_layers
from lstsr_data.rasters import open_bands, unreadable

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    import xarray as xr

PRODUCT: Final = re.compile(
    r"S2[A-D]_MSIL2A_(?P<time>\d{8}T\d{6})_N(?P<baseline>\d{4})_R\d{3}_T\w{5}_\d{8}T\d{6}(\.SAFE)?"
)
"""Name of a product (Sentinel-2 products specification document, naming convention); a baseline of
``N0511`` is 05.11."""
IMAGE: Final = re.compile(r"T\w{5}_\d{8}T\d{6}_(?P<layer>\w{3})_(?P<pixel>\d\d)m\.(jp2|tif)")
"""Name of an image: tile, time, band and pixel [m]."""


def is_sentinel2(path: str | os.PathLike[str]) -> bool:
    """Tell whether a path is a SAFE folder of Level 2A, by its name."""
    source = Path(path)
    return source.is_dir() and PRODUCT.fullmatch(source.name) is not None


def open_sentinel2(path: str | os.PathLike[str], names: Sequence[str] = ()) -> xr.Dataset:
    """Read bands of a SAFE folder.

    Parameters
    ----------
    path : path
        The folder, as ESA names it.
    names : sequence of str
        Bands to read, of which it may lack some; empty for all.

    Returns
    -------
    xarray.Dataset, dims (y, x)
        Lazy counts as they are stored, on the grid of the finest band. Attributes
        ``start_datetime`` and ``s2:processing_baseline``.

    Raises
    ------
    SourceError
        ``FILE_UNREADABLE``.
    SceneError
        ``NO_CRS``, ``GRID_UNSUPPORTED`` or ``GRID_NOT_NESTED``.
    """
    source = Path(path)
    product = PRODUCT.fullmatch(source.name)
    images = _finest(source, names)
    if product is None or not images:
        raise unreadable(str(source), ValueError(f"no image of {' or '.join(names) or 'a band'}"))
    raw = open_layers({name: open_bands(file)[0] for name, file in images.items()})
    baseline = product["baseline"]
    return raw.assign_attrs(
        {
            "start_datetime": moment_of(product["time"], "%Y%m%dT%H%M%S"),
            "s2:processing_baseline": f"{baseline[:2]}.{baseline[2:]}",
        }
    )


def _finest(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """Give the image of each band that has the smallest pixels."""
    images: dict[str, tuple[int, Path]] = {}
    for path in sorted(folder.glob("GRANULE/*/IMG_DATA/**/*")):
        image = IMAGE.fullmatch(path.name)
        if image and (not names or image["layer"] in names):
            found = (int(image["pixel"]), path)
            images[image["layer"]] = min(found, images.get(image["layer"], found))
    return {name: path for name, (_, path) in images.items()}
