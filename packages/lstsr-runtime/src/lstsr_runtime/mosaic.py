"""The units of a layer as one raster, which GDAL reads as if it were a file (VRT)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from lstsr_core.grid import geobox_of
from lstsr_runtime.layer import BLOCK, LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import xarray as xr

    from lstsr_runtime.layer import Layer
    from lstsr_runtime.units import Unit

KINDS: Final = {"float32": "Float32", "uint8": "Byte"}
"""What GDAL calls the types of pixels."""
KEPT: Final = ("standard_name", "flag_masks", "flag_meanings")
"""CF attributes that GeoTIFF has no field for."""


def write_mosaic(path: Path, units: Mapping[Unit, Path], band: int, variable: xr.DataArray) -> None:
    """Write a description of one band of all units as a raster.

    Parameters
    ----------
    path : pathlib.Path
        The description, beside the units.
    units : mapping of Unit to pathlib.Path
        They cover the grid of the variable.
    band : int
        Number of the band, from 1.
    variable : xarray.DataArray, dims (y, x)
        Has the name, the grid and the attributes.
    """
    box, layer = geobox_of(variable), LAYERS[str(variable.name)]
    rows, columns = box.shape
    whole = ET.Element("VRTDataset", rasterXSize=f"{columns}", rasterYSize=f"{rows}")
    _tell(whole, "SRS", str(box.crs))
    t = box.affine
    _tell(whole, "GeoTransform", ", ".join(map(repr, map(float, (t.c, t.a, t.b, t.f, t.d, t.e)))))
    blocks = {"blockXSize": f"{BLOCK}", "blockYSize": f"{BLOCK}"}
    kind = {"dataType": KINDS[layer.dtype], "band": "1"}
    raster = ET.SubElement(whole, "VRTRasterBand", {**kind, **blocks})
    _describe(raster, layer, variable)
    for unit, source in units.items():
        _add(raster, unit, source, band)
    path.write_bytes(ET.tostring(whole, encoding="utf-8"))


def _describe(raster: ET.Element, layer: Layer, variable: xr.DataArray) -> None:
    tags = ET.SubElement(raster, "Metadata")
    for key in KEPT:
        if key in variable.attrs:
            value = variable.attrs[key]
            words = " ".join(map(str, value)) if isinstance(value, list) else str(value)
            _tell(tags, "MDI", words, key=key)
    _tell(raster, "Description", layer.description)
    _tell(raster, "UnitType", layer.units)
    _tell(raster, "NoDataValue", f"{layer.nodata:g}")


def _add(raster: ET.Element, unit: Unit, path: Path, band: int) -> None:
    source = ET.SubElement(raster, "SimpleSource")
    _tell(source, "SourceFilename", path.name, relativeToVRT="1")
    _tell(source, "SourceBand", f"{band}")
    left, top, width, height = unit.window
    size = {"xSize": f"{width}", "ySize": f"{height}"}
    about = {"RasterXSize": f"{width}", "RasterYSize": f"{height}", "DataType": "Float32"}
    blocks = {"BlockXSize": f"{width}", "BlockYSize": "1"}
    ET.SubElement(source, "SourceProperties", {**about, **blocks})
    ET.SubElement(source, "SrcRect", {"xOff": "0", "yOff": "0", **size})
    ET.SubElement(source, "DstRect", {"xOff": f"{left}", "yOff": f"{top}", **size})


def _tell(parent: ET.Element, name: str, words: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = words
